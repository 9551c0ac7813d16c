"""What an app's key leads to, read at once: all that a reward is issued by, and how much is left of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from redeem_app.domain.campaign import App
from redeem_app.domain.ids import RewardGroupId

if TYPE_CHECKING:
    from redeem_app.domain.stored import OfferedCampaign


@dataclass(frozen=True, slots=True, eq=False)
class KeyedOffer:
    """One group of a campaign of the key's app. The same object is given for as long as nothing of it changes."""

    app: App
    group_id: RewardGroupId
    offered: "OfferedCampaign"


class Left(NamedTuple):
    """What is left of each counter that a reward is taken from; None of one that there is not, as of a new month."""

    budget: int | None
    campaign_month: int | None
    account_month: int | None
    pool: int | None


class OfferToKey(NamedTuple):
    """The offer with what is left."""

    offer: KeyedOffer
    left: Left
