"""Watched ads: what an ad network's signed callback says, and the event that it becomes (rules E1, E4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from redeem_app.domain.campaign import App
from redeem_app.domain.ids import CustomerKey, EventId
from redeem_app.domain.points import CLOCK_TOLERANCE, EventType, PointsEvent
from redeem_app.domain.refusals import Reason, Refusal

CALLBACK_LASTS: Final = timedelta(hours=24)
"""How late a callback may arrive: the networks repeat within minutes, an app's own queue may take longer."""


@dataclass(frozen=True, slots=True)
class AdWatched:
    """One ad, watched to its end, by the network's own word."""

    network: str
    """As the app's campaign file calls it: a key of `App.ad_keys`."""
    transaction_id: str
    """The network's id of this one view; what makes a repeated callback count once."""
    customer_id: str
    """The app's own customer id, which the app gave to the network."""
    watched_at: datetime


class AdKeysUnavailable(Exception):
    """The network's keys could not be had just now; the callback may be genuine, so it should come again."""


class AdVerifier(Protocol):
    """Tells genuine callbacks from invented ones."""

    def watched(self, app: App, network: str, callback: str, now: datetime) -> AdWatched:
        """What the callback (its query string, as it was received) says.

        Raises Refusal(BODY_INVALID) where it is forged, unreadable, or outside its time; AdKeysUnavailable.
        """


def needs_callback(app: App) -> bool:
    """Whether a watched ad counts only with the network's signature: where the app states the networks' keys."""
    return bool(app.ad_keys)


def ad_event(ad: AdWatched, customer_key: CustomerKey) -> PointsEvent:
    """The event that the ad is, under an id that is the same however often its callback arrives."""
    event_id = EventId(f"ad:{ad.network}:{ad.transaction_id}")
    return PointsEvent(event_id, customer_key, EventType.AD_WATCHED, "", 1, ad.watched_at)


def check_timely(watched_at: datetime, now: datetime) -> None:
    """Raises Refusal(BODY_INVALID) for a callback that is too old or from the future."""
    if watched_at < now - CALLBACK_LASTS:
        raise callback_refused("is older than 24 hours", cause="expired")
    if watched_at > now + CLOCK_TOLERANCE:
        raise callback_refused("is dated in the future", cause="future")


def callback_refused(problem: str, *, cause: str) -> Refusal:
    """The refusal of a callback; `cause` is for the operator's trace: `forged`, `expired` and the like."""
    return Refusal(Reason.BODY_INVALID, field="adCallback", problem=problem, cause=cause, rule="E4")
