"""A scenario file that can't be played is refused before anything starts, with a sentence that says what is wrong."""

from pathlib import Path

import pytest

from simulator import scenario as scenarios
from simulator.journeys import journey
from simulator.journeys.verbs import WrongStep
from simulator.scenario import ScenarioWrong, read
from simulator.spans import span


def a_file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_first_person_acts_where_a_step_names_nobody(tmp_path: Path) -> None:
    path = a_file(tmp_path, 'title = "t"\n[people.eve]\n[people.bob]\n[[step]]\ndo = "opens_app"\n')

    scenario = read(path)

    assert scenario.who(scenario.form.step[0]) == "eve"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('title = "t"', r"mine\.toml: step: Field required"),
        ('title = "t"\n[[step]]\ndo = "opens_app"\nwho = "zoe"', r"there is no \[people\.zoe\]"),
        ('title = "t"\nshows = ["three"]\n[[step]]\ndo = "opens_app"', "'three' is not the id of a rule"),
        ('title = "t"\n[[step]]\ndo = "opens_app"\nafter = "a while"', "'a while' is not a span of time"),
        ('title = "t"\ncolour = "red"\n[[step]]\ndo = "opens_app"', r"mine\.toml: colour: Extra inputs"),
        ("title = ", r"mine\.toml: Invalid"),
        (
            'title = "t"\n[people.eve.habits]\nopens_after = "soon"\n[[step]]\ndo = "opens_app"',
            r"people\.eve\.habits\.opens_after: .*'soon' is not a span of time",
        ),
        (
            'title = "t"\n[people.eve.habits]\nday = { buys = ["yacht"] }\n[[step]]\ndo = "opens_app"',
            r"people\.eve\.habits\.day\.buys: .*the shop has no 'yacht'; it has: garden-almanac",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ScenarioWrong, match=told):
        read(a_file(tmp_path, text))


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ('do = "flies"', "There is no verb 'flies'"),
        ('do = "plays_game"\nwith = { lives = 3 }', "plays_game doesn't take 'lives'; it takes levels"),
        ('do = "plays_game"\nwith = { levels = "three" }', "levels is 'three', and should be of type int"),
        ('do = "chooses"', "chooses needs 'item'"),
        ('do = "opens_app"\nexpect = { mood = "good" }', "nothing is known of 'mood'"),
    ],
)
def test_a_step_that_nobody_can_play_is_refused(tmp_path: Path, step: str, told: str) -> None:
    scenario = read(a_file(tmp_path, f'title = "t"\n[[step]]\n{step}\n'))

    with pytest.raises(WrongStep, match=told):
        journey.check(scenario)


def test_habits_that_the_app_has_nothing_for_are_refused(tmp_path: Path) -> None:
    habits = "[people.eve.habits]\nday = { levels = 1, films = 2 }"
    scenario = read(a_file(tmp_path, f'title = "t"\n{habits}\n[[step]]\ndo = "plays_as_usual"\n'))

    with pytest.raises(WrongStep, match=r"people\.eve\.habits\.day: a game has no ad\.watched"):
        journey.check(scenario)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ScenarioWrong, match=r"no scenario named 'nonesuch'; there is: .*existing-account"):
        scenarios.chosen(["nonesuch"])


def test_every_scenario_of_the_library_can_be_played() -> None:
    library = scenarios.library()

    for scenario in library:
        journey.check(scenario)
    assert len({scenario.title for scenario in library}) == len(library)


def test_spans_are_words() -> None:
    assert span("31 days").days == 31
    assert span("1 hour").seconds == 3600
    assert span("").seconds == 0
