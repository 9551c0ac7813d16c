"""The language of the sign-in: what the client asks for, then what the browser accepts."""

import re

import pytest

from simulator.fake_amazon import FakeAmazon
from simulator.fake_amazon.languages import WORDS
from simulator.fake_amazon.pages import folder
from tests.fake_amazon.clients import a_client, a_person
from tests.fake_amazon.visitor import Visitor


def language_of(visitor: Visitor) -> tuple[str, str]:
    found = re.search(r'<html lang="([^"]*)" dir="([^"]*)">', visitor.answer.text)
    assert found is not None
    return found[1], found[2]


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ({}, "", ("en", "ltr")),
        ({}, "xx, fr-CH;q=0.9, de;q=0.8", ("fr", "ltr")),
        ({}, "C", ("en", "ltr")),
        ({"ui_locales": "de-AT"}, "fr", ("de", "ltr")),
        ({"ui_locales": "xx ar"}, "fr", ("ar", "rtl")),
        ({"language": "ja_JP"}, "fr", ("ja", "ltr")),
        ({"language": "en-US"}, "fr", ("en", "ltr")),
        ({"language": "xx"}, "es", ("es", "ltr")),
    ],
)
def test_the_sign_in_is_in_the_language_that_is_asked_for(
    amazon: FakeAmazon, asked: dict[str, str], accepted: str, language: tuple[str, str]
) -> None:
    client = a_client(amazon)
    visitor = Visitor(amazon, accepts=accepted)

    visitor.authorizes(client.client_id, **asked)

    assert language_of(visitor) == language


def test_the_language_stays_through_the_whole_sign_in(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)
    visitor.authorizes(client.client_id, ui_locales="de")

    visitor.signs_in(password="wrong")
    wrong = "Das Passwort stimmt nicht." in visitor.answer.text
    visitor.signs_in()

    assert wrong
    assert visitor.page == "consent"
    assert ">Zulassen<" in visitor.answer.text


def test_every_language_has_every_word_that_the_pages_say() -> None:
    said = {
        words
        for path in folder("templates").glob("*.html")
        for words in re.findall(r'say\("([^"]+)"\)', path.read_text("utf-8"))
    }

    assert said
    assert all(set(words) == said for words in WORDS.values())
