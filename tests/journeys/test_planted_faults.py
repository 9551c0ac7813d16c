"""The library notices what must never happen: each fault, planted in a service of its own, is caught by a scenario.

The same scenarios go as they say on the service as it is (`test_scenarios.py`), so it is the fault that they catch.
"""

import sys
from dataclasses import replace

import pytest

from simulator import scenario as scenarios
from simulator.hosts import profiles
from simulator.journeys.journey import Theatre, play

pytestmark = pytest.mark.browser

CAUGHT_BY = {
    "applied-twice": ("existing-account", "browser"),
    "lost": ("existing-account", "browser"),
    "taken-by-opening": ("opened-again", "browser"),
    "event-counted-twice": ("events-twice-late-lost", "browser"),
    "oversold": ("budget-spent", "browser"),
    "expired-is-redeemable": ("expired", "browser"),
    "anybody-sees-the-success": ("opened-by-another", "browser"),
    "altered-link-is-good": ("tampered", "browser"),
    "token-in-the-log": ("existing-account", "browser"),
    "token-in-the-referrer": ("existing-account", "browser"),
    "outcome-told-to-the-app": ("back-in-the-app", "webview"),
}
"""The fault, and the scenario and host that catch it."""


@pytest.mark.parametrize("fault", CAUGHT_BY)
def test_a_planted_fault_is_caught(fault: str, theatre: Theatre) -> None:
    name, host = CAUGHT_BY[fault]
    planted = replace(theatre, program=(sys.executable, "-m", "tests.planted", fault))

    film = play(scenarios.chosen([name])[0], planted, profiles.device("pixel"), profiles.host(host), seed=1)

    assert not film.went_well
    assert film.frames, f"the service did not even start: {film.error}"
    assert not film.error
    print(f"{fault}: {film.trouble}")  # noqa: T201 - shown by pytest -rP, for whoever wants to see what caught it
