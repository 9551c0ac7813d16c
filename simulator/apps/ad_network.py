"""The ad network of the fake apps: it calls the service back, with a keyed hash, when somebody watched an ad.

Its calls meet mishaps of their own, as an app's events do; the app learns of a film's points from the service alone.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from simulator.apps.post import Mishap, Post, tried_again
from simulator.apps.rewards_api import ApiRefused, Calls
from simulator.event_log import EventLog

NETWORK: Final = "house"
"""As the campaign file calls it."""

SECRET_NAME: Final = "HOUSE_ADS_SECRET"  # noqa: S105 - where the campaign file says that the secret is
WATCHED: Final = "ad.watched"


@dataclass(frozen=True, slots=True)
class View:
    """One ad, watched to its end by one person; the same `view_id` is the same view."""

    view_id: str
    customer: str
    watched_at: datetime


class AdNetwork:
    """The network of one app; `post` is how its calls travel, `log` where it writes down what becomes of them."""

    def __init__(self, calls: Calls, app_id: str, secret: str, log: EventLog) -> None:
        self.post = Post(self._call_back, self._befallen)
        self.on_taken: Callable[[View], None] = lambda _view: None
        """Told of each call that the service took."""
        self._calls = calls
        self._app_id = app_id
        self._secret = secret
        self._log = log
        self._unconfirmed: dict[str, View] = {}

    def watched(self, view: View) -> None:
        """Somebody watched an ad to its end: tell the service. Raises NoAnswer."""
        self._unconfirmed[view.view_id] = view
        self.post.send(view)

    def unconfirmed(self, customer: str) -> int:
        """How many of the person's views the service has not taken; networks show this to apps."""
        return sum(view.customer == customer for view in self._unconfirmed.values())

    def close(self) -> None:
        """Give the connections back."""
        self._calls.close()

    def _call_back(self, view: View) -> None:
        path = f"/v1/ads/{NETWORK}/{self._app_id}?{callback(self._secret, view)}"
        try:
            answer = tried_again(lambda: self._calls.call("GET", path))
        except ApiRefused as refusal:
            self._log.note("ad network", "callback refused", customer=view.customer, why=refusal.text)
            return
        self._log.note("ad network", "callback taken", customer=view.customer, counted=bool(answer.get("counted")))
        self._unconfirmed.pop(view.view_id, None)
        self.on_taken(view)

    def _befallen(self, view: View, mishap: Mishap) -> None:
        self._log.note("ad network", f"callback {mishap}", customer=view.customer)


def callback(secret: str, view: View) -> str:
    """The query string that says who watched."""
    said = {
        "ad_network": NETWORK,
        "ad_unit": "film",
        "reward_amount": "1",
        "reward_item": "points",
        "timestamp": str(int(view.watched_at.timestamp() * 1000)),
        "transaction_id": view.view_id,
        "user_id": view.customer,
    }
    content = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
    return f"{content}&signature={hmac.digest(secret.encode(), content.encode(), hashlib.sha256).hex()}"
