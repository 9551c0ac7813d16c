"""A hand-over: a page inside an app's view lets the system browser do the sign-in, and waits for the outcome.

The view gets a code of one use and a number; the browser that opens the code's address has to name the number before
anything begins. docs/embedding.md holds the threats that each rule here answers.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from redeem_app.domain.ids import LinkId, RewardId
from redeem_app.domain.reward import Chosen

OPENS_FOR: Final = timedelta(minutes=10)
"""How long the code's address can be opened."""

LASTS: Final = timedelta(hours=1)
"""How long the browser may take from there on; account creation included."""

KEPT_FOR: Final = timedelta(days=1)
"""How long a view may come back for its outcome; older hand-overs are forgotten."""

OFFERED_NUMBERS: Final = 9
"""How many numbers the browser offers; whoever has the link but not the number has one guess among them, once."""


class Ending(StrEnum):
    """Why a hand-over came to nothing."""

    WRONG_NUMBER = "wrong-number"
    STOPPED = "stopped"
    REPLACED = "replaced"


class Progress(StrEnum):
    """How far a hand-over is, as the waiting view is told."""

    WAITING = "waiting"
    """The address was not opened yet, or no number named."""
    OPENED = "opened"
    """A browser named the number and does the rest."""
    OVER = "over"
    """Too late, or the wrong number was named: only a new hand-over helps."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """One hand-over as it is stored: secrets and visits as digests."""

    code_hash: str
    watch_hash: str
    link_id: LinkId
    reward_id: RewardId
    chosen: Chosen
    number: str
    numbers: tuple[str, ...]
    begun_at: datetime
    browser_hash: str = ""
    confirmed_at: datetime | None = None
    ending: Ending | None = None

    def progress(self, now: datetime) -> Progress:
        """How far it is at `now`; whatever ended it reads as over."""
        if self.ending is not None:
            return Progress.OVER
        if self.confirmed_at is not None:
            return Progress.OPENED if now - self.confirmed_at <= LASTS else Progress.OVER
        return Progress.WAITING if now - self.begun_at <= OPENS_FOR else Progress.OVER


class HandOvers(Protocol):
    """The stored hand-overs, in one transaction."""

    def add(self, hand_over: HandOver) -> None: ...
    def of_code(self, code_hash: str) -> HandOver | None: ...
    def of_watch(self, watch_hash: str) -> HandOver | None: ...
    def confirm(self, code_hash: str, browser_hash: str, now: datetime) -> bool:
        """One conditional write: False when a browser was first, or it has ended."""
        ...

    def end(self, watch_hash: str, ending: Ending) -> bool:
        """Whether there was something to end; what its browser signed in for is forgotten."""
        ...

    def forget_before(self, moment: datetime) -> int: ...


def watched_browser(hand_overs: HandOvers, watch: str, reward_id: RewardId) -> str:
    """The digest of the browser's visit whose outcome the view may see; empty where there is none."""
    found = hand_overs.of_watch(digest(watch)) if watch else None
    return found.browser_hash if found is not None and found.reward_id == reward_id and found.ending is None else ""


def digest(secret: str) -> str:
    """Random secrets are looked up by digest, so that the database alone opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
