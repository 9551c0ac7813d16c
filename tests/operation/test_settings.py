"""Settings: a wrong value stops the start with a sentence, and production refuses what only a sandbox may have."""

import dataclasses
from pathlib import Path

import pytest

from redeem_app.adapters.migrations import migrate
from redeem_app.app import create_app
from redeem_app.settings import Settings, read_settings
from redeem_app.settings_reader import WrongSetting
from redeem_app.settings_reference import MEANINGS, reference
from redeem_app.wiring import build
from tests.campaign_builders import a_developer, an_app

PRODUCTION = {
    "REDEEM_PUBLIC_URL": "https://rewards.example",
    "REDEEM_SECRET_KEYS": "k" * 40,
    "REDEEM_HASH_KEY": "h" * 40,
    "REDEEM_AMAZON_CLIENT_ID": "client",
    "REDEEM_AMAZON_CLIENT_SECRET": "secret",
    "REDEEM_AMAZON_PARTNER_ID": "Parta",
    "REDEEM_AMAZON_ACCESS_KEY": "access",
    "REDEEM_AMAZON_SECRET_KEY": "key",
}


def test_production_starts_with_everything_it_needs() -> None:
    assert read_settings(PRODUCTION).amazon_url == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"REDEEM_AMAZON_URL": "http://127.0.0.1:8100"}, "fake Amazon"),
        ({"REDEEM_AMAZON_URL": "https://amazon.test"}, "fake Amazon"),
        ({"REDEEM_CLOCK_FILE": "clock"}, "moves the clock"),
        ({"REDEEM_PUBLIC_URL": "http://rewards.example"}, "needs https"),
        ({"REDEEM_SECRET_KEYS": "short"}, "random keys"),
        ({"REDEEM_SECRET_KEYS": f"{'k' * 40},short"}, "random keys"),
        ({"REDEEM_HASH_KEY": ""}, "REDEEM_HASH_KEY is not set"),
        ({"REDEEM_AMAZON_CLIENT_SECRET": ""}, "REDEEM_AMAZON_CLIENT_SECRET is not set"),
        ({"REDEEM_AMAZON_REGION": "us"}, "one of na, eu, fe"),
        ({"REDEEM_MODE": "staging"}, "one of production, sandbox"),
        ({"REDEEM_SWEEP_SECONDS": "often"}, "must be a number"),
        ({"REDEEM_SECRET_KEYS_FILE": "/nowhere"}, "can't be read"),
    ],
)
def test_production_refuses_with_a_sentence(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongSetting, match=sentence):
        read_settings(PRODUCTION | changes)


def test_a_secret_can_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("n" * 40 + "," + "o" * 40 + "\n", encoding="utf-8")
    changed = {**PRODUCTION, "REDEEM_SECRET_KEYS_FILE": str(tmp_path / "keys")}

    assert read_settings(changed).secret_keys == ("n" * 40, "o" * 40)


@pytest.mark.parametrize("keys", ["n" * 40 + "," + "o" * 40, "o" * 40 + "," + "n" * 40, "n" * 40])
def test_in_a_sandbox_too_api_keys_outlive_the_signing_keys(database_url: str, keys: str) -> None:
    sandbox = {"REDEEM_MODE": "sandbox", "REDEEM_DATABASE_URL": database_url, "REDEEM_SECRET_KEYS": "o" * 40}
    before = build(read_settings(sandbox))
    migrate(before.database)
    api_key = before.running.load(a_developer(), an_app(), ()).api_key
    before.database.close()

    rotated = build(read_settings(sandbox | {"REDEEM_SECRET_KEYS": keys}))
    caller = create_app(service=rotated).test_client()
    answer = caller.get("/v1/customers/ann/points", headers={"x-api-key": str(api_key)})
    rotated.database.close()

    assert answer.status_code == 200


def test_no_secret_shows_when_settings_are_printed() -> None:
    shown = repr(read_settings(PRODUCTION))

    assert "k" * 40 not in shown
    assert "secret'" not in shown


def test_every_setting_is_explained_and_the_document_is_current() -> None:
    document = Path(__file__).parents[2] / "docs" / "settings.md"

    assert set(MEANINGS) == {field.name for field in dataclasses.fields(Settings)}
    assert document.read_text("utf-8") == reference()
