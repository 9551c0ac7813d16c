"""The operations of the Incentives API (protocols.md 3.2, 3.4, 3.5)."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from simulator.fake_amazon import FakeAmazon
from simulator.fake_amazon.money import Money
from tests.fake_amazon.clients import PartnerClient, a_partner, a_person
from tests.fake_amazon.visitor import Visitor


def funds_of(partner: PartnerClient) -> object:
    return partner.funds().json()["availableFunds"]


def test_a_card_looks_like_the_captured_one(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    answer = partner.creates("Fakep-order_1", amount=1000.0)

    told = answer.json()
    assert answer.status_code == 200
    assert list(told) == ["cardInfo", "creationRequestId", "gcClaimCode", "gcExpirationDate", "gcId", "status"]
    assert told["cardInfo"] == {
        "cardNumber": None,
        "cardStatus": "Fulfilled",
        "expirationDate": None,
        "value": {"amount": 1000.0, "currencyCode": "USD"},
    }
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{6}-[A-Z0-9]{4}", told["gcClaimCode"])
    assert re.fullmatch(r"[A-Z0-9]{14,16}", told["gcId"])
    assert (told["creationRequestId"], told["gcExpirationDate"], told["status"]) == ("Fakep-order_1", None, "SUCCESS")


def test_cards_of_japan_and_europe_end_after_ten_years(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon, funds={"JPY": 10_000, "EUR": 100})

    yen = partner.creates("Fakep1", amount=1000, currency="JPY").json()
    euro = partner.creates("Fakep2", amount=10, currency="EUR").json()

    assert yen["gcExpirationDate"] == "Sun Jun 15 14:59:59 UTC 2036"
    assert euro["gcExpirationDate"] == "Sun Jun 15 23:59:59 UTC 2036"


def test_the_same_id_and_value_gives_the_same_card_and_debits_once(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon, funds=100)

    first, second = partner.creates(), partner.creates()

    assert first.json() == second.json()
    assert funds_of(partner) == {"amount": 75.0, "currencyCode": "USD"}
    assert len(amazon.applications()) == 1


def test_the_same_id_with_another_value_is_refused(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    partner.creates(amount=25)

    answer = partner.creates(amount=26)

    assert (answer.status_code, answer.json()["errorType"]) == (400, "RequestedDenominationMismatch")
    assert answer.json()["errorCode"] == "F200"


def test_a_cancelled_card_gives_the_money_back_and_says_so_when_asked_for_again(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon, funds=100)
    card = partner.creates().json()

    cancelled = partner.cancels(gcId=card["gcId"])
    without_gc_id = partner.cancels()
    again = partner.creates().json()

    expected = {"creationRequestId": "Fakep1", "gcId": card["gcId"], "status": "SUCCESS"}
    assert cancelled.json() == without_gc_id.json() == expected
    assert (again["status"], again["cardInfo"]["cardStatus"]) == ("SUCCESS", "RefundedToPurchaser")
    assert funds_of(partner) == {"amount": 100.0, "currencyCode": "USD"}
    assert [done.undone for done in amazon.applications()] == [True]


def test_a_card_can_be_cancelled_for_fifteen_minutes(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    partner.creates("Fakep1")
    partner.creates("Fakep2")

    amazon.clock.advance(timedelta(minutes=15))
    in_time = partner.cancels("Fakep1").json()["status"]
    amazon.clock.advance(timedelta(seconds=1))
    too_late = partner.cancels("Fakep2").json()

    assert in_time == "SUCCESS"
    assert too_late["errorType"] == "CancelRequestArrivedAfterTimeLimit"


def test_a_claimed_card_a_foreign_id_and_an_unknown_one_cannot_be_cancelled(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    a_person(amazon)
    code = partner.creates().json()["gcClaimCode"]
    visitor = Visitor(amazon)
    visitor.opens("/gc/redeem")
    visitor.signs_in()
    visitor.sends("/gc/redeem", code=code)

    told = [
        partner.cancels().json()["errorType"],
        partner.cancels(gcId="A-FOREIGN-ONE").json()["errorType"],
        partner.cancels("Fakep9").json()["errorType"],
    ]

    assert told == ["GcNotReadyForRefund", "InvalidGCIdInput", "CardNotFound"]


def test_available_funds_are_the_echo(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon, funds=1000)

    told = partner.funds().json()

    assert told == {
        "availableFunds": {"amount": 1000.0, "currencyCode": "USD"},
        "timestamp": "20260615T120000Z",
        "status": "SUCCESS",
    }


def test_funds_run_out_exactly(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon, funds=50)

    answers = [partner.creates(f"Fakep{number}").json().get("errorType", "ok") for number in range(3)]

    assert answers == ["ok", "ok", "InsufficientFunds"]


def test_a_load_credits_the_account_once_and_tells_the_same_again(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)

    first = partner.loads(user_id, amount=27.50, externalReference="reward 1")
    second = partner.loads(user_id, amount=27.50)

    told = first.json()
    assert told.pop("loadBalanceId")
    assert told == {
        "loadBalanceRequestId": "Fakep1",
        "value": {"amount": 27.5, "currencyCode": "USD"},
        "account": {"id": user_id, "type": "LWA_USER_ID"},
        "status": "SUCCESS",
    }
    assert second.json() == first.json()
    assert amazon.balance(user_id) == Money.of("27.50", "USD")


def test_a_load_id_stands_for_one_value_and_one_account(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    other = amazon.add_account("bo@example.com", "secret-2", "Bo").user_id
    partner.loads(user_id)

    told = [partner.loads(user_id, amount=26).json(), partner.loads(other).json()]

    assert [one["errorType"] for one in told] == ["RequestedDenominationMismatch"] * 2
    assert told[0]["agcodResponse"]["__type"].startswith("LoadAmazonBalanceResponse:")
    assert amazon.balance(other).minor == 0


def test_a_load_can_be_voided_for_fifteen_minutes_while_it_is_not_spent(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon, funds=100), a_person(amazon)
    partner.loads(user_id, "Fakep1")
    partner.loads(user_id, "Fakep2")

    voided, again = partner.voids("Fakep1").json(), partner.voids("Fakep1").json()
    amazon.clock.advance(timedelta(minutes=15, seconds=1))
    too_late = partner.voids("Fakep2").json()
    unknown = partner.voids("Fakep3").json()

    assert voided["status"] == "SUCCESS"
    assert voided == again
    assert too_late["errorType"] == "CancelRequestArrivedAfterTimeLimit"
    assert unknown["errorType"] == "CardNotFound"
    assert amazon.balance(user_id).minor == 2500
    assert funds_of(partner) == {"amount": 75.0, "currencyCode": "USD"}


def test_a_spent_load_cannot_be_voided(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    amazon.add_item("pen", "Pen", 1, kind="digital")
    partner.loads(user_id)
    visitor = Visitor(amazon)
    visitor.opens("/shop/balance")
    visitor.signs_in()
    visitor.sends("/shop/cart", item="pen")
    visitor.sends("/shop/order")

    assert partner.voids().json()["errorType"] == "GcNotReadyForRefund"


def test_a_load_with_conditions_is_a_promotional_credit(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    conditions = {"categories": ["headphones"], "expirationDate": "2026-07-01T00:00:00Z"}

    partner.loads(user_id, conditions=conditions)

    [credit] = amazon.world.credits.of(user_id)
    assert credit.conditions.categories == {"headphones"}
    assert credit.conditions.expires_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert amazon.balance(user_id).minor == 0


def test_the_activity_page_lists_calls_in_rows(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon, funds=60)
    card = partner.creates("FakepA").json()
    partner.creates("FakepA")
    partner.creates("FakepB")
    partner.creates("FakepC")
    partner.cancels("FakepA")
    asked = {
        "partnerId": "Fakep",
        "requestId": "1",
        "utcStartDate": "2026-06-15T00:00:00Z",
        "utcEndDate": "2026-06-16T00:00:00Z",
        "pageSize": 1000,
    }

    real = partner.calls("GetGiftCardActivityPage", asked).json()["cardActivityList"]
    every = partner.calls("GetGiftCardActivityPage", asked | {"showNoOps": True}).json()["cardActivityList"]
    second = partner.calls("GetGiftCardActivityPage", asked | {"pageIndex": 1, "pageSize": 1}).json()
    too_many = partner.calls("GetGiftCardActivityPage", asked | {"pageSize": 1001}).json()

    assert real[0] == {
        "activityStatus": "SUCCESS",
        "activityTime": "2026-06-15T12:00:00Z",
        "activityType": "CreateGiftCard",
        "cardNumber": None,
        "cardValue": {"amount": 25.0, "currencyCode": "USD"},
        "failureCode": None,
        "gcId": card["gcId"],
        "isRealOp": True,
        "partnerId": "Fakep",
        "requestId": "A",
    }
    rows = [(row["requestId"], row["activityType"], row["failureCode"]) for row in real]
    assert rows == [
        ("A", "CreateGiftCard", None),
        ("B", "CreateGiftCard", None),
        ("C", "CreateGiftCard", "F300"),
        ("A", "CancelGiftCard", None),
    ]
    assert [row["isRealOp"] for row in every] == [True, False, True, True, True]
    assert [row["requestId"] for row in second["cardActivityList"]] == ["B"]
    assert too_many["errorType"] == "BadInput"


XML = """<CreateGiftCardRequest>
  <creationRequestId>{id}</creationRequestId><partnerId>Fakep</partnerId>
  <value><amount>{amount}</amount><currencyCode>USD</currencyCode></value>
</CreateGiftCardRequest>"""


def by_xml(partner: PartnerClient, body: str) -> str:
    headers = {"content_type": "application/xml", "accept": "application/xml"}
    return partner.calls("CreateGiftCard", body, **headers).text


def test_xml_in_xml_out(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    text = by_xml(partner, XML.format(id="Fakep1", amount="25.00"))

    assert text.startswith("<?xml")
    assert "<CreateGiftCardResponse>" in text
    assert "<creationRequestId>Fakep1</creationRequestId>" in text
    assert "<amount>25.0</amount><currencyCode>USD</currencyCode>" in text
    assert "<status>SUCCESS</status>" in text
    assert "gcExpirationDate" not in text


def test_xml_errors_have_a_type_and_a_capital_message(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    text = by_xml(partner, XML.format(id="F2004", amount="25.00"))

    assert "<errorType>InvalidAmountValue</errorType>" in text
    assert "<Message>Amount must be larger than 0</Message>" in text


@pytest.mark.parametrize("body", ["<broken", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a/>"])
def test_xml_that_is_none_or_wants_entities_is_no_request(amazon: FakeAmazon, body: str) -> None:
    partner = a_partner(amazon)

    assert "<errorType>InvalidRequestInput</errorType>" in by_xml(partner, body)


def test_xml_funds_have_the_root_that_a_client_expects(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    body = "<GetAvailableFundsRequest><partnerId>Fakep</partnerId></GetAvailableFundsRequest>"

    text = partner.calls("GetAvailableFunds", body, content_type="application/xml", accept="application/xml").text

    assert "<GetAvailableFunds><availableFunds><amount>1000.0</amount>" in text
