"""What the templates know: filters, words, languages, style and script. Views render with it and know none of it.

`install(app)` is all that the composition of the application calls.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import flask
from flask_babel import Babel
from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason
from redeem_app.web import dates_and_money, host_page, languages, page_assets
from redeem_app.web.accent import DEFAULT_ACCENT, message_colours
from redeem_app.web.folders import TEMPLATES, TRANSLATIONS
from redeem_app.web.pages import Choice, Frame, RefusalPage
from redeem_app.web.wording import WORDINGS, Wording

FREE_SHIPPING_OVER = Money(2500, "USD")
"""Rule R4."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody answers: what to show, and where it leads; `href` is empty where it is only to be read."""

    label: str
    href: str


def contact(written: str) -> Contact:
    """From an e-mail address, a web address, or words such as a telephone number."""
    if web_url(written):
        parts = urlsplit(written)
        return Contact((parts.netloc + parts.path).rstrip("/"), written)
    if "@" in written and " " not in written:
        return Contact(written, f"mailto:{written}")
    return Contact(written, "")


def breakable(written: str) -> Markup:
    """An address, escaped, that breaks after `@`, `.` and `/` where it has to, and not in the middle of a word."""
    return Markup(re.sub(r"([@./]+)(?=[^@./])", r"\1<wbr>", str(escape(written))))  # noqa: S704 - escaped before


def web_url(written: str) -> str:
    """The address if it is one of the web or of this service; else nothing, so that no `javascript:` gets out."""
    is_ours = written.startswith("/") and not written.startswith("//")
    return written if is_ours or urlsplit(written).scheme in {"http", "https"} else ""


def theme() -> str:
    """The theme that the host asked for in the address, `light` or `dark`; empty leaves it to the device."""
    asked = flask.request.args.get("theme", "") if flask.has_request_context() else ""
    return asked if asked in {"light", "dark"} else ""


def wording(reason: Reason) -> Wording:
    """The words for a reason; a reason that no person should meet is told as a fault of ours."""
    return WORDINGS.get(reason, WORDINGS[Reason.SERVICE_FAULT])


def shared_shipping(choices: Sequence[Choice]) -> tuple[str, ...]:
    """The shipping lines that hold for all choices in stock, to be told once; empty where they differ."""
    lines = {choice.shipping for choice in choices if choice.in_stock}
    return lines.pop() if len(lines) == 1 else ()


def country_name(code: str) -> str:
    """The country's name in the language of the answer; what isn't a known code stays as it is."""
    return str(languages.spoken_locale().territories.get(code.upper(), code))


def country_names(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their names in the language of the answer, in the order of the names."""
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])


def told_sentence(page: RefusalPage) -> str:
    """What happened, with its facts (`when`, `country`) where those that the sentence needs are known."""
    words = wording(page.reason)
    if words.detailed is None:
        return str(words.sentence)
    facts = dict(page.facts)
    if page.when:
        facts["when"] = dates_and_money.day(page.when)
    if "country" in facts:
        facts["country"] = country_name(facts["country"])
    try:
        return str(words.detailed) % facts
    except KeyError:
        return str(words.sentence)


def inline_style_hashes(frame: Frame | None) -> tuple[str, ...]:
    """What `style-src` of a content security policy has to name for a page with this frame."""
    return page_assets.inline_style_hashes(_accent(frame))


def _accent(frame: Frame | None) -> str:
    return frame.accent if frame else DEFAULT_ACCENT


def install(app: flask.Flask) -> None:
    """Give the application its templates, their filters and words, its languages, and the address of its script."""
    if "jinja_env" in vars(app):
        raise RuntimeError("Install this before anything that asks for the templates: it decides how they are read.")
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = FileSystemLoader(TEMPLATES)
    Babel(app, default_translation_directories=str(TRANSLATIONS), locale_selector=languages.select_locale)
    app.jinja_env.filters.update(
        money=dates_and_money.money,
        whole=dates_and_money.whole,
        day=dates_and_money.day,
        time_tag=dates_and_money.time_tag,
        last_day=dates_and_money.last_day,
        contact=contact,
        breakable=breakable,
        web_url=web_url,
        told_sentence=told_sentence,
        country_names=country_names,
        app_link=host_page.app_link,
        shared_shipping=shared_shipping,
    )
    app.jinja_env.globals.update(
        wording=wording,
        language=languages.spoken,
        languages=languages.LANGUAGES.values(),
        chosen_language=languages.chosen_tag,
        theme=theme,
        accent_of=_accent,
        accent_shades=message_colours,
        style_tags=page_assets.style_tags,
        script_url=page_assets.script_url,
        host_tags=host_page.host_tags,
        is_way_back=host_page.is_way_back,
        free_shipping_over=FREE_SHIPPING_OVER,
    )
    app.add_url_rule("/assets/<name>", "page_asset", page_assets.serve_asset)
