"""The two ways of handing a reward's value to an Amazon account: loading its balance, or a claim code.

Both send the same request id for the same application, so that asking again hears what was applied and
applies nothing twice. A claim code passes through here to the page that shows it once; it is neither kept
nor logged.
"""

from typing import Final

from redeem_app.adapters.amazon_delivery_errors import Operation
from redeem_app.adapters.amazon_incentives import Incentives, unclear
from redeem_app.adapters.amazon_json import Fields, inner, money_in, text_in
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest

_FULFILLED: Final = "Fulfilled"


class LoadBalance:
    """Credits the gift-card balance of the account that signed in, by LoadAmazonBalance.

    Amazon documents what the operation does, not its bodies; these are our own proposal, which the
    simulator shares.
    """

    name = "load-balance"

    def __init__(self, incentives: Incentives) -> None:
        self._incentives = incentives

    def deliver(self, request: DeliveryRequest) -> Delivered:
        """Credit the account, or with a known id hear again that it was. Raises DeliveryFailed."""
        request_id = self._incentives.request_id(request.request_id)
        account = {"id": request.account_id, "type": "LWA_USER_ID"}
        fields = {"loadBalanceRequestId": request_id, "account": account}
        answer = self._incentives.call(Operation.LOAD_BALANCE, fields, request.value)
        _check_echo(Operation.LOAD_BALANCE, answer, "loadBalanceRequestId", request_id)
        _check_value(Operation.LOAD_BALANCE, answer.get("value"), request.value)
        if text_in(inner(answer, "account"), "id") != request.account_id:
            raise unclear(Operation.LOAD_BALANCE, "the answer is about another account")
        return Delivered(reference=_reference(Operation.LOAD_BALANCE, answer, "loadBalanceId"))

    def available_funds(self) -> Money:
        """What is left to give. Raises DeliveryFailed."""
        return self._incentives.available_funds()


class ClaimCode:
    """Creates a gift card whose claim code the person applies, by CreateGiftCard."""

    name = "claim-code"

    def __init__(self, incentives: Incentives) -> None:
        self._incentives = incentives

    def deliver(self, request: DeliveryRequest) -> Delivered:
        """Create the card, or with a known id hear the same code again. Raises DeliveryFailed."""
        request_id = self._incentives.request_id(request.request_id)
        answer = self._incentives.call(Operation.CREATE_GIFT_CARD, {"creationRequestId": request_id}, request.value)
        _check_echo(Operation.CREATE_GIFT_CARD, answer, "creationRequestId", request_id)
        _check_usable(text_in(inner(answer, "cardInfo"), "cardStatus"))
        _check_value(Operation.CREATE_GIFT_CARD, inner(answer, "cardInfo").get("value"), request.value)
        claim_code = text_in(answer, "gcClaimCode")
        if not claim_code:
            raise unclear(Operation.CREATE_GIFT_CARD, "no claim code in the answer")
        return Delivered(reference=_reference(Operation.CREATE_GIFT_CARD, answer, "gcId"), claim_code=claim_code)

    def available_funds(self) -> Money:
        """What is left to give. Raises DeliveryFailed."""
        return self._incentives.available_funds()


def build_delivery(name: str, incentives: Incentives) -> LoadBalance | ClaimCode:
    """The delivery of that name. Raises ValueError for a name that is none of `load-balance` and `claim-code`."""
    if name == LoadBalance.name:
        return LoadBalance(incentives)
    if name == ClaimCode.name:
        return ClaimCode(incentives)
    raise ValueError(f"{name!r} is no way of delivery; use {LoadBalance.name} or {ClaimCode.name}")


def _check_echo(operation: Operation, answer: Fields, name: str, sent: str) -> None:
    if text_in(answer, name) != sent:
        raise unclear(operation, "the answer is to another request")


def _check_value(operation: Operation, found: object, asked: Money) -> None:
    if money_in(found) != asked:
        raise unclear(operation, "the answer is about another value")


def _check_usable(card_status: str) -> None:
    """A cancelled card is answered as a SUCCESS, though nothing is left of it; an expired one likewise."""
    if card_status == "RefundedToPurchaser":
        detail = "the card was cancelled and its value refunded; this request id is used up"
        raise DeliveryFailed(DeliveryProblem.CANCELLED, settled=True, detail=f"CreateGiftCard: {detail}")
    if card_status == "Expired":
        detail = "the card was delivered before and has expired"
        raise DeliveryFailed(DeliveryProblem.INVALID, settled=False, detail=f"CreateGiftCard: {detail}")
    if card_status != _FULFILLED:
        raise unclear(Operation.CREATE_GIFT_CARD, "the card is not fulfilled")


def _reference(operation: Operation, answer: Fields, name: str) -> str:
    reference = text_in(answer, name)
    if not reference:
        raise unclear(operation, f"no {name} in the answer")
    return reference
