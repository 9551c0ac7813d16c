"""Checks a Signature Version 4 over whatever headers `SignedHeaders` lists, since clients sign different sets."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, quote

SERVICE: Final = "AGCODService"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_FIELD: Final = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")
_DATE: Final = "%Y%m%dT%H%M%SZ"


class WrongSignature(Exception):
    """The signature is missing, malformed, out of date or wrong; says which."""


class UnknownKey(Exception):
    """Nobody has the access key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """What is signed: `path` and `query` as sent, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Credential:
    access_key: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def signer_of(
    request: SignedRequest,
    secret_of: Callable[[str], str | None],
    *,
    moments: tuple[datetime, ...],
    tolerance: timedelta,
) -> str:
    """The access key that signed. Its date must be near one of `moments`. Raises WrongSignature, UnknownKey."""
    credential = _credential(request.headers.get("authorization", ""))
    secret = secret_of(credential.access_key)
    if secret is None:
        raise UnknownKey(credential.access_key)
    date = request.headers.get("x-amz-date") or request.headers.get("date") or ""
    _check_date(date, credential, moments, tolerance)
    expected = _signature(secret, credential, date, _canonical(request, credential.signed_headers))
    if not hmac.compare_digest(expected, credential.signature):
        raise WrongSignature("the signature does not match")
    return credential.access_key


def _credential(header: str) -> _Credential:
    """Fields are separated by `, ` or a bare comma."""
    algorithm, _, rest = header.partition(" ")
    fields = dict(_FIELD.findall(rest))
    scope = fields.get("Credential", "").split("/")
    if algorithm != _ALGORITHM or len(scope) != 5 or len(fields) != 3:  # noqa: PLR2004 - parts of a scope, and fields
        raise WrongSignature("the Authorization header is not of Signature Version 4")
    access_key, date, region, service, _ = scope
    signed = tuple(fields["SignedHeaders"].lower().split(";"))
    if service != SERVICE or "host" not in signed:
        raise WrongSignature(f"the scope must name {SERVICE}, and the host must be signed")
    return _Credential(access_key, date, region, service, signed, fields["Signature"])


def _check_date(text: str, credential: _Credential, moments: tuple[datetime, ...], tolerance: timedelta) -> None:
    try:
        date = datetime.strptime(text, _DATE).replace(tzinfo=UTC)
    except ValueError as problem:
        raise WrongSignature("x-amz-date is not YYYYMMDDTHHMMSSZ") from problem
    if credential.date != f"{date:%Y%m%d}":
        raise WrongSignature("the scope is of another day than x-amz-date")
    if all(abs(date - moment) > tolerance for moment in moments):
        raise WrongSignature("the signature's date is too far from the present")


def _canonical(request: SignedRequest, signed: tuple[str, ...]) -> str:
    missing = [name for name in signed if name not in request.headers]
    if missing:
        raise WrongSignature(f"signed headers are missing: {', '.join(missing)}")
    headers = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in signed)
    pairs = sorted((quote(name, "-_.~"), quote(value, "-_.~")) for name, value in parse_qsl(request.query, True))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    path = quote(request.path or "/", "/-_.~")
    digest = hashlib.sha256(request.body).hexdigest()
    return "\n".join((request.method, path, query, headers, ";".join(signed), digest))


def _signature(secret: str, credential: _Credential, date: str, canonical: str) -> str:
    key = f"AWS4{secret}".encode()
    for part in (credential.date, credential.region, credential.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    to_sign = "\n".join((_ALGORITHM, date, credential.scope, hashlib.sha256(canonical.encode()).hexdigest()))
    return hmac.digest(key, to_sign.encode(), hashlib.sha256).hex()
