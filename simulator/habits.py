"""What people do without being told: how they play, when they come back, and how they go about a reward link.

A scenario's person and a load's persona have the same habits, in the same words (`[people.ada.habits]`,
`[persona.habits]`). In a journey the world's time passes for them, in a load a day has a length of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from simulator.apps.ad_network import WATCHED
from simulator.apps.game import LEVEL, SESSION
from simulator.apps.shop import PURCHASE, SHELVES
from simulator.apps.video import FILMS
from simulator.spans import Span, span

DAYS_AT_MOST: Final = 40
"""Usual days that a person spends for a reward before giving up."""
PRODUCTS: Final = {product.product_id: product for product in SHELVES}
Times = Annotated[int, Field(ge=0, le=100)]


def _on_the_shelves(products: tuple[str, ...]) -> tuple[str, ...]:
    for product in products:
        if product not in PRODUCTS:
            raise ValueError(f"the shop has no {product!r}; it has: {', '.join(PRODUCTS)}")
    return products


class Opens(StrEnum):
    """Where a person follows a reward link."""

    APP = "app"
    """In the app that shows it."""
    MAIL = "mail"
    """In a message, so in the phone's browser; the scanner of their mail has opened it before."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that is done in an app: the control by its hook, and the event that the app makes of it."""

    act: str
    event: str
    thing: str = ""
    category: str = ""
    """Of what is bought."""


class UsualDay(BaseModel):
    """What somebody does in the app on a day; nothing of it is told to be rewarded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: Times = Field(default=0, description="levels played, in a game")
    sessions: Times = Field(default=0, description="times that they practise, in a game")
    films: Times = Field(default=0, description="sponsors' films watched, in a video app")
    buys: Annotated[tuple[str, ...], AfterValidator(_on_the_shelves)] = Field(
        default=(), description="products bought, in a shop"
    )

    def deeds(self) -> Iterator[Deed]:
        """One after the other."""
        yield from (Deed("play-level", LEVEL) for _ in range(self.levels))
        yield from (Deed("play-session", SESSION) for _ in range(self.sessions))
        yield from (Deed("watch-ad", WATCHED, FILMS[number % len(FILMS)][0]) for number in range(self.films))
        yield from (Deed("buy", PURCHASE, name, PRODUCTS[name].category) for name in self.buys)


class Habits(BaseModel):
    """How somebody goes about it by default; without any, they act at once, in the app, and only as a step says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: UsualDay = Field(default=UsualDay(), description="what they do in the app on a usual day")
    comes_back_after: Span = Field(default="1 day", description="from one usual day to the next: `3 days`")
    opens: Opens = Field(default=Opens.APP, description="`app`, or `mail`: in the phone's browser, after a scanner")
    opens_after: Span = Field(default="", description="how long a new link waits until they open it: `9 hours`")
    sleeps_on_it: Span = Field(default="", description="they look at the offer, leave, and come back so much later")

    @property
    def absence(self) -> timedelta:
        """From one usual day to the next."""
        return span(self.comes_back_after)

    @property
    def delay(self) -> timedelta:
        """From a new link to its first opening."""
        return span(self.opens_after)

    @property
    def hesitation(self) -> timedelta:
        """From the first look at an offer to the second; none for those who go on."""
        return span(self.sleeps_on_it)

    def strange_to(self, events: frozenset[str]) -> str:
        """What of the usual day can't be done in an app of such events; empty where all can."""
        return next((deed.event for deed in self.day.deeds() if deed.event not in events), "")
