"""The languages of the pages, and which one a person reads.

The order of the choice: what the person picked (`?lang=`, carried along in forms), what their visit remembers, what
the browser prefers, what the campaign says, English. Nonsense from a webview
(`Accept-Language: C`, empty, absent) is survived.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import flask
from babel import Locale
from flask_babel import get_locale, refresh
from werkzeug.datastructures import LanguageAccept

ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages: its BCP 47 tag, Babel's name for it, its own name, its writing direction."""

    tag: str
    locale: str
    name: str
    direction: str = "ltr"


LANGUAGES: Final = {
    language.tag: language
    for language in (
        Language("ar", "ar", "العربية", "rtl"),
        Language("cs", "cs", "Čeština"),
        Language("da", "da", "Dansk"),
        Language("de", "de", "Deutsch"),
        Language("en", "en", "English"),
        Language("es", "es", "Español"),
        Language("fi", "fi", "Suomi"),
        Language("fr", "fr", "Français"),
        Language("he", "he", "עברית", "rtl"),
        Language("hi", "hi", "हिन्दी"),
        Language("hu", "hu", "Magyar"),
        Language("id", "id", "Indonesia"),
        Language("it", "it", "Italiano"),
        Language("ja", "ja", "日本語"),
        Language("ko", "ko", "한국어"),
        Language("nb", "nb", "Norsk bokmål"),
        Language("nl", "nl", "Nederlands"),
        Language("pl", "pl", "Polski"),
        Language("pt", "pt", "Português"),
        Language("ru", "ru", "Русский"),
        Language("sv", "sv", "Svenska"),
        Language("tr", "tr", "Türkçe"),
        Language("uk", "uk", "Українська"),
        Language("vi", "vi", "Tiếng Việt"),
        Language("zh-Hans", "zh_Hans", "中文 (简体)"),
        Language("zh-Hant", "zh_Hant", "中文 (繁體)"),
    )
}
"""By tag, in the order of the tags; written out, since asking Babel for them would take a tenth of a second a start."""

_ALSO_KNOWN_AS: Final = {
    "iw": "he",
    "in": "id",
    "no": "nb",
    "nn": "nb",
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
}
_BY_LOWER_TAG: Final = {tag.lower(): tag for tag in LANGUAGES} | _ALSO_KNOWN_AS


def known_tag(asked: str) -> str:
    """The tag of ours that serves `asked` (`de-AT` gives `de`, `zh-TW` gives `zh-Hant`), or the empty string."""
    parts = asked.strip().lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        if found := _BY_LOWER_TAG.get("-".join(parts[:length])):
            return found
    return ""


def chosen_tag() -> str:
    """What the person picked on the page, as a tag of ours; empty when they picked nothing.

    It is to be passed on as `lang` in addresses and forms, so that the choice outlives the next step.
    """
    if not flask.has_request_context():
        return ""
    return known_tag(flask.request.values.get("lang", "")[:35])


def preferred_tag(accepted: LanguageAccept) -> str:
    """The first language of ours in the browser's order of preference, or the empty string."""
    for asked, quality in accepted:
        if quality > 0 and (found := known_tag(asked)):
            return found
    return ""


def spoken_tag() -> str:
    """The tag of the language that the answer under way is written in.

    `flask.g.visit_language` and `flask.g.campaign_language` are for the views to set where they know one.
    """
    forced: str = flask.g.get("forced_language", "")
    return (
        forced
        or chosen_tag()
        or known_tag(flask.g.get("visit_language", ""))
        or _browser_tag()
        or known_tag(flask.g.get("campaign_language", ""))
        or ENGLISH
    )


def _browser_tag() -> str:
    return preferred_tag(flask.request.accept_languages) if flask.has_request_context() else ""


def select_locale() -> str:
    """Babel's locale selector."""
    return LANGUAGES[spoken_tag()].locale


def spoken() -> Language:
    """The language that the answer under way is written in."""
    return LANGUAGES[spoken_tag()]


def spoken_locale() -> Locale:
    """Babel's locale of the answer under way; English outside of one."""
    return get_locale() or Locale.parse(ENGLISH)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Write in `tag` whatever the person or the browser asks for: for messages, and pages prepared ahead."""
    before = flask.g.get("forced_language", "")
    flask.g.forced_language = known_tag(tag) or ENGLISH
    refresh()
    try:
        yield
    finally:
        flask.g.forced_language = before
        refresh()
