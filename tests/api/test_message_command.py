"""`redeem message` writes what the API writes."""

import json

import pytest
from click.testing import CliRunner, Result

from redeem_app.cli import main
from tests.api.api_caller import ApiCaller
from tests.service_under_test import SECRET


def redeem(database_url: str, *arguments: str) -> Result:
    environment = {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": database_url,
        "REDEEM_SECRET_KEYS": SECRET,
        "REDEEM_PUBLIC_URL": "http://localhost",
    }
    return CliRunner(env=environment).invoke(main, arguments)


def test_p2_the_command_writes_the_message_of_the_api(live: ApiCaller, database_url: str) -> None:
    link = live.get_reward().get_json()["rewardNotificationUrl"]
    by_api = live.post("/v1/messages", {"rewardNotificationUrl": link, "language": "fr"}).get_json()

    whole = redeem(database_url, "message", link, "--language", "fr", "--as", "json")
    text = redeem(database_url, "message", link, "--language", "fr")

    assert json.loads(whole.stdout) | {"language": "fr"} == by_api
    assert text.stdout.rstrip() == by_api["text"].rstrip()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(("nonsense",), "the link leads to no reward"), (("x", "--language", "tlh"), "There are no words in 'tlh'")],
)
def test_what_can_not_be_written_is_told(
    arguments: tuple[str, ...], sentence: str, live: ApiCaller, database_url: str
) -> None:
    ended = redeem(database_url, "message", *arguments)

    assert live
    assert ended.exit_code == 1
    assert sentence in ended.stderr
