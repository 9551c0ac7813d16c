from datetime import UTC, datetime

from redeem_app.adapters.amazon_signing import RequestSigner


def test_signature_equals_that_of_the_known_good_request() -> None:
    signer = RequestSigner(access_key="fake-aws-key", secret_key="fake-secret-key", region="us-east-1")
    body = b'{"creationRequestId":"Test001","partnerId":"Test","value":{"amount":123,"currencyCode":"USD"}}'

    headers = signer.headers(
        url="https://agcod-v2-gamma.amazon.com/CreateGiftCard",
        body=body,
        signed={
            "accept": "application/json",
            "content-length": str(len(body)),
            "content-type": "application/json",
            "x-amz-target": "com.amazonaws.agcod.AGCODService.CreateGiftCard",
        },
        at=datetime(2017, 9, 18, 13, 31, 38, tzinfo=UTC),
    )

    assert headers["x-amz-date"] == "20170918T133138Z"
    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=fake-aws-key/20170918/us-east-1/AGCODService/aws4_request, "
        "SignedHeaders=accept;content-length;content-type;host;x-amz-date;x-amz-target, "
        "Signature=e9d5479b216d39a2dd949f5971383c871ab420a6c6b3380f98e9851a8349e260"
    )


def test_the_moment_of_the_signature_is_given_in_utc_whatever_zone_the_clock_is_in() -> None:
    signer = RequestSigner(access_key="key", secret_key="secret", region="us-west-2")
    noon = datetime.fromisoformat("2026-03-01T12:00:00+02:00")

    headers = signer.headers(url="https://agcod-v2-fe.amazon.com/X", body=b"", signed={}, at=noon)

    assert headers["x-amz-date"] == "20260301T100000Z"
    assert "Credential=key/20260301/us-west-2/AGCODService/aws4_request" in headers["authorization"]
