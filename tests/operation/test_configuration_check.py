"""`redeem check` names everything that is wrong with a configuration, with what to do, and prints no secret."""

import json
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redeem_app.adapters.findings import Finding, Level
from redeem_app.adapters.stores_check import check_database, check_redis
from redeem_app.cli import main
from redeem_app.configuration_check import check_configuration
from tests.operation.test_settings import PRODUCTION

KEYS = {"REDEEM_SECRET_KEYS": secrets.token_urlsafe(48), "REDEEM_HASH_KEY": secrets.token_urlsafe(48)}
GOOD = PRODUCTION | KEYS | {"REDEEM_METRICS_TOKEN": secrets.token_urlsafe(30), "REDEEM_TRUSTED_PROXIES": "10.0.0.0/8"}


@pytest.fixture
def good(empty_database_url: str) -> dict[str, str]:
    return GOOD | {"REDEEM_DATABASE_URL": empty_database_url}


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["check", *arguments])


def found(environment: dict[str, str], level: Level, about: str) -> list[str]:
    return [f.sentence for f in check_configuration(environment) if f.level is level and f.about == about]


def test_a_good_configuration_has_no_failure_and_says_what_to_do_next(good: dict[str, str]) -> None:
    before = run(good)
    CliRunner(env=good).invoke(main, ["migrate"])
    after = run(good)

    assert (before.exit_code, after.exit_code) == (0, 0)
    assert "redeem migrate" in before.output
    assert "ok    settings: They are complete for production." in after.output
    assert "fail" not in after.output


def test_everything_that_is_missing_is_told_at_once() -> None:
    told = run(dict.fromkeys(GOOD, "") | {"REDEEM_DATABASE_URL": "mysql://db"})

    missing = [name for name in PRODUCTION if f"{name} is not set" not in told.output]
    assert told.exit_code == 1
    assert missing == []
    assert "must begin with sqlite:/// or postgresql://" in told.output


@pytest.mark.parametrize(
    ("changes", "level", "about", "sentence"),
    [
        ({"REDEEM_SECRET_KEYS": "k" * 40}, Level.FAIL, "secrets", "typed, not random"),
        ({"REDEEM_HASH_KEY": KEYS["REDEEM_SECRET_KEYS"]}, Level.WARN, "secrets", "also a signing key"),
        ({"REDEEM_METRICS_TOKEN": ""}, Level.WARN, "metrics", "nobody can read"),
        ({"REDEEM_METRICS_TOKEN": "short"}, Level.WARN, "metrics", "guessed"),
        ({"REDEEM_PUBLIC_URL": "http://rewards.example"}, Level.FAIL, "settings", "needs https"),
        ({"REDEEM_PUBLIC_URL": "https://rewards.example/app"}, Level.FAIL, "address", "at the root"),
        ({"REDEEM_PUBLIC_URL": "https://192.0.2.1"}, Level.WARN, "address", "public host name"),
        ({"REDEEM_TRUSTED_PROXIES": ""}, Level.WARN, "proxies", "Name the proxy's network"),
        ({"REDEEM_TRUSTED_PROXIES": "0.0.0.0/0"}, Level.FAIL, "proxies", "any address"),
        ({"REDEEM_TRUSTED_PROXIES": "10.0.0"}, Level.FAIL, "settings", "write networks such as"),
        ({"REDEEM_PUBLIC_ULR": "https://x"}, Level.WARN, "settings", "Did you mean REDEEM_PUBLIC_URL?"),
        ({"REDEEM_SWEEP_SECONDS": "nan"}, Level.FAIL, "settings", "must be a number"),
        ({"REDEEM_SWEEP_SECONDS": "0"}, Level.OK, "sweeper", "another one does"),
        ({"REDEEM_WORKERS": "2"}, Level.WARN, "redis", "REDEEM_REDIS_URL"),
        ({"REDEEM_REDIS_URL": "redis://:hidden-word@127.0.0.1:1/0"}, Level.FAIL, "redis", "can't be reached"),
        ({"REDEEM_MODE": "sandbox"}, Level.WARN, "mode", "worth nothing"),
        ({"REDEEM_CLOCK_FILE": "clock"}, Level.FAIL, "settings", "moves the clock"),
        ({"REDEEM_DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, Level.FAIL, "database", "is not there; make it"),
        ({"REDEEM_DATABASE_URL": "sqlite:///here.sqlite3"}, Level.WARN, "database", "absolute"),
        ({"REDEEM_DATABASE_URL": "postgresql://u:hidden-word@127.0.0.1:1/x"}, Level.FAIL, "database", "be reached"),
    ],
)
def test_each_mistake_is_found_and_told_with_what_to_do(
    good: dict[str, str], changes: dict[str, str], level: Level, about: str, sentence: str
) -> None:
    environment = good | changes

    assert any(sentence in told for told in found(environment, level, about))
    output = run(environment).output
    assert not any(secret in output for secret in (*KEYS.values(), "hidden-word"))


def test_a_secret_file_that_everybody_can_read_is_told(good: dict[str, str], tmp_path: Path) -> None:
    keys = tmp_path / "secret_keys"
    keys.write_text(KEYS["REDEEM_SECRET_KEYS"], encoding="utf-8")
    del good["REDEEM_SECRET_KEYS"]
    good["REDEEM_SECRET_KEYS_FILE"] = str(keys)

    keys.chmod(0o644)
    opened = found(good, Level.WARN, "secrets")
    keys.chmod(0o600)

    assert "chmod o-rwx" in opened[0]
    assert found(good, Level.WARN, "secrets") == []


def test_a_migrated_database_is_up_to_date(good: dict[str, str], empty_database_url: str) -> None:
    CliRunner(env=good).invoke(main, ["migrate"])

    assert [finding.level for finding in check_database(empty_database_url) if finding.about == "database"] == [
        Level.OK
    ]


def test_redis_is_reached_and_its_clock_agrees(redis_url: str) -> None:
    assert list(check_redis(redis_url)) == [
        Finding(Level.OK, "redis", "It can be reached."),
        Finding(Level.OK, "clock", "It agrees with that of redis."),
    ]


def test_warnings_end_with_1_where_that_is_asked_and_programs_get_json(good: dict[str, str]) -> None:
    careless = good | {"REDEEM_METRICS_TOKEN": ""}

    told = run(careless, "--json")

    assert (run(careless).exit_code, run(careless, "--strict").exit_code, told.exit_code) == (0, 1, 0)
    assert {finding["level"] for finding in json.loads(told.stdout)["findings"]} <= {"ok", "warn"}
