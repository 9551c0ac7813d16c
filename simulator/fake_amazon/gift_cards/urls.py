"""The operations of the Incentives API: who asks, what is wrong with the request, what happens, what is answered."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from simulator.fake_amazon.gift_cards import wire
from simulator.fake_amazon.gift_cards.errors import (
    BAD_SIGNATURE,
    OTHERS,
    SUCCESS_TRIGGER,
    TRIGGERS,
    Refused,
    Throttled,
    known_trigger,
    named,
)
from simulator.fake_amazon.gift_cards.ledger import Card, LoadWanted
from simulator.fake_amazon.gift_cards.partners import Partner
from simulator.fake_amazon.gift_cards.signature import SignedRequest, UnknownKey, WrongSignature, signer_of
from simulator.fake_amazon.gift_cards.wire import Body
from simulator.fake_amazon.money import Money
from simulator.fake_amazon.route import Route
from simulator.fake_amazon.shop.credit import Conditions
from simulator.fake_amazon.world import World

Operation = Callable[[Partner, Body], dict[str, object]]

_SAMPLE_ID: Final = "ABC123ZYX987"
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_REQUEST_ID: Final = 40
_LONGEST_REFERENCE: Final = 100
_SMALLEST_CARD: Final = {"USD": Money.of("0.15", "USD")}
_LARGEST: Final = {"USD": Money.of(2000, "USD")}


class GiftCardOperations:
    """Views of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """The URL table."""
        return [
            self._route("CreateGiftCard", self.create),
            self._route("CancelGiftCard", self.cancel),
            self._route("GetAvailableFunds", self.available_funds),
            self._route("LoadAmazonBalance", self.load_balance),
            self._route("VoidAmazonBalanceLoad", self.void_load),
        ]

    def create(self, partner: Partner, body: Body) -> dict[str, object]:
        """A card for a request id."""
        request_id = _request_id(body, "creationRequestId", partner)
        if request_id == SUCCESS_TRIGGER:
            return _card_body(_sample_card(partner, body.money(), self._world.now()), self._world.now())
        value = body.money()
        _check_limits(value, _SMALLEST_CARD.get(value.currency))
        _reference(body)
        return _card_body(self._world.ledger.create(partner, request_id, value), self._world.now())

    def cancel(self, partner: Partner, body: Body) -> dict[str, object]:
        """Take a card back."""
        request_id = _request_id(body, "creationRequestId", partner)
        gc_id = body.text("gcId")
        if request_id != SUCCESS_TRIGGER:
            gc_id = self._world.ledger.cancel(partner, request_id, gc_id).gc_id
        return wire.succeeded({"creationRequestId": request_id, "gcId": gc_id})

    def available_funds(self, partner: Partner, _body: Body) -> dict[str, object]:
        """What is left to issue."""
        funds = next(iter(partner.funds.values()))
        told = {"availableFunds": funds.as_json(), "timestamp": wire.timestamp(self._world.now())}
        return wire.succeeded(told)

    def load_balance(self, partner: Partner, body: Body) -> dict[str, object]:
        """Credit an account. The bodies are this project's own proposal; Amazon's are not public."""
        request_id = _request_id(body, "loadBalanceRequestId", partner)
        value, account = body.money(), body.part("account")
        if request_id == SUCCESS_TRIGGER:
            return _load_body(request_id, _SAMPLE_ID, value, account.text("id"))
        _check_limits(value, None)
        user_id = account.text("id")
        if not user_id or account.text("type") not in ("", "LWA_USER_ID"):
            raise Refused(OTHERS["UnknownCustomer"])
        wanted = LoadWanted(user_id=user_id, value=value, reference=_reference(body), conditions=_conditions(body))
        load = self._world.ledger.load(partner, request_id, wanted)
        return _load_body(load.request_id, load.load_id, load.value, load.user_id)

    def void_load(self, partner: Partner, body: Body) -> dict[str, object]:
        """Take a load back."""
        request_id = _request_id(body, "loadBalanceRequestId", partner)
        load_id = _SAMPLE_ID
        if request_id != SUCCESS_TRIGGER:
            load_id = self._world.ledger.void(partner, request_id).load_id
        return wire.succeeded({"loadBalanceRequestId": request_id, "loadBalanceId": load_id})

    def _route(self, name: str, operation: Operation) -> Route:
        def view() -> ResponseReturnValue:
            return self._answered(name, operation)

        def refusal(error: str) -> ResponseReturnValue:
            if error == "ThrottlingException":
                return wire.throttled(request)
            return wire.failure(request, name, named(error))

        return Route("POST", f"/{name}", name, view, refusal)

    def _answered(self, name: str, operation: Operation) -> ResponseReturnValue:
        try:
            partner = self._partner()
            partner.count_call(self._world.monotonic(), self._world.settings.calls_per_second)
            body = wire.body_of(request)
            self._world.partners.check_own(partner, body.text("partnerId"))
            return wire.success(request, name, operation(partner, body))
        except Throttled:
            return wire.throttled(request)
        except Refused as problem:
            return wire.failure(request, name, problem.error)

    def _partner(self) -> Partner:
        """Who signed. The date may follow the world's clock or real time, since clients sign by either."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        signed = SignedRequest(
            method=request.method,
            path=request.path,
            query=request.query_string.decode(),
            headers=headers,
            body=request.get_data(),
        )
        moments = (self._world.now(), datetime.now(UTC))
        tolerance = self._world.settings.signature_tolerance
        try:
            key = signer_of(signed, self._world.partners.secret_of, moments=moments, tolerance=tolerance)
        except UnknownKey as problem:
            raise Refused(OTHERS["InvalidAwsAccessKeyId"]) from problem
        except WrongSignature as problem:
            raise Refused(BAD_SIGNATURE) from problem
        return self._world.partners.by_key(key)


def _card_body(card: Card, now: datetime) -> dict[str, object]:
    """In the order of a captured answer."""
    status = card.status(now).value
    info = {"cardNumber": None, "cardStatus": status, "expirationDate": None, "value": card.value.as_json()}
    told = {
        "cardInfo": info,
        "creationRequestId": card.request_id,
        "gcClaimCode": card.claim_code,
        "gcExpirationDate": wire.expiry(card.expires_at),
        "gcId": card.gc_id,
    }
    return wire.succeeded(told)


def _sample_card(partner: Partner, value: Money, now: datetime) -> Card:
    """What the request id F0000 is answered with; nothing is issued."""
    return Card(
        request_id=SUCCESS_TRIGGER,
        partner_id=partner.partner_id,
        value=value,
        claim_code="ZYXW-VUTS-RQPO",
        gc_id=_SAMPLE_ID,
        created_at=now,
        expires_at=None,
    )


def _load_body(request_id: str, load_id: str, value: Money, user_id: str) -> dict[str, object]:
    told = {
        "loadBalanceRequestId": request_id,
        "loadBalanceId": load_id,
        "value": value.as_json(),
        "account": {"id": user_id, "type": "LWA_USER_ID"},
    }
    return wire.succeeded(told)


def _request_id(body: Body, name: str, partner: Partner) -> str:
    """The id on which a request is known again, or a trigger, which needs no partner id before it. Raises Refused."""
    request_id = body.text(name)
    asked_error = known_trigger(request_id)
    if asked_error is not None:
        raise Refused(asked_error)
    if request_id == SUCCESS_TRIGGER:
        return request_id
    if not _REQUEST_ID.fullmatch(request_id):
        raise Refused(OTHERS["InvalidRequestIdInput"])
    if len(request_id) > _LONGEST_REQUEST_ID:
        raise Refused(OTHERS["RequestIdTooLong"])
    if not request_id.startswith(partner.partner_id):
        raise Refused(OTHERS["RequestIdMustStartWithPartnerName"])
    return request_id


def _check_limits(value: Money, smallest: Money | None) -> None:
    if smallest is not None and value < smallest:
        raise Refused(OTHERS["AmountBelowMinThreshold"])
    largest = _LARGEST.get(value.currency)
    if largest is not None and largest < value:
        raise Refused(TRIGGERS["F2015"])


def _reference(body: Body) -> str:
    reference = body.text("externalReference")
    if len(reference) > _LONGEST_REFERENCE:
        raise Refused(OTHERS["ExternalReferenceTooLong"])
    return reference


def _conditions(body: Body) -> Conditions:
    """An extension: `conditions` {`items`, `categories`, `expirationDate`} make the load a promotional credit."""
    told = body.part("conditions")
    until = told.text("expirationDate")
    try:
        expires_at = datetime.fromisoformat(until).astimezone(UTC) if until else None
    except ValueError as problem:
        raise Refused(OTHERS["BadInput"]) from problem
    return Conditions(
        items=frozenset(told.texts("items")), categories=frozenset(told.texts("categories")), expires_at=expires_at
    )
