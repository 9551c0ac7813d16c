"""The URL table of what happens around the page: hand-over, frames, app links, what embedders fetch."""

from collections.abc import Callable
from typing import Final

import flask
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect

from redeem_app.web import embedding_files, hand_over, hand_over_progress, well_known
from redeem_app.web.shown import Shown
from redeem_app.web.use_cases import UseCases

WITHOUT_CSRF_TOKEN: Final = ("begin_hand_over", "stop_hand_over")
"""Like the sign-in form: they may come before there is a session, must come from our own page, and spend nothing."""

STREAMS: Final = "hand-over-streams"
"""Name of the extension that ends them when the process does."""


def install(app: flask.Flask, use: UseCases, shown: Callable[[], Shown], csrf: CSRFProtect) -> None:
    """Register the routes, and let framed pages have cookies of their own."""
    _view_routes(app, use, shown)
    _browser_routes(app, use, shown)
    _app_link_routes(app, use)
    embedding_files.install(app)
    for endpoint in WITHOUT_CSRF_TOKEN:
        csrf.exempt(app.view_functions[endpoint])


def _view_routes(app: flask.Flask, use: UseCases, shown: Callable[[], Shown]) -> None:
    streams = app.extensions[STREAMS] = hand_over_progress.Streams()

    @app.post("/reward/hand-over", endpoint="begin_hand_over")
    def begin_hand_over() -> ResponseReturnValue:
        return hand_over.begin(use, shown())

    @app.post("/reward/hand-over/stop", endpoint="stop_hand_over")
    def stop_hand_over() -> ResponseReturnValue:
        return hand_over.stop(use)

    @app.get("/r/<token>/hand-over", endpoint="hand_over_progress")
    def progress(token: str) -> ResponseReturnValue:
        return hand_over_progress.progress(use, streams, token)


def _browser_routes(app: flask.Flask, use: UseCases, shown: Callable[[], Shown]) -> None:
    @app.get("/h/<code>", endpoint="ask_number")
    def ask_number(code: str) -> ResponseReturnValue:
        return hand_over.ask(use, shown(), code)

    @app.post("/h/<code>", endpoint="confirm_number")
    def confirm_number(code: str) -> ResponseReturnValue:
        return hand_over.confirm(use, code)


def _app_link_routes(app: flask.Flask, use: UseCases) -> None:
    @app.get("/.well-known/assetlinks.json", endpoint="asset_links")
    def asset_links() -> ResponseReturnValue:
        return well_known.asset_links(use)

    @app.get("/.well-known/apple-app-site-association", endpoint="app_site_association")
    def app_site_association() -> ResponseReturnValue:
        return well_known.app_site_association(use)
