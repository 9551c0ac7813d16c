"""What an app's key and one of its customers lead to, read at once: all that counting an event rests on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from redeem_app.domain.campaign import App
from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, MomentId
from redeem_app.domain.points import PointsEntry, PointsEvent

if TYPE_CHECKING:
    from datetime import datetime

    from redeem_app.domain.stored import StoredCampaign


@dataclass(frozen=True, slots=True, eq=False)
class PlayedApp:
    """An app with its campaigns. The same object is given for as long as nothing of them changes."""

    app: App
    campaigns: "tuple[StoredCampaign, ...]"


class SeenCustomer(NamedTuple):
    """What was known of a customer, and how to tell whether it still is so."""

    played: PlayedApp
    entries: tuple[PointsEntry, ...]
    granted: frozenset[tuple[CampaignId, MomentId]]
    state: str
    """Another one wherever ledger or rewards are others."""


class Booking(NamedTuple):
    """An event with the one entry that it gives, or with none, for a customer who is still as `state` says.

    Where something arrived before the event that takes it back, it is not booked by this.
    """

    app_id: AppId
    customer_key: CustomerKey
    event: PointsEvent
    entry: PointsEntry | None
    state: str
    now: "datetime"
