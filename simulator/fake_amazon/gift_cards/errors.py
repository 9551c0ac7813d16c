"""The errors of the Incentives API, and the request ids that bring them about in its sandbox."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """`status` of an answer; RESEND means that the same request may succeed later."""

    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    RESEND = "RESEND"


@dataclass(frozen=True, slots=True)
class GiftCardError:
    """One error: its class (`F200`), its type and its text. `denied` is for wrong keys and signatures."""

    code: str
    error_type: str
    message: str
    denied: bool = False

    @property
    def status(self) -> Status:
        """F400 is the class to send again."""
        return Status.RESEND if self.code == "F400" else Status.FAILURE

    @property
    def http_status(self) -> int:
        """A choice, known only to be "not 200": 400 and 403 for the partner's mistakes, 5xx for Amazon's."""
        if self.denied:
            return 403
        return {"F100": 500, "F400": 503, "F500": 500}.get(self.code, 400)


class Refused(Exception):
    """A request is answered with an error."""

    def __init__(self, error: GiftCardError) -> None:
        super().__init__(error.error_type)
        self.error = error


class Throttled(Exception):
    """More calls in a second than a partner may make."""


SUCCESS_TRIGGER: Final = "F0000"
_TRIGGER: Final = re.compile(r"F\d{4}")

TRIGGERS: Final = {
    "F1000": GiftCardError("F100", "GeneralError", "General Error"),
    "F2000": GiftCardError("F200", "InvalidRequestInput", "Request body can't be null"),
    "F2001": GiftCardError("F200", "InvalidCardNumberInput", "Card number can't be null or empty"),
    "F2002": GiftCardError("F200", "InvalidPartnerIdInput", "Partner id can't be null or empty"),
    "F2003": GiftCardError("F200", "InvalidAmountInput", "Amount can't be null"),
    "F2004": GiftCardError("F200", "InvalidAmountValue", "Amount must be larger than 0"),
    "F2005": GiftCardError("F200", "InvalidCurrencyCodeInput", "Currency Code can't be null or empty"),
    "F2010": GiftCardError(
        "F200",
        "CardAlreadyActivatedWithDifferentRequestId",
        "The card was already activated with a different request id",
    ),
    "F2015": GiftCardError("F200", "MaxAmountExceeded", "Max Amount Exceeded"),
    "F2016": GiftCardError("F200", "CurrencyCodeMismatch", "Currency Code Mismatch"),
    "F2017": GiftCardError("F200", "FractionalAmountNotAllowed", "Fractional Amount Not Allowed"),
    "F2047": GiftCardError(
        "F200",
        "CancelRequestArrivedAfterTimeLimit",
        "Cancellation cannot be processed as too much time has elapsed since creation",
    ),
    "F3003": GiftCardError("F300", "InsufficientFunds", "Insufficient Funds"),
    "F3005": GiftCardError("F300", "GeneralError", "General Error"),
    "F3010": GiftCardError("F300", "CustomerSurpassedDailyVelocityLimit", "Customer has exceeded daily velocity limit"),
    "F4000": GiftCardError("F400", "SystemTemporarilyUnavailable", "System Temporarily Unavailable"),
    "F5000": GiftCardError("F500", "GeneralError", "General Error"),
}
"""What Amazon's sandbox answered; the texts of F2000 to F2002 are from its documentation."""


def _f200(error_type: str, message: str) -> GiftCardError:
    return GiftCardError("F200", error_type, message)


def _f300(error_type: str, message: str) -> GiftCardError:
    return GiftCardError("F300", error_type, message)


OTHERS: Final = {
    error.error_type: error
    for error in (
        _f200("InvalidRequestIdInput", "Request id can't be null, empty or of other characters"),
        _f200("CardNotFound", "Card Not Found"),
        _f200("RequestedDenominationMismatch", "The request id was used with another value"),
        _f200("NegativeOrZeroAmount", "Amount must be larger than 0"),
        _f200("GcNotReadyForRefund", "The gift card can't be refunded"),
        _f200("RequestIdTooLong", "Request id must not be longer than 40 characters"),
        _f200("RequestIdMustStartWithPartnerName", "Request id must start with the partner id"),
        _f200("InvalidGCIdInput", "Gift card id is not of this request"),
        _f200("InvalidCurrencyInMarketplace", "Currency is not of the marketplace"),
        _f200("AmountBelowMinThreshold", "Amount is below the minimum"),
        _f200("ExternalReferenceTooLong", "External reference must not be longer than 100 characters"),
        _f200("ProgramIdNotPresent", "Program id can't be null or empty"),
        _f300("UnknownCustomer", "Unknown Customer"),
        _f300("BlockedCustomer", "Blocked Customer"),
        _f300("IssuanceCapExceeded", "Issuance Cap Exceeded"),
        _f300("OperationNotPermitted", "Operation Not Permitted"),
        _f300("BadInput", "Bad Input"),
        _f300("ActiveContractNotFound", "Active Contract Not Found"),
        _f300("CustomerAccountBlocked", "Customer Account Blocked"),
        _f300("InvalidProgramId", "Invalid Program Id"),
        _f300("ProgramIsNotApproved", "Program Is Not Approved"),
        GiftCardError(
            "F300", "InvalidAwsAccessKeyId", "The AWS Access Key Id you provided does not exist", denied=True
        ),
        GiftCardError("F300", "AccessDenied", "Access Denied", denied=True),
    )
}
"""The other names that clients know; their texts are ours."""

BAD_SIGNATURE: Final = GiftCardError(
    "F200",
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method.",
    denied=True,
)
"""The class is documented, the type is not."""


def known_trigger(request_id: str) -> GiftCardError | None:
    """The error that a request id of the form `F2004` asks for; an unlisted one is an invalid request id.

    Returns None for other ids, and for the one that asks for success.
    """
    if not _TRIGGER.fullmatch(request_id) or request_id == SUCCESS_TRIGGER:
        return None
    return TRIGGERS.get(request_id, OTHERS["InvalidRequestIdInput"])


def named(name: str) -> GiftCardError:
    """An error by trigger (`F3003`), by type (`UnknownCustomer`) or by class (`F400`), for a tester who asks for it."""
    if name in OTHERS:
        return OTHERS[name]
    by_type = (error for error in TRIGGERS.values() if name in (error.error_type, error.code))
    return TRIGGERS.get(name) or next(by_type, OTHERS["InvalidRequestIdInput"])
