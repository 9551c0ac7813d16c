"""What each operation of the Incentives API does for a partner: body in, answer out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from simulator.fake_amazon.gift_cards import wire
from simulator.fake_amazon.gift_cards.activity import Activity
from simulator.fake_amazon.gift_cards.checks import (
    check_limits,
    check_program,
    conditions_in,
    moment_of,
    reference_in,
    request_id_in,
)
from simulator.fake_amazon.gift_cards.errors import OTHERS, SUCCESS_TRIGGER, Refused
from simulator.fake_amazon.gift_cards.ledger import Card, LoadWanted
from simulator.fake_amazon.gift_cards.partners import Partner
from simulator.fake_amazon.gift_cards.wire import Body
from simulator.fake_amazon.money import Money
from simulator.fake_amazon.world import World

Told = dict[str, object]

_SAMPLE_ID: Final = "ABC123ZYX987"
_LARGEST_PAGE: Final = 1000
_SMALLEST_CARD: Final = {"USD": Money.of("0.15", "USD")}


class Operations:
    """Those of one world. Each may raise Refused."""

    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> dict[str, Callable[[Partner, Body], Told]]:
        """By the name on the wire."""
        return {
            "CreateGiftCard": self.create,
            "CancelGiftCard": self.cancel,
            "GetAvailableFunds": self.available_funds,
            "GetGiftCardActivityPage": self.activity_page,
            "LoadAmazonBalance": self.load_balance,
            "VoidAmazonBalanceLoad": self.void_load,
            "ActivateGiftCard": self.physical_card,
            "DeactivateGiftCard": self.physical_card,
            "ActivationStatusCheck": self.physical_card,
        }

    def create(self, partner: Partner, body: Body) -> Told:
        """A card for a request id."""
        request_id = request_id_in(body, "creationRequestId", partner)
        value = body.money()
        now = self._world.now()
        if request_id == SUCCESS_TRIGGER:
            return _card_body(_sample_card(partner, value, now), now)
        check_limits(value, _SMALLEST_CARD.get(value.currency))
        check_program(partner, body.text("programId"))
        reference_in(body)
        known = request_id in self._world.ledger.cards
        with self._noted("CreateGiftCard", partner, request_id, value):
            card = self._world.ledger.create(partner, request_id, value)
            self._note("CreateGiftCard", card, real=not known)
        return _card_body(card, now)

    def cancel(self, partner: Partner, body: Body) -> Told:
        """Take a card back."""
        request_id = request_id_in(body, "creationRequestId", partner)
        gc_id = body.text("gcId")
        if request_id != SUCCESS_TRIGGER:
            known = self._world.ledger.cards.get(request_id)
            real = known is not None and not known.refunded
            with self._noted("CancelGiftCard", partner, request_id, known.value if known else None):
                card = self._world.ledger.cancel(partner, request_id, gc_id)
                self._note("CancelGiftCard", card, real=real)
            gc_id = card.gc_id
        return wire.succeeded({"creationRequestId": request_id, "gcId": gc_id})

    def available_funds(self, partner: Partner, _body: Body) -> Told:
        """What is left to issue."""
        funds = next(iter(partner.funds.values()))
        told = {"availableFunds": funds.as_json(), "timestamp": wire.timestamp(self._world.now())}
        return wire.succeeded(told)

    def activity_page(self, partner: Partner, body: Body) -> Told:
        """The partner's calls between two moments; `pageIndex` is the first row."""
        rows = self._world.activities.of(
            partner.partner_id,
            moment_of(body.text("utcStartDate")),
            moment_of(body.text("utcEndDate")),
            no_ops=body.flag("showNoOps"),
        )
        first, most = body.whole_number("pageIndex", 0), body.whole_number("pageSize", _LARGEST_PAGE)
        if first < 0 or not 0 < most <= _LARGEST_PAGE:
            raise Refused(OTHERS["BadInput"])
        return wire.succeeded({"cardActivityList": [row.as_json() for row in rows[first : first + most]]})

    def load_balance(self, partner: Partner, body: Body) -> Told:
        """Credit an account. The bodies are this project's own proposal; Amazon's are not public."""
        request_id = request_id_in(body, "loadBalanceRequestId", partner)
        value, account = body.money(), body.part("account")
        if request_id == SUCCESS_TRIGGER:
            return _load_body(request_id, _SAMPLE_ID, value, account.text("id"))
        check_limits(value, None)
        user_id = account.text("id")
        if not user_id or account.text("type") not in ("", "LWA_USER_ID"):
            raise Refused(OTHERS["UnknownCustomer"])
        wanted = LoadWanted(user_id=user_id, value=value, reference=reference_in(body), conditions=conditions_in(body))
        load = self._world.ledger.load(partner, request_id, wanted)
        return _load_body(load.request_id, load.load_id, load.value, load.user_id)

    def void_load(self, partner: Partner, body: Body) -> Told:
        """Take a load back."""
        request_id = request_id_in(body, "loadBalanceRequestId", partner)
        load_id = _SAMPLE_ID
        if request_id != SUCCESS_TRIGGER:
            load_id = self._world.ledger.void(partner, request_id).load_id
        return wire.succeeded({"loadBalanceRequestId": request_id, "loadBalanceId": load_id})

    def physical_card(self, partner: Partner, body: Body) -> Told:
        """Physical cards are not played."""
        request_id_in(body, "activationRequestId", partner)
        raise Refused(OTHERS["OperationNotPermitted"])

    def _note(self, kind: str, card: Card, *, real: bool) -> None:
        self._world.activities.add(
            Activity(
                at=self._world.now(),
                kind=kind,
                partner_id=card.partner_id,
                request_id=card.request_id,
                gc_id=card.gc_id,
                value=card.value,
                error=None,
                real=real,
            )
        )

    @contextmanager
    def _noted(self, kind: str, partner: Partner, request_id: str, value: Money | None) -> Iterator[None]:
        """Write a refusal down too, and let it pass."""
        try:
            yield
        except Refused as problem:
            self._world.activities.add(
                Activity(
                    at=self._world.now(),
                    kind=kind,
                    partner_id=partner.partner_id,
                    request_id=request_id,
                    gc_id=None,
                    value=value,
                    error=problem.error,
                    real=True,
                )
            )
            raise


def _card_body(card: Card, now: datetime) -> Told:
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


def _load_body(request_id: str, load_id: str, value: Money, user_id: str) -> Told:
    told = {
        "loadBalanceRequestId": request_id,
        "loadBalanceId": load_id,
        "value": value.as_json(),
        "account": {"id": user_id, "type": "LWA_USER_ID"},
    }
    return wire.succeeded(told)
