import re
from dataclasses import replace
from html.parser import HTMLParser

import flask
import pytest

from redeem_app.web.languages import LANGUAGES
from redeem_app.web.reward_message import WrittenMessage, write
from tests.pages.page_builders import a_reward_message

MESSAGE = a_reward_message()
LINK = MESSAGE.link_url


@pytest.fixture
def written(pages_app: flask.Flask) -> WrittenMessage:
    with pages_app.app_context():
        return write(MESSAGE, "en")


class _Words(HTMLParser):
    """What is left for a client that knows neither style nor pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "img", "br"}:
            self.within.append(tag)
        if tag == "img":
            self.words.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.within and "title" not in self.within:
            self.words.append(data.strip())


def bare_words(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    return " ".join(filter(None, reader.words))


def test_p2_the_message_carries_banner_words_link_and_terms(written: WrittenMessage) -> None:
    assert MESSAGE.banner_url in written.html
    assert written.html.count(f'href="{LINK}"') == 2
    assert LINK in written.text
    for said in ("Wireless headphones", "Reading lamp", "December 30, 2026", "Delivered through Amazon"):
        assert said in written.html
        assert said in written.text
    assert MESSAGE.terms_url in written.html
    assert MESSAGE.terms_url in written.text
    assert written.subject == "Your reward from Starlight Runner"


def test_p5_before_the_link_is_opened_the_developer_helps(written: WrittenMessage) -> None:
    assert "mailto:help@starlight.example" in written.html
    assert "amazon.com" not in written.html + written.text


def test_without_style_sheets_and_pictures_the_words_are_all_there(written: WrittenMessage) -> None:
    words = bare_words(written.html)

    assert words.startswith("Starlight Runner")
    assert "You reached level 5 & more" in words
    assert "Redeem now" in words
    assert LINK in words


def test_nothing_but_the_banner_is_loaded_and_nothing_is_run(written: WrittenMessage) -> None:
    assert re.findall(r'src="([^"]+)"', written.html) == [MESSAGE.banner_url]
    assert "<script" not in written.html
    assert "url(" not in written.html


def test_every_element_has_its_own_colours_for_clients_that_drop_the_style_sheet(written: WrittenMessage) -> None:
    without_sheet = re.sub(r"<style>.*?</style>", "", written.html, flags=re.DOTALL)

    assert 'bgcolor="#ffffff"' in without_sheet
    assert without_sheet.count("color:#171a21") == 1
    assert '<td align="center" style="background-color:#5b3df5' in without_sheet


def test_a_client_without_style_sheets_paints_no_ground_that_would_hide_a_link(written: WrittenMessage) -> None:
    assert set(re.findall(r'bgcolor="(#[0-9a-f]+)"', written.html)) == {"#f4f3f0", "#ffffff"}


def test_a_client_in_the_dark_that_keeps_no_style_at_all_has_dark_words_on_the_white_ground(
    written: WrittenMessage,
) -> None:
    without_styles = re.sub(r' style="[^"]*"', "", written.html)

    assert re.search(r'<body class="ground" text="#171a21" link="#[0-9a-f]{6}"', without_styles)


def test_a_language_of_the_campaign_can_not_become_html(pages_app: flask.Flask) -> None:
    with pages_app.app_context():
        html = write(replace(MESSAGE, language='en"><script>'), "de").html

    assert "<script" not in html


def test_the_text_says_what_the_app_wrote_as_it_is(written: WrittenMessage) -> None:
    assert "You reached level 5 & more" in written.text
    assert "&amp;" not in written.text


def test_a_name_with_line_breaks_can_not_add_mail_headers(pages_app: flask.Flask) -> None:
    with pages_app.app_context():
        subject = write(replace(MESSAGE, app_name="Game\r\nBcc: x@example.com"), "en").subject

    assert "\n" not in subject
    assert "\r" not in subject


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_message_is_written_in_every_language(tag: str, pages_app: flask.Flask) -> None:
    with pages_app.app_context():
        written = write(MESSAGE, tag)

    assert f'<html lang="{tag}" dir="{LANGUAGES[tag].direction}">' in written.html
    assert LINK in written.text
