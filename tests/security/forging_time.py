"""Does a refused link tell by its time what was wrong with it? `python -m tests.security.forging_time`

Kinds of wrong links are refused in turn, thousands of times, by the signer alone and by the whole page. For each kind
the table shows the median and how often it took longer than the first kind in the same round: 50 % is no difference. It
exits 1 where a kind is told apart (by more than 10 points and by more than a tenth of a microsecond, or 2 % of a page).
A measurement of a machine, and so no test.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.app import create_app
from redeem_app.domain.ids import LinkId
from redeem_app.domain.refusals import Refusal
from tests.service.test_abuse import a_token
from tests.service_under_test import SECRET, a_service

Act = Callable[[str], object]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def wrong_links(token: str) -> dict[str, str]:
    """The same length and form, wrong at different places."""
    link_id, _, signature = token.partition(".")
    other = "B" if signature[0] == "A" else "A"
    near_end = "B" if signature[-2] == "A" else "A"
    return {
        "signature wrong from its first letter": f"{link_id}.{other}{signature[1:]}",
        "signature wrong in its last but one": f"{link_id}.{signature[:-2]}{near_end}{signature[-1]}",
        "another id, same signature": f"{link_id[::-1]}.{signature}",
        "all made up": "0123456789abcdef" * 2 + "." + "A" * (len(signature) - 1) + "A",
        "signed by a stranger's key": SignedLinks(["x" * 40]).token(LinkId(link_id)),
    }


def measured(act: Act, links: dict[str, str], rounds: int) -> dict[str, list[int]]:
    """Nanoseconds by kind, one of each kind a round, in random order."""
    chance = random.Random(7)  # noqa: S311 - an order
    taken: dict[str, list[int]] = {kind: [] for kind in links}
    kinds = list(links)
    for _ in range(rounds):
        chance.shuffle(kinds)
        for kind in kinds:
            began = time.perf_counter_ns()
            act(links[kind])
            taken[kind].append(time.perf_counter_ns() - began)
    return taken


def told_apart(title: str, taken: dict[str, list[int]], allowed: float) -> bool:
    """Print the table; whether a kind is told apart from the first by more than `allowed` nanoseconds."""
    first, *_ = taken
    base = statistics.median(taken[first])
    say(f"{title}, {len(taken[first])} rounds")
    found = False
    for kind, spans in taken.items():
        longer = sum(mine > its for mine, its in zip(spans, taken[first], strict=True)) / len(spans)
        median = statistics.median(spans)
        is_apart = abs(longer - 0.5) > 0.1 and abs(median - base) > allowed and kind != first
        found = found or is_apart
        say(f"  {median / 1000:>9.2f} µs  longer in {longer:>4.0%}  {kind}{'   TOLD APART' if is_apart else ''}")
    return found


def main() -> int:
    links = SignedLinks([SECRET])

    def refused(token: str) -> None:
        try:
            links.read(token)
        except Refusal:
            return
        raise AssertionError(token)

    apart = told_apart("The signer", measured(refused, wrong_links(links.token(LinkId("0a" * 16))), 40_000), 100)
    with tempfile.TemporaryDirectory() as folder:
        under_test = a_service(f"sqlite:///{Path(folder) / 'records.sqlite3'}")
        under_test.load()
        client = create_app(service=under_test.service).test_client()
        kinds = wrong_links(a_token(under_test))
        taken = measured(lambda token: client.get(f"/r/{token}"), kinds, 800)
        allowed = 0.02 * statistics.median(next(iter(taken.values())))
        apart = told_apart("The page", taken, allowed) or apart
        under_test.service.database.close()
    say("A kind of wrong link is told apart by its time." if apart else "No kind is told apart by its time.")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
