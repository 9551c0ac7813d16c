"""Request ids: what the partner deduplicates the applications of a reward on, and how a new one is given.

The id of a reward is the reward's own, so that however often it is tried, it is applied once. Only an id under which
the partner itself took everything back (a card that was cancelled by hand) is used up: asking by it gives nothing any
more. An operator may then have the reward go on under the next id; never by itself, since whoever cancelled had a
reason. docs/operating.md tells how.
"""

from datetime import datetime
from typing import Final, Protocol

from redeem_app.domain.ids import RewardId

MOST_GENERATIONS: Final = 99
"""The partner allows 40 characters: five of the partner's own, 32 of the reward, and three for this."""


def request_id_of(reward_id: RewardId, generation: int) -> str:
    """The id to ask by; the first is the reward's own."""
    return f"{reward_id}r{generation}" if generation else str(reward_id)


class RequestIds(Protocol):
    """Which ids of a reward are used up, and which of those an operator had followed by the next."""

    def generation(self, reward_id: RewardId) -> int:
        """Of the id to ask by now; 0 is the first."""
        ...

    def note_used_up(self, reward_id: RewardId, generation: int, now: datetime) -> None:
        """The partner said that what was applied under this id was taken back."""
        ...

    def renew(self, reward_id: RewardId, generation: int, now: datetime) -> bool:
        """Go on under the next id; one conditional write: False where another was first."""
        ...
