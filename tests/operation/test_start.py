"""What `redeem serve` looks at before its processes start, and how little it and a command load."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from redeem_app.cli import main
from simulator import campaign_file

ANSWERS_REQUESTS = ("flask", "httpx", "botocore", "babel", "redeem_app.wiring", "redeem_app.web.routes")
CALLS_AMAZON = ("httpx", "botocore", "authlib", "cryptography")
READS_FILES = ("pydantic", "babel", "PIL")
CAMPAIGN = Path(campaign_file.__file__).parent / "campaigns" / "demo.toml"


def loaded_by(statements: str, modules: Iterable[str], settings: Mapping[str, str] | None = None) -> list[str]:
    """Those of the modules that a process has, once it has run the statements."""
    asked = f"import sys\n{statements}\nprint([m for m in {tuple(modules)!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **(settings or {})},
    )
    return list(json.loads(done.stderr.splitlines()[-1].replace("'", '"')))


def command(*words: object) -> str:
    return f"from redeem_app.cli import main; main.main({[str(word) for word in words]!r}, standalone_mode=False)"


@pytest.fixture
def sandbox(tmp_path: Path) -> dict[str, str]:
    return {"REDEEM_MODE": "sandbox", "REDEEM_DATABASE_URL": f"sqlite:///{tmp_path}/records.sqlite3"}


def test_a_start_loads_none_of_what_answers_requests() -> None:
    assert loaded_by("import redeem_app.commands.running", ANSWERS_REQUESTS) == []


@pytest.mark.parametrize(
    "words", [("books", "--json"), ("audit", "verify"), ("sweep",), ("report", "--json")], ids=lambda words: words[0]
)
def test_a_command_loads_only_what_it_uses(words: tuple[str, ...], sandbox: dict[str, str]) -> None:
    strangers = (*ANSWERS_REQUESTS, *CALLS_AMAZON, *READS_FILES, "psycopg", "redis")

    assert loaded_by(command(*words), strangers, sandbox) == []


def test_to_load_a_campaign_takes_none_of_what_answers_requests(sandbox: dict[str, str]) -> None:
    strangers = {*ANSWERS_REQUESTS, *CALLS_AMAZON, "psycopg", "redis"} - {"babel"}

    assert loaded_by(command("campaign", "apply", CAMPAIGN), strangers, sandbox) == []


def test_a_worker_is_ready_before_it_loads_what_calls_amazon(sandbox: dict[str, str]) -> None:
    strangers = (*CALLS_AMAZON, "psycopg", "redis", "PIL")

    assert loaded_by("from redeem_app.serving import application; application()", strangers, sandbox) == []


def test_a_wrong_list_of_countries_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('source = "me"\nas_of = 2026-01-01\ncountries = []\n', encoding="utf-8")
    settings = {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": f"sqlite:///{tmp_path}/records.sqlite3",
        "REDEEM_DELIVERY_COUNTRIES_FILE": str(tmp_path / "mine.toml"),
    }

    told = CliRunner().invoke(main, ["serve"], env=settings)

    assert told.exit_code == 1
    assert "mine.toml: countries: is empty" in told.output
