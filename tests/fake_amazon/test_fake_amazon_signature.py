"""Signatures are verified over whatever headers are signed (protocols.md 3.3)."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from simulator.fake_amazon import FakeAmazon
from simulator.fake_amazon.gift_cards.signature import SignedRequest, UnknownKey, WrongSignature, signer_of
from tests.fake_amazon.clients import PartnerClient, a_partner
from tests.fake_amazon.visitor import NO_TLS

THEN = datetime(2017, 9, 18, 13, 31, 38, tzinfo=UTC)
BODY = b'{"creationRequestId":"Test001","partnerId":"Test","value":{"amount":123,"currencyCode":"USD"}}'
SIGNATURE = "e9d5479b216d39a2dd949f5971383c871ab420a6c6b3380f98e9851a8349e260"
NODE_HEADERS = "accept;content-length;content-type;host;x-amz-date;x-amz-target"


def the_known_request(signature: str = SIGNATURE, separator: str = ", ", body: bytes = BODY) -> SignedRequest:
    """The verified vector of the protocol notes."""
    scope = "20170918/us-east-1/AGCODService/aws4_request"
    fields = (f"Credential=fake-aws-key/{scope}", f"SignedHeaders={NODE_HEADERS}", f"Signature={signature}")
    headers = {
        "accept": "application/json",
        "content-length": "94",
        "content-type": "application/json",
        "host": "agcod-v2-gamma.amazon.com",
        "x-amz-date": "20170918T133138Z",
        "x-amz-target": "com.amazonaws.agcod.AGCODService.CreateGiftCard",
        "authorization": f"AWS4-HMAC-SHA256 {separator.join(fields)}",
    }
    return SignedRequest(method="POST", path="/CreateGiftCard", query="", headers=headers, body=body)


def signer(request: SignedRequest, now: datetime = THEN) -> str:
    secrets = {"fake-aws-key": "fake-secret-key"}
    return signer_of(request, secrets.get, moments=(now,), tolerance=timedelta(minutes=15))


@pytest.mark.parametrize("separator", [", ", ","])
def test_the_known_vector_is_right(separator: str) -> None:
    assert signer(the_known_request(separator=separator)) == "fake-aws-key"


def test_another_body_signature_or_day_is_wrong() -> None:
    wrong = [
        (the_known_request(body=BODY + b" "), THEN),
        (the_known_request(signature="0" * 64), THEN),
        (the_known_request(), THEN + timedelta(minutes=15, seconds=1)),
    ]

    for request, now in wrong:
        with pytest.raises(WrongSignature):
            signer(request, now)


def test_an_unknown_key_is_told_apart() -> None:
    with pytest.raises(UnknownKey):
        signer_of(the_known_request(), lambda _key: None, moments=(THEN,), tolerance=timedelta(minutes=15))


def hand_signed(amazon: FakeAmazon, headers: dict[str, str], *, secret: str = "partner-secret") -> httpx.Response:  # noqa: S107 - fake
    """A call signed by hand over exactly these headers and the host."""
    body = b'{"partnerId":"Fakep"}'
    host = httpx.URL(amazon.base_url).netloc.decode()
    every = headers | {"host": host, "x-amz-date": f"{amazon.clock.now():%Y%m%dT%H%M%SZ}"}
    signed = sorted(every)
    day = f"{amazon.clock.now():%Y%m%d}"
    canonical = "\n".join(
        (
            "POST",
            "/GetAvailableFunds",
            "",
            "".join(f"{name}:{every[name]}\n" for name in signed),
            ";".join(signed),
            hashlib.sha256(body).hexdigest(),
        )
    )
    scope = f"{day}/eu-west-1/AGCODService/aws4_request"
    to_sign = "\n".join(
        ("AWS4-HMAC-SHA256", every["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest())
    )
    key = f"AWS4{secret}".encode()
    for part in (day, "eu-west-1", "AGCODService", "aws4_request", to_sign):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    authorization = f"AWS4-HMAC-SHA256 Credential=AKFAKE/{scope},SignedHeaders={';'.join(signed)},Signature={key.hex()}"
    sent = every | {"authorization": authorization}
    return httpx.post(f"{amazon.base_url}/GetAvailableFunds", content=body, headers=sent, verify=NO_TLS)


TARGET = "com.amazonaws.agcod.AGCODService.GetAvailableFunds"


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "application/json", "x-amz-target": TARGET},
        {"accept": "application/json", "content-type": "application/json", "content-length": "21"},
        {"accept": "*/*", "content-type": "application/json", "date": "Mon, 15 Jun 2026 12:00:00 GMT"},
        {"accept": "application/json", "x-amz-target": "com.amazonaws.agcod.AGCODService./GetAvailableFunds"},
    ],
)
def test_the_header_sets_of_known_clients(amazon: FakeAmazon, headers: dict[str, str]) -> None:
    a_partner(amazon)

    assert hand_signed(amazon, headers).status_code == 200


def test_a_wrong_secret_is_a_403_with_f200_in_it(amazon: FakeAmazon) -> None:
    a_partner(amazon)

    answer = hand_signed(amazon, {"accept": "application/json"}, secret="wrong")

    assert (answer.status_code, answer.json()["errorCode"]) == (403, "F200")
    assert "signature we calculated does not match" in answer.json()["message"]


def test_an_unknown_access_key_and_no_signature_at_all(amazon: FakeAmazon) -> None:
    a_partner(amazon)

    unknown = PartnerClient(amazon, access_key="AKNOBODY").funds()
    none = httpx.post(f"{amazon.base_url}/GetAvailableFunds", json={"partnerId": "Fakep"}, verify=NO_TLS)

    assert (unknown.status_code, unknown.json()["errorType"]) == (403, "InvalidAwsAccessKeyId")
    assert (none.status_code, none.json()["errorCode"]) == (403, "F200")


def test_a_signature_by_real_time_is_good_in_a_world_whose_clock_was_moved(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    amazon.clock.advance(timedelta(days=400))

    assert partner.funds().status_code == 200
