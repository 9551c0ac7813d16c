import json

import httpx
import pytest

from redeem_app.adapters.amazon_delivery_errors import (
    MEANING_IN_A_LOAD,
    MEANING_OF_CLASS,
    MEANING_OF_NAME,
)
from redeem_app.adapters.amazon_gift_cards import ClaimCode, LoadBalance, build_delivery
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, GiftDelivery
from tests.amazon.error_rows import ABOUT_THE_PERSON, DELIVERY_ROWS
from tests.amazon.wire import (
    ACCOUNT_ID,
    Reply,
    Waits,
    a_card,
    a_delivery,
    a_load,
    a_partner_error,
    an_incentives_client,
    as_json,
    wire,
)

P = DeliveryProblem


def failure_after(*replies: Reply, way: str = "claim-code") -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        build_delivery(way, an_incentives_client(wire(*replies))).deliver(a_delivery())
    return caught.value


def outcome_after(*replies: Reply, way: str = "claim-code") -> tuple[DeliveryProblem, bool]:
    failure = failure_after(*replies, way=way)
    return failure.problem, failure.settled


def test_a_loaded_balance_is_answered_with_its_reference() -> None:
    amazon = wire(a_load())
    delivery: GiftDelivery = LoadBalance(an_incentives_client(amazon))

    delivered = delivery.deliver(a_delivery())

    assert delivered == Delivered(reference="L0AD5678901234")
    assert amazon.paths == ["/LoadAmazonBalance"]
    assert amazon.body() == {
        "loadBalanceRequestId": "Redmereward0001",
        "account": {"id": ACCOUNT_ID, "type": "LWA_USER_ID"},
        "partnerId": "Redme",
        "value": {"amount": 27.50, "currencyCode": "USD"},
    }


def test_a_gift_card_is_answered_with_its_claim_code() -> None:
    amazon = wire(a_card())
    delivery: GiftDelivery = ClaimCode(an_incentives_client(amazon))

    delivered = delivery.deliver(a_delivery())

    assert delivered == Delivered(reference="A2GCN9BRX5QS76", claim_code="ABCD-EFGHJK-LMNP")
    assert amazon.paths == ["/CreateGiftCard"]
    assert amazon.body() == {
        "creationRequestId": "Redmereward0001",
        "partnerId": "Redme",
        "value": {"amount": 27.50, "currencyCode": "USD"},
    }


def test_a_claim_code_is_in_no_repr() -> None:
    delivered = ClaimCode(an_incentives_client(wire(a_card()))).deliver(a_delivery())

    assert "ABCD" not in repr(delivered)


def test_requests_are_signed_over_the_documented_headers() -> None:
    amazon = wire(a_card())

    ClaimCode(an_incentives_client(amazon)).deliver(a_delivery())

    sent = amazon.requests[0].headers
    assert "SignedHeaders=accept;host;x-amz-date;x-amz-target," in sent["authorization"]
    assert sent["x-amz-target"] == "com.amazonaws.agcod.AGCODService.CreateGiftCard"
    assert sent["x-amz-date"] == "20260301T120000Z"
    assert (sent["accept"], sent["content-type"]) == ("application/json", "application/json")


@pytest.mark.parametrize(
    ("value", "on_the_wire"),
    [
        (Money(2750, "USD"), '"amount":27.50,'),
        (Money(10, "USD"), '"amount":0.10,'),
        (Money(1000, "JPY"), '"amount":1000,'),
        (Money(123456789012345678, "USD"), '"amount":1234567890123456.78,'),
    ],
)
def test_amounts_go_over_the_wire_as_the_exact_decimal_number(value: Money, on_the_wire: str) -> None:
    amazon = wire(a_partner_error("InvalidAmountValue"))

    with pytest.raises(DeliveryFailed):
        ClaimCode(an_incentives_client(amazon)).deliver(a_delivery(value=value))

    assert on_the_wire in amazon.requests[0].content.decode()


@pytest.mark.parametrize(("code", "name", "problem", "settled"), DELIVERY_ROWS)
def test_each_error_of_a_gift_card_has_its_meaning(
    code: str, name: str, problem: DeliveryProblem, *, settled: bool
) -> None:
    assert outcome_after(a_partner_error(name, code)) == (problem, settled)


@pytest.mark.parametrize(("code", "name", "problem", "settled"), DELIVERY_ROWS)
def test_each_error_of_a_load_has_its_meaning(code: str, name: str, problem: DeliveryProblem, *, settled: bool) -> None:
    expected = (P.ACCOUNT_REFUSED, True) if name in ABOUT_THE_PERSON else (problem, settled)

    assert outcome_after(a_partner_error(name, code), way="load-balance") == expected


def test_every_entry_of_the_tables_is_shown_by_a_row() -> None:
    assert set(MEANING_OF_NAME) - {name for _, name, _, _ in DELIVERY_ROWS} == {"ThrottlingException"}
    assert set(MEANING_OF_CLASS) <= {code for code, _, _, _ in DELIVERY_ROWS}
    assert set(MEANING_IN_A_LOAD) == ABOUT_THE_PERSON


@pytest.mark.parametrize(
    "throttled",
    [
        as_json({"message": "Rate exceeded"}, 429),
        as_json({"message": "Rate exceeded"}, 400),
        as_json({"__type": "com.amazon.coral.availability#ThrottlingException", "message": "Slow"}, 400),
        httpx.Response(429, text="busy"),
    ],
)
def test_throttling_applies_nothing_in_every_form_it_takes(throttled: httpx.Response) -> None:
    assert outcome_after(throttled) == (P.THROTTLED, True)


@pytest.mark.parametrize(
    "refused",
    [
        a_partner_error("", "F200", message="The request signature we calculated does not match"),
        a_partner_error("InvalidRequestInput", "F200", message="The request signature does not match", status=403),
        a_partner_error("InvalidSignature", "F200"),
        a_partner_error("SignatureDoesNotMatch", "F200"),
        as_json({"message": "The security token included in the request is invalid"}, 400),
        httpx.Response(403, text="no"),
        httpx.Response(401, text="no"),
    ],
)
def test_refused_keys_and_signatures_are_our_own_affair(refused: httpx.Response) -> None:
    assert outcome_after(refused) == (P.PARTNER_BLOCKED, True)


@pytest.mark.parametrize(
    "nonsense",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(500, text="<html>"),
        httpx.Response(502),
        httpx.Response(404, text="no such page"),
        httpx.Response(302, headers={"location": "https://elsewhere.example/"}),
        as_json([]),
        as_json({"status": "SUCCESS"}, 500),
        as_json({"status": 7}),
        httpx.Response(200, content=b"[" * 100_000),
    ],
)
@pytest.mark.parametrize("way", ["claim-code", "load-balance"])
def test_an_answer_that_tells_nothing_leaves_the_outcome_unknown(nonsense: httpx.Response, way: str) -> None:
    assert outcome_after(nonsense, way=way) == (P.TEMPORARY, False)


@pytest.mark.parametrize(
    "wrong",
    [
        a_card(request_id="Redmeanother"),
        a_card(amount=27.49),
        a_card(gcClaimCode=None),
        a_card(gcId=""),
        a_card(card_status="Pending"),
        a_card(cardInfo=None),
        a_card(creationRequestId=7),
    ],
)
def test_a_card_that_was_not_asked_for_leaves_the_outcome_unknown(wrong: httpx.Response) -> None:
    assert outcome_after(wrong) == (P.TEMPORARY, False)


@pytest.mark.parametrize(
    "wrong",
    [
        a_load(request_id="Redmeanother"),
        a_load(amount=2.75),
        a_load(value={"amount": 27.5, "currencyCode": "EUR"}),
        a_load(value={"amount": True, "currencyCode": "USD"}),
        a_load(value={"amount": 27.505, "currencyCode": "USD"}),
        a_load(account={"id": "amzn1.account.ANOTHER"}),
        a_load(account=None),
        a_load(loadBalanceId=None),
    ],
)
def test_a_load_that_was_not_asked_for_leaves_the_outcome_unknown(wrong: httpx.Response) -> None:
    assert outcome_after(wrong, way="load-balance") == (P.TEMPORARY, False)


def test_a_cancelled_card_is_answered_as_success_and_is_none() -> None:
    assert outcome_after(a_card(card_status="RefundedToPurchaser")) == (P.CANCELLED, True)


def test_an_expired_card_was_delivered_and_is_of_no_use() -> None:
    assert outcome_after(a_card(card_status="Expired")) == (P.INVALID, False)


@pytest.mark.parametrize(
    "fault",
    [httpx.ReadTimeout(""), httpx.WriteError(""), httpx.RemoteProtocolError(""), httpx.ReadError("")],
)
def test_a_request_without_an_answer_leaves_the_outcome_unknown(fault: Exception) -> None:
    amazon = wire(fault)

    with pytest.raises(DeliveryFailed) as caught:
        ClaimCode(an_incentives_client(amazon)).deliver(a_delivery())

    assert (caught.value.problem, caught.value.settled) == (P.TEMPORARY, False)
    assert len(amazon.requests) == 1


@pytest.mark.parametrize("fault", [httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.PoolTimeout("")])
def test_a_request_that_was_not_sent_applied_nothing(fault: Exception) -> None:
    assert outcome_after(fault) == (P.TEMPORARY, True)


def test_resend_is_answered_by_the_same_request_again() -> None:
    resend = a_partner_error("SystemTemporarilyUnavailable", "F400", resend=True, status=503)
    amazon = wire(resend, resend, a_card())
    waits = Waits()

    delivered = ClaimCode(an_incentives_client(amazon, waits)).deliver(a_delivery())

    assert delivered.claim_code
    assert len({request.content for request in amazon.requests}) == 1
    assert waits.seconds == [0.2, 0.4]


def test_resend_is_answered_a_bounded_number_of_times() -> None:
    amazon = wire(a_partner_error("SystemTemporarilyUnavailable", "F400", resend=True))

    with pytest.raises(DeliveryFailed):
        ClaimCode(an_incentives_client(amazon)).deliver(a_delivery())

    assert len(amazon.requests) == 3


def test_resend_under_any_other_name_is_a_resend() -> None:
    amazon = wire(a_partner_error("SomethingNew", "F500", resend=True), a_card())

    assert ClaimCode(an_incentives_client(amazon)).deliver(a_delivery()).claim_code


def test_a_throttled_request_is_sent_once_more() -> None:
    amazon = wire(as_json({"message": "Rate exceeded"}, 429), a_card())

    assert ClaimCode(an_incentives_client(amazon)).deliver(a_delivery()).claim_code


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (as_json({"message": "Rate exceeded"}, 429), (P.THROTTLED, False)),
        (httpx.ConnectError(""), (P.TEMPORARY, False)),
        (a_partner_error("AccessDenied", "F300"), (P.PARTNER_BLOCKED, False)),
        (a_partner_error("InsufficientFunds", "F300"), (P.FUNDS_LOW, True)),
        (a_partner_error("RequestedDenominationMismatch", "F200"), (P.INVALID, False)),
    ],
)
def test_after_a_resend_only_a_refusal_on_its_merits_settles(
    last: Reply, expected: tuple[DeliveryProblem, bool]
) -> None:
    resend = a_partner_error("SystemTemporarilyUnavailable", "F400", resend=True)

    assert outcome_after(resend, last) == expected


@pytest.mark.parametrize("request_id", ["", "a" * 36, "a b", "a-b", "é"])
def test_a_request_id_that_amazon_would_refuse_is_not_sent(request_id: str) -> None:
    amazon = wire(a_card())

    with pytest.raises(DeliveryFailed) as caught:
        ClaimCode(an_incentives_client(amazon)).deliver(a_delivery(request_id=request_id))

    assert (caught.value.problem, caught.value.settled) == (P.INVALID, True)
    assert not amazon.requests


def test_the_longest_id_of_the_domain_fits_behind_the_partner_id() -> None:
    whole = "Redme" + "a" * 32

    delivered = ClaimCode(an_incentives_client(wire(a_card(request_id=whole)))).deliver(a_delivery(request_id="a" * 32))

    assert delivered.claim_code


@pytest.mark.parametrize("way", ["claim-code", "load-balance"])
def test_available_funds_are_read_exactly(way: str) -> None:
    funds = {"amount": 1234.5, "currencyCode": "USD"}
    amazon = wire(as_json({"availableFunds": funds, "status": "SUCCESS", "timestamp": "20260301T120000Z"}))

    assert build_delivery(way, an_incentives_client(amazon)).available_funds() == Money(123450, "USD")
    assert json.loads(amazon.requests[0].content) == {"partnerId": "Redme"}


def test_available_funds_without_an_amount_are_unknown() -> None:
    with pytest.raises(DeliveryFailed):
        an_incentives_client(wire(as_json({"status": "SUCCESS"}))).available_funds()


def test_no_failure_tells_a_secret() -> None:
    told = f"account {ACCOUNT_ID}, code ABCD-EFGHJK-LMNP\x1b[0m"

    failures = [
        failure_after(a_partner_error("InvalidRequestInput", message=told)),
        failure_after(httpx.ReadTimeout(told)),
        failure_after(a_card(amount=1)),
        failure_after(a_card(request_id=told)),
        failure_after(a_load(account={"id": told}), way="load-balance"),
    ]

    for failure in failures:
        assert failure.__cause__ is None
        assert failure.__context__ is None
        assert not [
            secret
            for secret in (ACCOUNT_ID, "ABCD-EFGHJK-LMNP", "partner-secret", "\x1b")
            if secret in f"{failure!r} {failure.detail}"
        ]


def test_an_unknown_way_of_delivery_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="load-balance or claim-code"):
        build_delivery("carrier-pigeon", an_incentives_client(wire(a_card())))
