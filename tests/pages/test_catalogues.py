import re
from functools import cache

import flask
import pytest
from babel.messages.catalog import Catalog, Message
from babel.support import Translations

from redeem_app.web import catalogues
from redeem_app.web.folders import TRANSLATIONS
from redeem_app.web.languages import LANGUAGES
from redeem_app.web.wording import WORDINGS
from tests.pages.page_builders import Render, an_offer, three_choices

TAGS = tuple(catalogues.translated_tags())
FACTS = re.compile(r"%\(\w+\)[sd]")


@cache
def said() -> Catalog:
    return catalogues.said()


@cache
def catalogue(tag: str) -> Catalog:
    return catalogues.read(tag)


def messages(tag: str) -> list[Message]:
    return [message for message in catalogue(tag) if message.id]


def forms(told: object) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)  # type: ignore[arg-type]


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_has_every_message_that_the_pages_say_and_no_other(tag: str) -> None:
    assert {message.id for message in messages(tag)} == {message.id for message in said() if message.id}


@pytest.mark.parametrize("tag", TAGS)
def test_no_message_is_missing_or_doubtful(tag: str) -> None:
    assert catalogues.missing(catalogue(tag)) == []


@pytest.mark.parametrize("tag", TAGS)
def test_every_translation_keeps_the_facts_of_its_sentence(tag: str) -> None:
    for message in messages(tag):
        facts = set(FACTS.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            assert set(FACTS.findall(form)) == facts, message.id


@pytest.mark.parametrize("tag", TAGS)
def test_a_sentence_stays_a_sentence_and_a_title_a_title(tag: str) -> None:
    full_stops = (".", "।", "。")

    for message in messages(tag):
        english, told = forms(message.id)[-1], forms(message.string)[-1]
        ends_with_a_fact = english.endswith(")s") or told.endswith(")s")  # a date may bring its own full stop
        if not ends_with_a_fact:
            assert told.endswith(full_stops) == english.endswith("."), told


@pytest.mark.parametrize("tag", TAGS)
def test_what_the_service_reads_is_what_the_catalogue_says(tag: str) -> None:
    compiled = Translations.load(TRANSLATIONS, [LANGUAGES[tag].locale])

    for message in messages(tag):
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string


@pytest.mark.parametrize(
    ("tag", "line"),
    [
        ("ar", "اختر واحدة من 3 مكافآت"),
        ("cs", "Vyberte jednu ze 3 odměn"),
        ("de", "Wähle eine von 3 Prämien"),
        ("ja", "3個の特典から1つ選んでください"),
    ],
)
def test_plurals_follow_the_language(tag: str, line: str, render: Render) -> None:
    assert line in render(an_offer(choices=three_choices()), accepts=tag)


@pytest.mark.parametrize(
    ("tag", "amount", "date"),
    [
        ("de", "27,50\xa0$", "30. Dezember 2026"),
        ("ja", "$27.50", "2026年12月30日"),
        ("fr", "27,50\xa0$US", "30 décembre 2026"),
        ("pl", "27,50\xa0USD", "30 grudnia 2026"),
    ],
)
def test_dates_and_money_follow_the_language(tag: str, amount: str, date: str, render: Render) -> None:
    html = render(an_offer(), accepts=tag)

    assert f"<bdi data-value>{amount}</bdi>" in html
    assert f"{date}</time>" in html


def test_every_word_for_a_reason_is_translated_when_it_is_told(pages_app: flask.Flask) -> None:
    for words in WORDINGS.values():
        with pages_app.test_request_context(headers={"Accept-Language": "fi"}):
            finnish = str(words.title)
        with pages_app.test_request_context(headers={"Accept-Language": "en"}):
            assert str(words.title) != finnish


def test_right_to_left_pages_say_so(render: Render) -> None:
    assert '<html lang="he" dir="rtl">' in render(an_offer(), accepts="he")
