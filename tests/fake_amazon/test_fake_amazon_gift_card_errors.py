"""Every error of the Incentives API can be had (protocols.md 3.5, 3.6)."""

import pytest

from simulator.fake_amazon import FakeAmazon
from tests.fake_amazon.clients import PartnerClient, a_partner, a_person

TRIGGERS = [
    ("F1000", "F100", "FAILURE", "GeneralError", "General Error"),
    ("F2000", "F200", "FAILURE", "InvalidRequestInput", None),
    ("F2001", "F200", "FAILURE", "InvalidCardNumberInput", None),
    ("F2002", "F200", "FAILURE", "InvalidPartnerIdInput", None),
    ("F2003", "F200", "FAILURE", "InvalidAmountInput", "Amount can't be null"),
    ("F2004", "F200", "FAILURE", "InvalidAmountValue", "Amount must be larger than 0"),
    ("F2005", "F200", "FAILURE", "InvalidCurrencyCodeInput", "Currency Code can't be null or empty"),
    (
        "F2010",
        "F200",
        "FAILURE",
        "CardAlreadyActivatedWithDifferentRequestId",
        "The card was already activated with a different request id",
    ),
    ("F2015", "F200", "FAILURE", "MaxAmountExceeded", "Max Amount Exceeded"),
    ("F2016", "F200", "FAILURE", "CurrencyCodeMismatch", "Currency Code Mismatch"),
    ("F2017", "F200", "FAILURE", "FractionalAmountNotAllowed", "Fractional Amount Not Allowed"),
    (
        "F2047",
        "F200",
        "FAILURE",
        "CancelRequestArrivedAfterTimeLimit",
        "Cancellation cannot be processed as too much time has elapsed since creation",
    ),
    ("F3003", "F300", "FAILURE", "InsufficientFunds", "Insufficient Funds"),
    ("F3005", "F300", "FAILURE", "GeneralError", "General Error"),
    ("F3010", "F300", "FAILURE", "CustomerSurpassedDailyVelocityLimit", "Customer has exceeded daily velocity limit"),
    ("F4000", "F400", "RESEND", "SystemTemporarilyUnavailable", "System Temporarily Unavailable"),
    ("F5000", "F500", "FAILURE", "GeneralError", "General Error"),
    ("F2999", "F200", "FAILURE", "InvalidRequestIdInput", None),
]
STATUS = {"F100": 500, "F200": 400, "F300": 400, "F400": 503, "F500": 500}


@pytest.mark.parametrize(("trigger", "code", "status", "error_type", "message"), TRIGGERS)
def test_each_trigger_has_its_captured_answer(  # noqa: PLR0917 - the columns of the table
    amazon: FakeAmazon, trigger: str, code: str, status: str, error_type: str, message: str | None
) -> None:
    partner = a_partner(amazon)

    answer = partner.creates(trigger)

    told = answer.json()
    assert answer.status_code == STATUS[code]
    assert told["agcodResponse"] == {
        "__type": "CreateGiftCardResponse:http://internal.amazon.com/coral/com.amazonaws.agcod/",
        "cardInfo": None,
        "creationRequestId": None,
        "gcClaimCode": None,
        "gcExpirationDate": None,
        "gcId": None,
        "status": status,
    }
    assert (told["errorCode"], told["errorType"]) == (code, error_type)
    assert told["message"] == message or message is None
    assert amazon.applications() == ()


def test_the_trigger_of_success_has_its_captured_card(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    told = partner.creates("F0000", amount=10).json()

    assert (told["gcClaimCode"], told["gcId"], told["creationRequestId"]) == (
        "ZYXW-VUTS-RQPO",
        "ABC123ZYX987",
        "F0000",
    )
    assert told["cardInfo"]["value"] == {"amount": 10.0, "currencyCode": "USD"}
    assert told["gcExpirationDate"] is None
    assert amazon.applications() == ()


def test_triggers_work_on_every_operation_with_a_request_id(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)

    told = [
        partner.cancels("F2047").json()["errorType"],
        partner.loads(user_id, "F4000").json()["agcodResponse"]["status"],
        partner.voids("F3003").json()["errorType"],
        partner.cancels("F0000", gcId="x").json()["status"],
        partner.loads(user_id, "F0000").json()["status"],
        partner.voids("F0000").json()["status"],
        partner.calls("ActivateGiftCard", {"activationRequestId": "F2001", "partnerId": "Fakep"}).json()["errorType"],
    ]

    assert told == [
        "CancelRequestArrivedAfterTimeLimit",
        "RESEND",
        "InsufficientFunds",
        "SUCCESS",
        "SUCCESS",
        "SUCCESS",
        "InvalidCardNumberInput",
    ]
    assert amazon.balance(user_id).minor == 0


@pytest.mark.parametrize(
    ("changes", "error_type"),
    [
        ({"amount": None}, "InvalidAmountInput"),
        ({"amount": "25"}, "InvalidAmountInput"),
        ({"amount": True}, "InvalidAmountInput"),
        ({"amount": 0}, "InvalidAmountValue"),
        ({"amount": -1}, "InvalidAmountValue"),
        ({"amount": 0.14}, "AmountBelowMinThreshold"),
        ({"amount": 2000.01}, "MaxAmountExceeded"),
        ({"amount": 1.001}, "FractionalAmountNotAllowed"),
        ({"currency": ""}, "InvalidCurrencyCodeInput"),
        ({"currency": None}, "InvalidCurrencyCodeInput"),
        ({"currency": "EUR"}, "CurrencyCodeMismatch"),
        ({"request_id": ""}, "InvalidRequestIdInput"),
        ({"request_id": "Fakep 1"}, "InvalidRequestIdInput"),
        ({"request_id": f"Fakep{'1' * 36}"}, "RequestIdTooLong"),
        ({"request_id": "Other1"}, "RequestIdMustStartWithPartnerName"),
    ],
)
def test_a_wrong_request_has_its_error(amazon: FakeAmazon, changes: dict[str, object], error_type: str) -> None:
    partner = a_partner(amazon)

    answer = partner.creates(**changes)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json()["errorType"]) == (400, error_type)


def test_a_fraction_of_a_yen_is_not_allowed(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon, funds={"JPY": 1000})

    assert partner.creates(amount=100.5, currency="JPY").json()["errorType"] == "FractionalAmountNotAllowed"


@pytest.mark.parametrize("body", ["", "null", "[]", "{}", "{", '"text"'])
def test_a_body_that_is_no_object_is_null_to_amazon(amazon: FakeAmazon, body: str) -> None:
    partner = a_partner(amazon)

    assert partner.calls("CreateGiftCard", body).json()["errorType"] == "InvalidRequestInput"


def test_fields_of_another_kind_are_bad_input(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    value = {"amount": 1, "currencyCode": "USD"}

    told = [
        partner.calls("CreateGiftCard", {"creationRequestId": 7, "partnerId": "Fakep", "value": value}),
        partner.calls("CreateGiftCard", {"creationRequestId": "Fakep1", "partnerId": "Fakep", "value": 7}),
    ]

    assert [one.json()["errorType"] for one in told] == ["BadInput", "BadInput"]


def test_too_long_a_reference(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)

    assert partner.loads(user_id, externalReference="x" * 101).json()["errorType"] == "ExternalReferenceTooLong"


def test_the_partner_id_must_be_there_and_be_the_signers(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    missing = partner.calls("GetAvailableFunds", {"partnerId": None})
    foreign = partner.calls("GetAvailableFunds", {"partnerId": "Other"})

    assert missing.json()["errorType"] == "InvalidPartnerIdInput"
    assert (foreign.status_code, foreign.json()["errorType"]) == (403, "AccessDenied")


def test_a_load_to_nobody_and_to_a_blocked_account(amazon: FakeAmazon) -> None:
    partner, blocked = a_partner(amazon), a_person(amazon, blocked=True)

    nobody = partner.loads("amzn1.account.NOBODY").json()
    refused = partner.loads(blocked).json()

    assert (nobody["errorCode"], nobody["errorType"]) == ("F300", "UnknownCustomer")
    assert (refused["errorCode"], refused["errorType"]) == ("F300", "CustomerAccountBlocked")


def test_a_partner_account_with_problems(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    amazon.world.partners.by_key("AKFAKE").blocked = True

    told = partner.creates().json()

    assert (told["errorCode"], told["errorType"]) == ("F300", "GeneralError")


def test_programmes_of_resellers(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    amazon.world.partners.by_key("AKFAKE").programs = {"approved": True, "waiting": False}
    body = {"creationRequestId": "Fakep1", "partnerId": "Fakep", "value": {"amount": 1, "currencyCode": "USD"}}

    told = [
        partner.calls("CreateGiftCard", body | {"programId": program}).json().get("errorType")
        for program in ("", "unknown", "waiting", "approved")
    ]

    assert told == ["ProgramIdNotPresent", "InvalidProgramId", "ProgramIsNotApproved", None]


def test_physical_cards_are_not_permitted(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    told = partner.calls("ActivateGiftCard", {"activationRequestId": "Fakep1", "partnerId": "Fakep"}).json()

    assert told["errorType"] == "OperationNotPermitted"


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        *((name, "F200", 400) for name in ("NegativeOrZeroAmount", "InvalidCurrencyInMarketplace")),
        *((name, "F300", 400) for name in ("BlockedCustomer", "IssuanceCapExceeded", "ActiveContractNotFound")),
        ("InvalidAwsAccessKeyId", "F300", 403),
        ("F3010", "F300", 400),
        ("F400", "F400", 503),
    ],
)
def test_any_error_can_be_set_for_the_next_call(amazon: FakeAmazon, name: str, code: str, status: int) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    amazon.faults.error("LoadAmazonBalance", name)

    refused, after = partner.loads(user_id), partner.loads(user_id)

    assert (refused.status_code, refused.json()["errorCode"]) == (status, code)
    assert after.status_code == 200


def calls_within_a_second(partner: PartnerClient, how_many: int) -> list[int]:
    return [partner.funds().status_code for _ in range(how_many)]


def test_more_than_ten_calls_a_second_are_throttled(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    account = amazon.world.partners.by_key("AKFAKE")
    for _ in range(10):
        account.count_call(1000.0, 10)
    amazon.world.monotonic = lambda: 1000.9  # type: ignore[method-assign]

    throttled = partner.funds()
    in_xml = partner.calls("GetAvailableFunds", "<a/>", content_type="application/xml", accept="application/xml")
    amazon.world.monotonic = lambda: 1001.0  # type: ignore[method-assign]
    after = partner.funds()

    assert (throttled.status_code, throttled.json()) == (429, {"message": "Rate exceeded"})
    assert "<ThrottlingException><Message>Rate exceeded</Message></ThrottlingException>" in in_xml.text
    assert after.status_code == 200


def test_the_throttle_can_be_lifted_or_asked_for(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    amazon.set(calls_per_second=None)
    free = calls_within_a_second(partner, 12)
    amazon.faults.error("GetAvailableFunds", "ThrottlingException")
    asked_for = partner.funds().status_code

    assert free == [200] * 12
    assert asked_for == 429
