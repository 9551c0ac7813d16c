"""AWS Signature Version 4 for the Incentives API, by botocore's signer, at the moment of our own clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SERVICE: Final = "AGCODService"
_TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"


class RequestSigner:
    """Signs POST requests with one pair of keys for one region."""

    def __init__(self, *, access_key: str, secret_key: str, region: str) -> None:
        """`region` is the AWS region of the signature, such as us-east-1."""
        self._access_key = access_key
        self._signer = SigV4Auth(Credentials(access_key, secret_key), SERVICE, region)

    def headers(self, *, url: str, body: bytes, signed: Mapping[str, str], at: datetime) -> dict[str, str]:
        """The headers to send: `signed` (host is added), `x-amz-date` and `authorization`.

        botocore's own `add_auth` is not used: it takes the time from the machine's clock.
        """
        timestamp = at.astimezone(UTC).strftime(_TIMESTAMP)
        headers = {**signed, "x-amz-date": timestamp}
        request = AWSRequest(method="POST", url=url, data=body, headers=headers)
        request.context["timestamp"] = timestamp
        to_sign = self._signer.string_to_sign(request, self._signer.canonical_request(request))
        names = self._signer.signed_headers(self._signer.headers_to_sign(request))
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={self._signer.scope(request)}, SignedHeaders={names}, "
            f"Signature={self._signer.signature(to_sign, request)}"
        )
        return {**headers, "authorization": authorization}
