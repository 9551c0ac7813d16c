"""The report of a run: what a product owner reads first, and what differs from the run before."""

import base64
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from simulator.journeys import journey, verbs
from simulator.journeys.film import Check, Film, Frame
from simulator.report import comparing, pictures, writing
from simulator.report.comparing import NoSuchReport


def a_film(
    scenario: str = "expired", host: str = "browser", *, seen: str = "refusal", seconds: float = 4.0, finding: str = ""
) -> Film:
    frame = Frame("opens_link", "ada", "Open it", "2030-03-04T10:00:00+00:00", saw=f"reward {seen}")
    frame.checks = [Check("page", "refusal", seen)]
    frame.findings = [finding] if finding else []
    film = Film(scenario, f"Title of {scenario}", "pixel", host, 1, known_as=scenario, seconds=seconds)
    film.frames.append(frame)
    return film


def a_report(folder: Path, *films: Film, earlier: comparing.Earlier | None = None, looked: bool = True) -> str:
    run = writing.Run(films, "2030-03-04 10:00 UTC", "a browser", 8.0, earlier, looked)
    return writing.write(run, folder).read_text("utf-8")


def test_it_is_one_file_that_fetches_nothing(tmp_path: Path) -> None:
    text = a_report(tmp_path, a_film())

    assert "The journey went as expected" in text
    assert "<script" not in text
    assert 'src="http' not in text
    assert (tmp_path / "junit.xml").is_file()


def a_picture(kind: str, colour: str = "teal") -> bytes:
    out = BytesIO()
    Image.new("RGB", (824, 1678), colour).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_are_small_and_of_the_type_that_their_address_says(tmp_path: Path, kind: str) -> None:
    film = a_film()
    film.frames[0].picture = pictures.kept(a_picture(kind))

    [media_type, picture] = re.findall(r'src="data:([^;]+);base64,([^"]+)"', a_report(tmp_path, film))[0]

    with Image.open(BytesIO(base64.b64decode(picture))) as shown:
        assert media_type == shown.get_format_mimetype()
        assert shown.width == 412


def test_a_screen_that_stayed_as_it_was_is_pictured_once(tmp_path: Path) -> None:
    film = a_film()
    film.frames[0].picture = pictures.kept(a_picture("PNG"))
    film.frames.append(replace(film.frames[0]))

    text = a_report(tmp_path, film)

    assert text.count("data:image/webp") == 1
    assert "the screen stayed as it was" in text


def test_where_there_is_no_room_for_all_pictures_those_of_what_went_wrong_come_first() -> None:
    first, elsewhere, wrong = a_film(), a_film(host="webview"), a_film(host="iframe", seen="offer")
    for film in (first, elsewhere, wrong):
        film.frames[0].picture = b"x" * 1000

    def has_room(most: int) -> list[bool]:
        shown = pictures.shown([first, elsewhere, wrong], most)
        return [id(film.frames[0]) in shown for film in (first, elsewhere, wrong)]

    assert has_room(1000) == [False, False, True]
    assert has_room(2000) == [True, False, True]
    assert has_room(3000) == [True, True, True]


def test_journeys_with_the_same_end_differ_in_what_steps_saw_and_in_barriers(tmp_path: Path) -> None:
    a_report(tmp_path / "before", a_film(finding="Images must have alternate text: img"))
    now = a_film(finding="Buttons must have a name: #x")
    now.frames[0].saw = "reward offer"

    told = comparing.differences([now], comparing.read(tmp_path / "before"))

    name = "expired on pixel, browser"
    assert told == [
        f"{name}: step 1 is now 'ada opens link: reward offer', and was 'ada opens link: reward refusal'",
        f"{name}: in people's way now: Buttons must have a name: #x",
        f"{name}: no longer in people's way: Images must have alternate text: img",
    ]


def test_a_step_is_told_in_words() -> None:
    assert journey.WITH_VERBS

    def told(name: str, **given: object) -> str:
        verb = verbs.named(name)
        return f"{verb.by or 'ada'} {verb.as_told(given)}"

    assert told("breaks", what="amazon-down") == "the world breaks (amazon-down)"
    assert told("operator_does", command="campaign show") == "the operator does (campaign show)"
    assert told("plays_game", levels=2) == "ada plays game (levels 2)"
    assert told("robots_open_link") == "robots open link"
    assert told("sweeper_runs") == "the sweeper runs"


def test_hosts_are_laid_beside_each_other_step_by_step(tmp_path: Path) -> None:
    text = a_report(tmp_path, a_film(), a_film(host="webview", seen="offer"))

    grid = text[text.index("step by step") : text.index("</header>")]
    assert grid.index("pixel · browser") < grid.index("✓") < grid.index("pixel · webview") < grid.index("✗")


def test_barriers_are_told_once_with_where_they_were_met(tmp_path: Path) -> None:
    text = a_report(tmp_path, a_film(finding="Buttons must have a name: #x"), a_film("tampered"))

    assert "Buttons must have a name: #x" in text[: text.index("</header>")]
    assert "axe-core found nothing" not in text
    assert "axe-core found nothing" in a_report(tmp_path, a_film())
    assert "Not looked at" in a_report(tmp_path, a_film(), looked=False)


def test_what_differs_from_the_run_before_is_told_worst_first(tmp_path: Path) -> None:
    before = [a_film("slow"), a_film("expired"), a_film("mended", seen="offer"), a_film("gone")]
    a_report(tmp_path / "before", *before)
    now = [a_film("slow", seconds=30.0), a_film("expired", seen="offer"), a_film("mended"), a_film("fresh")]

    told = comparing.differences(now, comparing.read(tmp_path / "before"))

    assert told == [
        "expired on pixel, browser: went as expected before, and went wrong now",
        "slow on pixel, browser: took 30.0 s instead of 4.0 s",
        "mended on pixel, browser: went wrong before, and goes as expected now",
        "fresh on pixel, browser: new",
        "gone on pixel, browser: not played this time",
    ]
    text = a_report(tmp_path / "now", *now, earlier=comparing.newest(tmp_path))
    assert told[0] in text


def test_a_journey_like_the_one_before_differs_in_nothing(tmp_path: Path) -> None:
    a_report(tmp_path / "before", a_film())

    text = a_report(tmp_path / "now", a_film(), earlier=comparing.newest(tmp_path))

    assert "Nothing: the same journeys, the same outcomes." in text


@pytest.mark.parametrize("content", ["", "[]", '{"at": "x"}', '{"at": "x", "journeys": {"a": 1}}'])
def test_what_is_no_report_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "report.json").write_text(content)

    with pytest.raises(NoSuchReport, match=r"report\.json of an earlier run"):
        comparing.read(tmp_path / "run")
    assert comparing.newest(tmp_path) is None
