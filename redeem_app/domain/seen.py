"""What a visitor sees at a reward link: an offer, an application under way, or what was applied."""

from dataclasses import dataclass

from redeem_app.domain.campaign import Item
from redeem_app.domain.ids import ItemId
from redeem_app.domain.offering import OfferedItem
from redeem_app.domain.reward import Application
from redeem_app.domain.stored import LinkedReward, SignedIn, StoredCampaign


@dataclass(frozen=True, slots=True)
class Offered:
    """The reward waits for the person: to sign in, or, with `signed_in`, to press the button."""

    link: LinkedReward
    items: tuple[OfferedItem, ...]
    selected: ItemId
    signed_in: SignedIn | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Asked of Amazon, not yet heard."""

    link: LinkedReward
    application: Application
    item: Item
    is_watched: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """Done; `claim_code` only where delivery is by claim code and this person's account got it."""

    link: LinkedReward
    application: Application
    item: Item
    claim_code: str = ""
    is_watched: bool = False
    """Seen from an app's view, which waits while a browser does the rest; it is told no account and no code."""


@dataclass(frozen=True, slots=True)
class TestOffer:
    """What a campaign's test link shows: the page, and nothing behind it (rule C1)."""

    stored: StoredCampaign
    items: tuple[OfferedItem, ...]


Seen = Offered | UnderWay | Applied | TestOffer
