"""Banners are derived anew for campaigns that are loaded, one after the other, and from where it was interrupted."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redeem_app.adapters.database import connect
from redeem_app.cli import main

CAMPAIGNS = Path(__file__).parents[2] / "simulator" / "campaigns"


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    return {"REDEEM_MODE": "sandbox", "REDEEM_DATABASE_URL": database_url}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shutil.copytree(CAMPAIGNS / "banners", tmp_path / "banners")
    return Path(shutil.copy(CAMPAIGNS / "demo.toml", tmp_path))


def run(environment: dict[str, str], *words: str) -> Result:
    return CliRunner(env=environment).invoke(main, list(words))


def pictures(environment: dict[str, str]) -> list[str]:
    database = connect(environment["REDEEM_DATABASE_URL"])
    names = database.read(lambda connection: connection.rows("SELECT name FROM pictures ORDER BY name"))
    database.close()
    return [str(name) for (name,) in names]


def test_a_banner_that_changed_is_derived_anew_and_nothing_else_of_the_campaign_changes(
    environment: dict[str, str], file: Path
) -> None:
    run(environment, "campaign", "apply", str(file), "--live")
    before, shown = pictures(environment), run(environment, "campaign", "show").output
    banners = sorted((file.parent / "banners").iterdir())
    shutil.copy(banners[0], next(one for one in banners if one.name.startswith("star")))

    told = run(environment, "campaign", "banners", str(file), "--json")

    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout) == {"banners": 1}
    assert json.loads(told.stderr.splitlines()[-1])["done"] == 1
    assert set(pictures(environment)) - set(before)
    assert run(environment, "campaign", "show").output == shown


def test_it_goes_on_behind_a_campaign_and_says_what_there_is(environment: dict[str, str], file: Path) -> None:
    run(environment, "campaign", "apply", str(file))
    name = json.loads(run(environment, "campaign", "show", "--json").stdout)["campaigns"][0]["campaignId"]
    before = pictures(environment)

    done = run(environment, "campaign", "banners", str(file), "--after", name)
    wrong = run(environment, "campaign", "banners", str(file), "--after", "nonesuch")

    assert (done.exit_code, wrong.exit_code) == (0, 1)
    assert name in wrong.output
    assert pictures(environment) == before


def test_a_banner_that_is_no_picture_leaves_the_earlier_one(environment: dict[str, str], file: Path) -> None:
    run(environment, "campaign", "apply", str(file))
    before = pictures(environment)
    next((file.parent / "banners").glob("star*")).write_bytes(b"no picture")

    told = run(environment, "campaign", "banners", str(file))

    assert told.exit_code == 1
    assert pictures(environment) == before
