"""The report of a run: what a product owner reads first, and what differs from the run before."""

from pathlib import Path

import pytest

from simulator.journeys.film import Check, Film, Frame
from simulator.report import comparing, writing
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

    assert "All 1 journeys went as expected" in text
    assert "<script" not in text
    assert 'src="http' not in text
    assert (tmp_path / "junit.xml").is_file()


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
