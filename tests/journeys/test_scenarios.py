"""Every scenario of the library goes as it says, on the service as it is; the main ones on each phone and host too."""

import json

import pytest

from simulator import scenario as scenarios
from simulator.commands.run import MAIN_JOB
from simulator.hosts import profiles
from simulator.journeys.journey import Theatre, play
from simulator.scenario import Scenario

pytestmark = pytest.mark.browser

LIBRARY = scenarios.library()
ELSEWHERE = [
    *((name, device, host) for name, device, host in MAIN_JOB if (device, host) != ("pixel", "browser")),
    ("new-account", "iphone", "webview"),
    ("existing-account", "iphone", "custom-tab"),
    ("existing-account", "pixel", "react-native"),
    ("new-account", "pixel", "flutter"),
    ("existing-account", "tablet", "iframe"),
    ("existing-account", "small", "no-bridge"),
]
WITH_DEFECTS = [host.name for host in profiles.hosts().values() if host.defects]


@pytest.mark.parametrize("scenario", LIBRARY, ids=lambda scenario: scenario.name)
def test_goes_as_it_says(scenario: Scenario, theatre: Theatre) -> None:
    host = scenario.form.hosts[0] if scenario.form.hosts else "browser"

    film = play(scenario, theatre, profiles.device("pixel"), profiles.host(host), seed=1)

    assert film.went_well, f"{film.trouble}\nAgain: {film.again}"


@pytest.mark.parametrize(("name", "device", "host"), ELSEWHERE)
def test_the_main_way_is_the_same_on_other_phones_and_hosts(
    name: str, device: str, host: str, theatre: Theatre
) -> None:
    scenario = scenarios.chosen([name])[0]

    film = play(scenario, theatre, profiles.device(device), profiles.host(host), seed=1)

    assert film.went_well, f"{film.trouble}\nAgain: {film.again}"


def test_the_event_log_says_what_became_of_each_callback_of_the_ad_network(theatre: Theatre) -> None:
    scenario = scenarios.chosen(["ad-callback-late"])[0]

    film = play(scenario, theatre, profiles.device("pixel"), profiles.host("browser"), seed=1)

    told = [json.loads(line) for line in film.event_log.splitlines()]
    of_the_network = [entry for entry in told if entry["who"] == "ad network"]
    assert [entry["what"] for entry in of_the_network] == [
        "callback late", "callback taken", "callback late", "callback refused",
    ]  # fmt: skip
    assert "older than 24 hours" in of_the_network[-1]["why"]
    assert ("films of tomas's without the ad network's word", "1") in film.ledger


@pytest.mark.parametrize("host", WITH_DEFECTS)
def test_a_view_with_a_known_defect_ends_with_the_reward_applied_once(host: str, theatre: Theatre) -> None:
    scenario = scenarios.chosen(["back-in-the-app"])[0]

    film = play(scenario, theatre, profiles.device("pixel"), profiles.host(host), seed=1)

    assert film.went_well, f"{film.trouble}\nAgain: {film.again}"
    assert [name for name, _ in film.ledger if name.endswith("at Amazon")] == ["LoadAmazonBalance at Amazon"]


def test_the_same_seed_gives_the_same_event_log_byte_for_byte(theatre: Theatre) -> None:
    scenario = scenarios.chosen(["existing-account"])[0]
    stage = (profiles.device("pixel"), profiles.host("browser"))

    first, second, other = (play(scenario, theatre, *stage, seed=seed) for seed in (7, 7, 8))

    assert first.event_log == second.event_log
    assert first.event_log != other.event_log
