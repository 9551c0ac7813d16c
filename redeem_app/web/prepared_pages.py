"""The one place that knows how pages are prepared: an offer shown to somebody unknown, ahead of who opens it next.

The first to open a link of a campaign in a language has the page rendered; it is cut at the values that are a person's
own (page_segments.py), and the next get it put together again. It is kept under everything that it depends on: the
glance at the link, which the records give anew for each visitor, and what this visitor asks for. So nothing is ever
shown late: an edit, a sold-out item or a date that has passed give another glance. There is no time after which a page
is forgotten, only room for so many.

A page is rendered in a request of its own, in which there is nothing but what it is kept under. So nothing of the
visitor who happened to come first can get into the pages of others. The long way (open_link.py) is the reference.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import flask

from redeem_app.domain.glance import Glance
from redeem_app.domain.redemption import Redemption
from redeem_app.domain.seen import Offered
from redeem_app.web import page_segments
from redeem_app.web.page_answers import page_answer
from redeem_app.web.shown import Shown, new_support_number
from redeem_app.web.unknown_visitor import Asked, accepts_gzip, asked_by_unknown

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ROOM: Final = 20_000
_ROOM_FOR_PAGES: Final = 500
_PER_ANSWER: Final = frozenset({"content-length", "x-request-id"})

Headers = list[tuple[str, str]]
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page that was cut, with the headers of its two forms."""

    segments: page_segments.Segments
    plain: Headers
    compressed: Headers


class PreparedPages:
    """Answers for unknown visitors; None wherever the long way has to be gone."""

    def __init__(
        self, app: flask.Flask, redemption: Redemption, shown: Callable[[], Shown], country_header: str
    ) -> None:
        self._app = app
        self._redemption = redemption
        self._shown = shown
        self._country_header = f"HTTP_{country_header.upper().replace('-', '_')}" if country_header else ""
        self._pages: dict[tuple[Glance, Asked], _Page | None] = {}
        self._made: dict[tuple[object, ...], _Page | None] = {}
        self._preparing = threading.Lock()

    def page(self, environ: "WSGIEnvironment", token: str) -> tuple[Headers, bytes] | None:
        """The page of the link, where an unknown visitor asks for an offer. Raises Refusal for what is no link."""
        asked = asked_by_unknown(environ, self._app.config["SESSION_COOKIE_NAME"], self._country_header)
        if asked is None:
            return None
        glance = self._redemption.glance(token)
        if glance is None:
            return None
        try:
            page = self._pages[glance, asked]
        except KeyError:
            page = self._prepared(token, glance, asked)
        return _filled(page, token, accepted=accepts_gzip(environ)) if page is not None else None

    def _prepared(self, token: str, glance: Glance, asked: Asked) -> _Page | None:
        """Prepare the page; whoever comes while another is being prepared goes the long way and does not wait."""
        if not self._preparing.acquire(blocking=False):
            return None
        try:
            seen = self._redemption.see(token, None, asked.country)
            again = self._redemption.glance(token)
            if not isinstance(seen, Offered) or again != glance:
                return None  # something changed between the readings: the next visitor may be luckier
            page = self._made_once(seen, token, asked)
            _keep(self._pages, (glance, asked), page, _ROOM)
            return page
        finally:
            self._preparing.release()

    def _made_once(self, seen: Offered, token: str, asked: Asked) -> _Page | None:
        """The page; the same for all glances and countries under which it says the same."""
        lengths = {"link": len(token), "number": len(new_support_number())}
        query = {name: value for name, value in (("lang", asked.chosen), ("theme", asked.theme)) if value}
        with self._app.test_request_context("/", query_string=query, headers={"Accept-Language": asked.language}):
            shown = self._shown()
            said = (asked.language, asked.chosen, asked.theme, shown.offer(seen, "", "", None), *lengths.items())
            if said not in self._made:
                _keep(self._made, said, self._make(seen, shown, lengths), _ROOM_FOR_PAGES)
            return self._made[said]

    def _make(self, seen: Offered, shown: Shown, lengths: Mapping[str, int]) -> _Page | None:
        answers: list[flask.Response] = []

        def render(values: Mapping[str, str]) -> str:
            answers.append(page_answer(shown.offer(seen, values["link"], values["number"], None)))
            return answers[-1].get_data(as_text=True)

        segments = page_segments.cut(render, lengths, compress=True)
        if segments is None:
            return None
        finished = self._app.process_response(answers[0])
        finished.vary.add("Accept-Encoding")
        plain = [(name, value) for name, value in finished.headers if name.lower() not in _PER_ANSWER]
        return _Page(segments, plain, [*plain, ("Content-Encoding", "gzip")])


def _filled(page: _Page, token: str, *, accepted: bool) -> tuple[Headers, bytes]:
    values = {"link": token, "number": new_support_number()}
    body = page.segments.gzipped(values) if accepted else None
    if body is not None:
        return [*page.compressed, ("Content-Length", str(len(body)))], body
    body = page.segments.plain(values)
    return [*page.plain, ("Content-Length", str(len(body)))], body


def _keep(kept: dict[K, V], key: K, value: V, room: int) -> None:
    while len(kept) >= room:
        del kept[next(iter(kept))]
    kept[key] = value
