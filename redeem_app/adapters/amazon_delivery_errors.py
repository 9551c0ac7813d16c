"""Every error of the Incentives API, and what each means to a delivery.

Amazon's list: https://developer.amazon.com/docs/incentives-api/gift-codes-errors.html. An error has a class (F100 to
F500) and a name. Names are looked up first, since Amazon has put some into more than one class, then the class, then
the HTTP status, which Amazon does not document and its clients do not read.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from redeem_app.domain.ports import DeliveryProblem


class Operation(StrEnum):
    """The calls we make, by their name on the wire."""

    CREATE_GIFT_CARD = "CreateGiftCard"
    LOAD_BALANCE = "LoadAmazonBalance"
    AVAILABLE_FUNDS = "GetAvailableFunds"


@dataclass(frozen=True, slots=True)
class PartnerError:
    """An answer that is no success, as it was on the wire; what it lacked is empty."""

    status: int
    code: str = ""
    name: str = ""
    message: str = ""

    def __str__(self) -> str:
        said = " ".join(part for part in (self.code, self.name, _presentable(self.message)) if part)
        return f"HTTP {self.status} {said}".rstrip()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error tells of this one request.

    `settled`: this request surely applied nothing. `again`: the same request may succeed within a second.
    """

    problem: DeliveryProblem
    settled: bool = True
    again: bool = False


_INVALID: Final = Meaning(DeliveryProblem.INVALID)
_FUNDS: Final = Meaning(DeliveryProblem.FUNDS_LOW)
_BLOCKED: Final = Meaning(DeliveryProblem.PARTNER_BLOCKED)
_REFUSED: Final = Meaning(DeliveryProblem.ACCOUNT_REFUSED)
_THROTTLED: Final = Meaning(DeliveryProblem.THROTTLED, again=True)
_UNKNOWN: Final = Meaning(DeliveryProblem.TEMPORARY, settled=False)
_ASK_AGAIN: Final = Meaning(DeliveryProblem.TEMPORARY, settled=False, again=True)

MEANING_OF_NAME: Final = {
    # F200: the request is wrong.
    "InvalidRequestInput": _INVALID,
    "InvalidCardNumberInput": _INVALID,
    "InvalidPartnerIdInput": _INVALID,
    "InvalidAmountInput": _INVALID,
    "InvalidAmountValue": _INVALID,
    "InvalidCurrencyCodeInput": _INVALID,
    "InvalidRequestIdInput": _INVALID,
    "InvalidGCIdInput": _INVALID,
    "InvalidCurrencyInMarketplace": _INVALID,
    "CardAlreadyActivatedWithDifferentRequestId": _INVALID,
    "CardActivatedWithDifferentRequestId": _INVALID,
    "MaxAmountExceeded": _INVALID,
    "AmountBelowMinThreshold": _INVALID,
    "NegativeOrZeroAmount": _INVALID,
    "CurrencyCodeMismatch": _INVALID,
    "FractionalAmountNotAllowed": _INVALID,
    "CancelRequestArrivedAfterTimeLimit": _INVALID,
    "CardNotFound": _INVALID,
    "GcNotReadyForRefund": _INVALID,
    "RequestIdTooLong": _INVALID,
    "RequestIdMustStartWithPartnerName": _INVALID,
    "ExternalReferenceTooLong": _INVALID,
    # Something was applied under this id before, for another value or account.
    "RequestedDenominationMismatch": Meaning(DeliveryProblem.INVALID, settled=False),
    # F300: our account with the partner. "Customer" is the partner's customer, us; see also MEANING_IN_A_LOAD.
    "InsufficientFunds": _FUNDS,
    "IssuanceCapExceeded": _FUNDS,
    "CustomerSurpassedDailyVelocityLimit": _FUNDS,
    "AccountHasProblems": _BLOCKED,
    "UnknownCustomer": _BLOCKED,
    "BlockedCustomer": _BLOCKED,
    "CustomerAccountBlocked": _BLOCKED,
    "InvalidAwsAccessKeyId": _BLOCKED,
    "OperationNotPermitted": _BLOCKED,
    "ActiveContractNotFound": _BLOCKED,
    "AccessDenied": _BLOCKED,
    "InvalidProgramId": _BLOCKED,
    "ProgramIsNotApproved": _BLOCKED,
    "ProgramIdNotPresent": _BLOCKED,
    "BadInput": _INVALID,
    # F400 and throttling.
    "SystemTemporarilyUnavailable": _ASK_AGAIN,
    "ThrottlingException": _THROTTLED,
}
"""By `errorType`. GeneralError is not among them: its class tells what it is."""

MEANING_IN_A_LOAD: Final = {
    "UnknownCustomer": _REFUSED,
    "BlockedCustomer": _REFUSED,
    "CustomerAccountBlocked": _REFUSED,
}
"""A balance is loaded to a person's account, so here the customer is the person; a gift card names no account."""

MEANING_OF_CLASS: Final = {
    "F100": _UNKNOWN,
    "F200": _INVALID,
    "F300": _BLOCKED,
    "F400": _ASK_AGAIN,
    "F500": _UNKNOWN,
}
"""By `errorCode`, for GeneralError and for names that Amazon adds."""

_AT_THE_DOOR: Final = {
    HTTPStatus.UNAUTHORIZED.value: _BLOCKED,
    HTTPStatus.FORBIDDEN.value: _BLOCKED,
    HTTPStatus.TOO_MANY_REQUESTS.value: _THROTTLED,
}
"""By HTTP status, for answers that name nothing we know."""

_SIGNATURE_WORDS: Final = re.compile(r"signature|security token|credential", re.IGNORECASE)


def meaning_of(operation: Operation, error: PartnerError) -> Meaning:
    """What the error means; an answer that tells nothing is taken as one whose outcome is not known."""
    if _is_about_our_signature(error):
        return _BLOCKED
    if operation is Operation.LOAD_BALANCE and error.name in MEANING_IN_A_LOAD:
        return MEANING_IN_A_LOAD[error.name]
    if error.name in MEANING_OF_NAME:
        return MEANING_OF_NAME[error.name]
    if error.code in MEANING_OF_CLASS and error.status not in _AT_THE_DOOR:
        return MEANING_OF_CLASS[error.code]
    return _AT_THE_DOOR.get(error.status, _UNKNOWN)


def holds_for_earlier_requests(problem: DeliveryProblem) -> bool:
    """Whether the answer to a repeated request also tells that no earlier one with its id was applied.

    Amazon answers a known id with what was applied; so a refusal on its merits shows that the id is not
    known. A refusal at the door (throttle, keys, a circuit that is open) was given without looking at the
    id.
    """
    return problem in {DeliveryProblem.FUNDS_LOW, DeliveryProblem.ACCOUNT_REFUSED, DeliveryProblem.INVALID}


def _is_about_our_signature(error: PartnerError) -> bool:
    """A bad signature is an F200 InvalidRequestInput like a bad body; only the wording tells them apart."""
    return bool(_SIGNATURE_WORDS.search(f"{error.name} {error.message}"))


def _presentable(message: str) -> str:
    """The partner's sentence for our log: one short line, without ids of accounts and without claim codes."""
    without_ids = re.sub(r"amzn1\.\S+|\b\w{4}-\w{6}-\w{4,5}\b", "…", message)
    return "".join(sign for sign in without_ids if sign.isprintable())[:200]
