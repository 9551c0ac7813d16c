import flask
import pytest
from babel import Locale

from redeem_app.domain.money import Money
from redeem_app.web.dates_and_money import money
from redeem_app.web.languages import LANGUAGES, known_tag, speaking, spoken


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("zh-TW", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hant-HK", "zh-Hant"),
        ("iw", "he"),
        ("no", "nb"),
        ("pt_BR", "pt"),
        ("C", ""),
        ("", ""),
        ("xx-YY", ""),
        ("*", ""),
    ],
)
def test_a_tag_of_the_browser_is_served_by_the_nearest_of_ours(asked: str, served: str) -> None:
    assert known_tag(asked) == served


@pytest.mark.parametrize(
    ("path", "accepts", "spoken_tag"),
    [
        ("/", "fr;q=0.5, de-CH;q=0.9", "de"),
        ("/", "tlh, ja;q=0.1", "ja"),
        ("/", "fr;q=0, en;q=0.1", "en"),
        ("/", "C", "en"),
        ("/", "", "en"),
        ("/?lang=ar", "de", "ar"),
        ("/?lang=nonsense", "de", "de"),
    ],
)
def test_the_person_comes_first_then_the_browser_then_english(
    path: str, accepts: str, spoken_tag: str, pages_app: flask.Flask
) -> None:
    with pages_app.test_request_context(path, headers={"Accept-Language": accepts}):
        assert spoken().tag == spoken_tag


def test_without_the_header_the_campaign_decides(pages_app: flask.Flask) -> None:
    with pages_app.test_request_context("/"):
        flask.g.campaign_language = "es"

        assert spoken().tag == "es"


def test_a_message_is_written_in_its_own_language_whatever_the_request_prefers(pages_app: flask.Flask) -> None:
    with pages_app.test_request_context("/?lang=fr"):
        with speaking("ja"):
            assert spoken().tag == "ja"

        assert spoken().tag == "fr"


def test_there_are_at_least_twenty_languages_two_of_them_right_to_left() -> None:
    assert len(LANGUAGES) >= 20
    assert {tag for tag, language in LANGUAGES.items() if language.direction == "rtl"} == {"ar", "he"}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_names_and_directions_are_those_that_babel_knows(tag: str) -> None:
    language, locale = LANGUAGES[tag], Locale.parse(tag, sep="-")

    name = locale.get_display_name(locale) or ""

    assert (language.tag, language.locale, language.direction) == (tag, str(locale), locale.text_direction)
    assert language.name == name[:1].upper() + name[1:]


def test_a_currency_stays_in_one_piece_in_a_line_from_right_to_left(pages_app: flask.Flask) -> None:
    with pages_app.test_request_context("/?lang=ar"):
        assert "US$\N{LEFT-TO-RIGHT MARK}" in money(Money(2750, "USD"))
    with pages_app.test_request_context("/?lang=en"):
        assert money(Money(2750, "USD")) == "$27.50"
