"""Serves every page in every state on loopback, as a browser meets it: `/state/<name>`, with banner and script."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from wsgiref.types import WSGIApplication

import flask
from flask_wtf import CSRFProtect
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from redeem_app.adapters.banner_images import DerivedBanner, derive
from redeem_app.web import presentation
from redeem_app.web.pages import Banner, BannerSource
from tests.pages.artwork import a_banner_file, a_product_file
from tests.pages.page_states import TEMPLATE_OF, Page, every_state

CONTENT_SECURITY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'"


def an_app() -> flask.Flask:
    """An application that knows nothing but the pages."""
    app = flask.Flask("pages", static_folder=None)
    app.secret_key = "only for tests"
    presentation.install(app)
    CSRFProtect(app)
    app.add_url_rule("/state/<name>", view_func=show_state)
    app.add_url_rule("/r/<token>", view_func=show_progress)
    app.add_url_rule("/r/<token>/hand-over", view_func=show_hand_over)
    app.add_url_rule("/media/<name>", view_func=show_media)
    return app


@functools.cache
def derived_banner() -> DerivedBanner:
    return derive(a_banner_file())


def banner_of(derived: DerivedBanner) -> Banner:
    sources = tuple(BannerSource(i.media_type, i.width, f"/media/{i.name}") for i in derived.images)
    return Banner("Starlight Runner", derived.inline, sources)


@functools.cache
def states_with_banner() -> dict[str, Page]:
    """The states, with a real banner where there is one."""
    banner = banner_of(derived_banner())
    return {
        name: replace(page, frame=replace(page.frame, banner=banner)) if page.frame and page.frame.banner else page
        for name, page in every_state().items()
    }


def show_state(name: str) -> flask.Response:
    page = states_with_banner()[name]
    response = flask.make_response(flask.render_template(TEMPLATE_OF[type(page)], page=page))
    styles = " ".join(presentation.inline_style_hashes(page.frame))
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY}; style-src {styles}"
    return response


def show_progress(token: str) -> flask.Response:
    """What a waiting page asks: no state that it could know, for as long as anybody looks."""
    return flask.Response(f"nothing new for a token of {len(token)} letters", mimetype="text/plain")


def show_hand_over(token: str) -> flask.Response:
    """What a view that waits for a browser asks: a stream that says nothing, and is not asked for again soon."""
    return flask.Response(f"retry: 600000\n: nothing new for {len(token)} letters\n\n", mimetype="text/event-stream")


def show_media(name: str) -> flask.Response:
    if name in {"headphones.png", "lamp.png"}:
        return flask.Response(a_product_file(name.removesuffix(".png")), mimetype="image/png")
    image = next(image for image in derived_banner().images if image.name == name)
    return flask.Response(image.content, mimetype=image.media_type)


class _Silent(WSGIRequestHandler):
    timeout = 5  # a connection that a browser opened in advance is not waited for any longer

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the tests say what went wrong."""


@contextmanager
def serving(app: flask.Flask | WSGIApplication) -> Iterator[str]:
    """The application on a free port of loopback; gives its base URL."""
    server = ThreadedWSGIServer("127.0.0.1", 0, app, _Silent)
    server.daemon_threads = False  # a stream that is still held must not outlive the test's database
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
