"""The Flask application: folders, safety, routes, and nothing else."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import flask

from redeem_app import request_limits
from redeem_app.settings import Settings, read_settings
from redeem_app.web import (
    api_routes,
    browser_safety,
    compression,
    form_checks,
    observing,
    page_limits,
    presentation,
    routes,
    tracing,
)
from redeem_app.web.frames import FramedSessions
from redeem_app.web.opened_links import OpenedLinks
from redeem_app.web.pressed_buttons import PressedButtons
from redeem_app.web.short_way import ShortWay
from redeem_app.wiring import Service, build

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Application(flask.Flask):
    """Flask, told that none of its functions is a coroutine, so that it need not look at each at every request.

    What can be answered without it goes the short way.
    """

    opened_links: OpenedLinks | None = None
    pressed_buttons: PressedButtons | None = None
    short_way: ShortWay | None = None

    def short_answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes] | None:
        """The answer of a short way; it waits for nothing but `cooperative`."""
        for way in (self.opened_links, self.pressed_buttons, self.short_way):
            if way is not None and (answer := way.answer(environ, start_response)) is not None:
                return answer
        return None

    def long_answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The framework's answer; it may wait for anything."""
        return super().wsgi_app(environ, start_response)

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = self.short_answer(environ, start_response)
        return self.long_answer(environ, start_response) if answer is None else answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None, service: Service | None = None) -> Application:
    """The application on `service`, which is built from `settings`, which are read from the environment."""
    settings = settings or (service.settings if service else read_settings())
    service = service or build(settings)
    app = Application("redeem_app", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
    )
    request_limits.install(app)
    observing.install(app, bind_request_id=service.bind_request_id)
    tracing.install(app, service.request_spans)
    page_limits.install(app, service.page_limits, is_api=api_routes.is_api)
    presentation.install(app)
    sessions, tokens = FramedSessions(settings.secret_keys), form_checks.FormTokens(settings.secret_keys)
    app.session_interface = sessions
    csrf = form_checks.install(app, tokens, is_api=api_routes.is_api)
    browser_safety.install(
        app,
        amazon=_origin(service.hosts.authorize),
        is_https=settings.public_url.startswith("https://"),
    )
    compression.install(app)
    routes.install(app, service, csrf)
    app.opened_links = routes.opened_links(app, service)
    app.pressed_buttons = routes.pressed_buttons(app, service, sessions, tokens)
    app.short_way = api_routes.short_ways(app, service)
    return app


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
