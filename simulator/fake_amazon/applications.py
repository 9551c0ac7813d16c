"""What was really issued or credited, for counting."""

from dataclasses import dataclass
from datetime import datetime

from simulator.fake_amazon.gift_cards.ledger import Ledger
from simulator.fake_amazon.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One effect: a gift card issued or a balance loaded, however often it was asked for.

    `reference` is Amazon's id of it. `user_id` is None for a card that nobody has claimed. `undone` is cancelled
    or voided.
    """

    operation: str
    request_id: str
    reference: str
    user_id: str | None
    value: Money
    at: datetime
    undone: bool


def applications_in(ledger: Ledger) -> tuple[Application, ...]:
    """All of them, oldest first."""
    cards = [
        Application(
            operation="CreateGiftCard",
            request_id=card.request_id,
            reference=card.gc_id,
            user_id=card.claimed_by,
            value=card.value,
            at=card.created_at,
            undone=card.refunded,
        )
        for card in ledger.cards.values()
    ]
    loads = [
        Application(
            operation="LoadAmazonBalance",
            request_id=load.request_id,
            reference=load.load_id,
            user_id=load.user_id,
            value=load.value,
            at=load.created_at,
            undone=load.voided,
        )
        for load in ledger.loads.values()
    ]
    return tuple(sorted(cards + loads, key=lambda done: done.at))
