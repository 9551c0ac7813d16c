"""What a page carries beside its words: the one style sheet, inside the page, and the one script, in a file by hash.

Both are read once. The style sheet is fixed text, so that a content security policy can name its hash and a page can
be prepared once for many people; the app's accent is a second, tiny one.
"""

import base64
import hashlib
import re
from functools import cache, lru_cache

import flask
from markupsafe import Markup

from redeem_app.web.accent import shades
from redeem_app.web.compression import prepared_answer
from redeem_app.web.folders import STATIC

_A_YEAR = 31_536_000
_SCRIPTS = ("host.js", "waiting.js", "page.js")
"""The parts of the one script; they share their names with each other and with nobody else."""


def source_expression(inline: str) -> str:
    """How a content security policy names an inline style or script: `'sha256-…'`."""
    digest = hashlib.sha256(inline.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)


@cache
def style() -> str:
    """The style sheet without comments and needless space."""
    text = _without_comments((STATIC / "page.css").read_text("utf-8"))
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,>]) ?", r"\1", text).replace(";}", "}").replace(": ", ":").strip()


@lru_cache(maxsize=256)
def accent_style(accent: str) -> str:
    """The app's colours for both themes, as the custom properties that the style sheet reads."""
    pairs = []
    for theme, dark in (("light", False), ("dark", True)):
        of = shades(accent, dark=dark)
        pairs += [f"--fill-{theme}:{of.fill}", f"--on-fill-{theme}:{of.on_fill}"]
        pairs += [f"--accent-{theme}:{of.line}", f"--wash-{theme}:{of.wash}", f"--surface-{theme}:{of.surface}"]
    return ":root{" + ";".join(pairs) + "}"


def inline_style_hashes(accent: str) -> tuple[str, ...]:
    """The source expressions for `style-src` of a page with this accent (`#rrggbb`)."""
    return source_expression(style()), source_expression(accent_style(accent))


def style_tags(accent: str) -> Markup:
    """Both style sheets, for the head of a page."""
    return Markup(f"<style>{style()}</style><style>{accent_style(accent)}</style>")  # noqa: S704 - our own file, and colours made of numbers


@cache
def script() -> bytes:
    """All parts in one function of their own, without comments and indentation."""
    parts = "\n".join((STATIC / name).read_text("utf-8") for name in _SCRIPTS)
    text = f'(function () {{\n"use strict";\n{_without_comments(parts)}\n}})();'
    return "\n".join(line for line in (raw.strip() for raw in text.splitlines()) if line).encode()


@cache
def script_name() -> str:
    """`page.<hash>.js`: another script has another name, so that a browser may keep it for good."""
    return f"page.{hashlib.sha256(script()).hexdigest()[:12]}.js"


def script_url() -> str:
    """Where the page finds its script."""
    return f"/assets/{script_name()}"


def serve_asset(name: str) -> flask.Response:
    """The view of `/assets/<name>`: the script under its present name, nothing else."""
    if name != script_name():
        flask.abort(404)
    response = prepared_answer(script(), "text/javascript")
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    return response
