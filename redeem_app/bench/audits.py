"""The truth behind the speed: after each phase, was everything done once, and do the books balance?"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from redeem_app.bench import campaign
from redeem_app.wiring import Service

EXPECTED = {"open": "200", "apply": "303", "GetReward": "200", "events": "200"}
"""The only status that counts as an answer; whatever else comes is an error."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the database holds at one moment."""

    rewards: int
    applied: int
    events: int
    points: int

    @classmethod
    def of(cls, service: Service) -> "Tally":
        """Counted now."""
        queries = (
            "SELECT COUNT(*) FROM rewards",
            "SELECT COUNT(*) FROM applications WHERE applied_at IS NOT NULL",
            "SELECT COUNT(*) FROM events",
            "SELECT COALESCE(SUM(points), 0) FROM points",
        )
        rows = service.database.read(lambda connection: [connection.row(query) for query in queries])
        return cls(*(int(row[0]) if row else 0 for row in rows))


def disagreements(service: Service, book: Path, answered: Mapping[str, int], before: Tally) -> list[str]:
    """Every way in which answers, database, partner and books tell different stories; empty where all agree.

    `answered` counts the good answers to each act since `before`.
    """
    after = Tally.of(service)
    return [
        *_differences(answered, before, after),
        *_not_once(service, book),
        *service.bookkeeping.balance().disagreements,
    ]


def _differences(answered: Mapping[str, int], before: Tally, after: Tally) -> Iterator[str]:
    events = answered.get("events", 0)
    pairs = (
        ("rewards granted", answered.get("GetReward", 0), after.rewards - before.rewards),
        ("rewards applied", answered.get("apply", 0), after.applied - before.applied),
        ("events counted", events, after.events - before.events),
        ("points given", events * campaign.POINTS_PER_EVENT, after.points - before.points),
    )
    for what, told, found in pairs:
        if told != found:
            yield f"{what}: {told} by the answers, {found} in the database"


def _not_once(service: Service, book: Path) -> Iterator[str]:
    """Exactly once: the partner was asked once for each application, and for no other."""
    asked = Counter(book.read_text(encoding="ascii").split()) if book.exists() else Counter[str]()
    twice = sum(1 for times in asked.values() if times > 1)
    if twice:
        yield f"{twice} rewards were delivered more than once"
    rows = service.database.read(
        lambda connection: connection.rows("SELECT request_id FROM applications WHERE reference LIKE 'bench-%'")
    )
    applied = {str(row[0]) for row in rows}
    if applied != set(asked):
        lost, unasked = len(set(asked) - applied), len(applied - set(asked))
        yield f"{lost} deliveries without an application, {unasked} applications without a delivery"
