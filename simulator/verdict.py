"""Whether everything adds up in the end: the service's books, the fake Amazon's, and what people saw."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to be so. `went_well` is None where it could not be looked at."""

    name: str
    went_well: bool | None
    told: str

    def as_json(self) -> dict[str, Any]:
        """For reports."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Applied:
    """One effect at the fake Amazon."""

    request_id: str
    user_id: str | None


def of_books(told: Mapping[str, Any], cost: int | None = None) -> list[Check]:
    """What `redeem books --json` says; `cost` is what each reward costs, in minor units, where that is known."""
    books: list[dict[str, Any]] = list(told["books"])
    issued, redeemed, expired, still_open = (_sum(books, name) for name in ("issued", "redeemed", "expired", "open"))
    checks = [
        Check(
            "issued = redeemed + expired + open",
            issued == redeemed + expired + still_open,
            f"{issued} = {redeemed} + {expired} + {still_open}",
        ),
        Check(
            "rewards, ledger and counters agree",
            not told["disagreements"],
            "; ".join(told["disagreements"]) or "no disagreement",
        ),
    ]
    if cost is not None:
        rest = _sum(books, "charged") - issued * cost
        checks.append(Check("the ledger sums to zero", rest == 0, f"{issued} rewards at {cost}, rest {rest}"))
    return checks


def of_amazon(told: Mapping[str, Any], applied: Iterable[Applied], *, one_each: bool = True) -> list[Check]:
    """Whether Amazon did what the books say, once. `one_each`: every person here had one reward and one account."""
    effects = list(applied)
    redeemed = _sum(told["books"], "redeemed")
    twice = _more_than_once(effect.request_id for effect in effects)
    checks = [
        Check(
            "redeemed = applied at Amazon",
            redeemed == len(effects),
            f"{redeemed} by the books, {len(effects)} at Amazon",
        ),
        Check("no request id has two effects", not twice, f"{twice} have"),
    ]
    if one_each:
        accounts = _more_than_once(effect.user_id or "" for effect in effects)
        checks.append(Check("nobody got twice", accounts == 0, f"{accounts} accounts got more than one reward"))
    return checks


def of_people(told: Mapping[str, Any], rewarded: int, applied: int) -> list[Check]:
    """Whether the books have every reward that was handed out, and every one that people saw applied."""
    issued, redeemed = _sum(told["books"], "issued"), _sum(told["books"], "redeemed")
    return [
        Check("no reward is lost", issued == rewarded, f"{rewarded} links were handed out, {issued} issued"),
        Check("what people saw applied is redeemed", redeemed >= applied, f"{applied} saw it, {redeemed} redeemed"),
    ]


def went_well(checks: Sequence[Check]) -> bool:
    """Whether none has gone wrong."""
    return all(check.went_well is not False for check in checks)


def _sum(books: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(int(book[name]) for book in books)


def _more_than_once(values: Iterable[str]) -> int:
    return sum(times > 1 for times in Counter(values).values())
