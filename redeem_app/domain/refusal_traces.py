"""What an operator finds by the support number of a refusal: the rule, its facts, when; nothing that names a person.

Kept for `KEPT_FOR`. Facts hold no token, code, account or customer id by the rules of refusals; whatever looks like
one is masked all the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from redeem_app.domain.ids import AppId, CampaignId, RewardId
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import Records
from redeem_app.domain.refusals import Refusal

KEPT_FOR: Final = timedelta(days=30)
"""As long as a reward can be redeemed after its campaign."""

KEPT_EACH_SECOND: Final = 50
"""By each process: a flood of junk requests must not become a flood of writes; the log has the others."""

_LONGEST: Final = 120
_LOOKS_LIKE_A_SECRET: Final = re.compile(r"amzn1\.\S+|[\w.+-]+@[\w-]+\.\w+|[\w-]{24,}")


@dataclass(frozen=True, slots=True)
class Where:
    """Who was refused what, as far as an operator may know: ids of our own, never of a person."""

    door: str
    """`person` or `app`: who was told no."""
    app_id: AppId | None = None
    campaign_id: CampaignId | None = None
    reward_id: RewardId | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class RefusalTrace:
    """One refusal, as it is kept."""

    number: str
    noted_at: datetime
    reason: str
    where: Where
    facts: Mapping[str, str]


class TraceRecords(Protocol):
    """Refusals by their support number."""

    def add(self, trace: RefusalTrace) -> None: ...
    def of_number(self, number: str) -> RefusalTrace | None: ...
    def forget_before(self, moment: datetime) -> int: ...


class RefusalTraces:
    """Keeps refusals, and finds them again."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._second = 0
        self._kept = 0

    def note(self, number: str, refusal: Refusal, where: Where) -> None:
        """Keep the refusal under its number."""
        now = self._clock.now()
        if not self._may_keep(now):
            return
        facts = {name: masked(str(fact)) for name, fact in refusal.facts.items()}
        trace = RefusalTrace(number, now, refusal.reason, where, facts)
        self._records.write(lambda tx: tx.refusal_traces.add(trace))

    def find(self, said: str) -> RefusalTrace | None:
        """By the number as a person says it: in any case, with or without its dash."""
        number = written(said)
        return self._records.read(lambda tx: tx.refusal_traces.of_number(number))

    def _may_keep(self, now: datetime) -> bool:
        second = int(now.timestamp())
        if second != self._second:
            self._second, self._kept = second, 0
        self._kept += 1
        return self._kept <= KEPT_EACH_SECOND


def written(said: str) -> str:
    """The number as pages show it."""
    letters = "".join(letter for letter in said.upper() if letter.isalnum())
    return f"{letters[:4]}-{letters[4:]}"


def masked(fact: str) -> str:
    """The fact without what may be a secret or an account."""
    return _LOOKS_LIKE_A_SECRET.sub("(masked)", fact)[:_LONGEST]
