"""What a request to the Incentives API must fulfil; everything here raises Refused for one that does not."""

import re
from datetime import UTC, datetime
from typing import Final

from simulator.fake_amazon.gift_cards.errors import OTHERS, SUCCESS_TRIGGER, TRIGGERS, Refused, known_trigger
from simulator.fake_amazon.gift_cards.partners import Partner
from simulator.fake_amazon.gift_cards.wire import Body
from simulator.fake_amazon.money import Money
from simulator.fake_amazon.shop.credit import Conditions

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_REQUEST_ID: Final = 40
_LONGEST_REFERENCE: Final = 100
_LARGEST: Final = {"USD": Money.of(2000, "USD")}


def request_id_in(body: Body, name: str, partner: Partner) -> str:
    """The id on which a request is known again, or a trigger, which needs no partner id before it."""
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


def check_limits(value: Money, smallest: Money | None) -> None:
    """Not below the smallest, if there is one, nor above 2,000 dollars."""
    if smallest is not None and value < smallest:
        raise Refused(OTHERS["AmountBelowMinThreshold"])
    largest = _LARGEST.get(value.currency)
    if largest is not None and largest < value:
        raise Refused(TRIGGERS["F2015"])


def reference_in(body: Body) -> str:
    """The partner's own note, of at most 100 characters."""
    reference = body.text("externalReference")
    if len(reference) > _LONGEST_REFERENCE:
        raise Refused(OTHERS["ExternalReferenceTooLong"])
    return reference


def conditions_in(body: Body) -> Conditions:
    """An extension: `conditions` {`items`, `categories`, `expirationDate`} make the load a promotional credit."""
    told = body.part("conditions")
    until = told.text("expirationDate")
    try:
        expires_at = _in_utc(datetime.fromisoformat(until)) if until else None
    except ValueError as problem:
        raise Refused(OTHERS["BadInput"]) from problem
    return Conditions(
        items=frozenset(told.texts("items")), categories=frozenset(told.texts("categories")), expires_at=expires_at
    )


def check_program(partner: Partner, program_id: str) -> None:
    """Only resellers have programmes."""
    if not partner.programs:
        return
    if not program_id:
        raise Refused(OTHERS["ProgramIdNotPresent"])
    if program_id not in partner.programs:
        raise Refused(OTHERS["InvalidProgramId"])
    if not partner.programs[program_id]:
        raise Refused(OTHERS["ProgramIsNotApproved"])


def moment_of(text: str) -> datetime:
    """`2026-06-15T12:00:00Z`."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as problem:
        raise Refused(OTHERS["BadInput"]) from problem


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
