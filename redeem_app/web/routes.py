"""The URL table, in the visitor's order; each view gets its use case as an argument."""

from typing import Final

import flask
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from redeem_app.domain.records import StoreUnavailable
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web import (
    api_routes,
    apply_code,
    browser_safety,
    hand_over,
    health,
    host_routes,
    pictures,
    preview_card,
    refusal_pages,
    sign_in,
    support_numbers,
)
from redeem_app.web.form_checks import FormTokens
from redeem_app.web.frames import FramedSessions
from redeem_app.web.languages import spoken_tag
from redeem_app.web.opened_links import OpenedLinks
from redeem_app.web.prepared_pages import PreparedPages
from redeem_app.web.pressed_buttons import PATH as APPLY
from redeem_app.web.pressed_buttons import PressedButtons
from redeem_app.web.return_address import SIGN_IN_RETURN
from redeem_app.web.short_way import raise_fault
from redeem_app.web.shown import Shown
from redeem_app.web.use_cases import UseCases
from redeem_app.web.visit import Visit

WITHOUT_CSRF_TOKEN: Final = ("start_sign_in",)
"""POST routes of pages that need no token: the sign-in form, made before there is a session, must come from our own
page and spends nothing. The API has its key instead."""


AWAY_SECONDS: Final = 5
"""When to come back while the records can't be reached."""


def install(app: flask.Flask, use: UseCases, csrf: CSRFProtect) -> None:
    """Register every route and error page."""
    support_numbers.install(app, use.refusal_traces, use.redemption)
    _visitor_routes(app, use)
    api_routes.install(app, use, csrf)
    _media_routes(app, use)
    _health_routes(app, use)
    host_routes.install(app, use, lambda: _shown(use), csrf)
    _error_pages(app, use)
    for endpoint in WITHOUT_CSRF_TOKEN:
        csrf.exempt(app.view_functions[endpoint])


def opened_links(app: flask.Flask, use: UseCases) -> OpenedLinks:
    """The short way of opening a link; the route is the reference."""
    pages = PreparedPages(app, use.redemption, lambda: _shown(use), use.country_header)
    return OpenedLinks(use, pages)


def pressed_buttons(app: flask.Flask, use: UseCases, sessions: FramedSessions, tokens: FormTokens) -> PressedButtons:
    """The short way of applying a reward; the route is the reference."""
    name, headers = app.config["SESSION_COOKIE_NAME"], app.config[browser_safety.REDIRECT_HEADERS]
    return PressedButtons(use, lambda environ: sessions.read(environ, name), tokens, headers)


def _visitor_routes(app: flask.Flask, use: UseCases) -> None:
    @app.get("/r/<token>", endpoint="open_link")
    def open_(token: str) -> ResponseReturnValue:
        raise_fault(flask.request.environ)
        if card := preview_card.instead_of_page(token):
            return card
        if preview_card.is_somebody_looking():
            use.meter.opened()
        Visit.keep(country=flask.request.args.get("country", ""), language="")
        return hand_over.open_link(use, _shown(use), token)

    @app.post("/reward/sign-in", endpoint="start_sign_in")
    def start_sign_in() -> ResponseReturnValue:
        return hand_over.instead_of_sign_in(use, _shown(use)) or sign_in.start(use.redemption, use.public_url)

    @app.get(SIGN_IN_RETURN, endpoint="finish_sign_in")
    def finish_sign_in() -> ResponseReturnValue:
        return sign_in.finish(use.redemption)

    @app.post(APPLY, endpoint="apply_code")
    def apply_() -> ResponseReturnValue:
        return apply_code.apply_code(use.applying)


def _media_routes(app: flask.Flask, use: UseCases) -> None:
    @app.get("/media/<name>", endpoint="media")
    def media(name: str) -> ResponseReturnValue:
        return pictures.picture(use.records, name)


def _health_routes(app: flask.Flask, use: UseCases) -> None:
    @app.get("/healthz", endpoint="healthz")
    def healthz() -> ResponseReturnValue:
        return health.healthz()

    @app.get("/readyz", endpoint="readyz")
    def readyz() -> ResponseReturnValue:
        return health.readyz(use.health)

    @app.get("/metrics", endpoint="metrics")
    def metrics() -> ResponseReturnValue:
        return health.metrics(use.health)


def _error_pages(app: flask.Flask, use: UseCases) -> None:
    @app.errorhandler(Refusal)
    def on_refusal(refusal: Refusal) -> ResponseReturnValue:
        use.meter.refused(refusal.reason, "person")
        return refusal_pages.refusal_page(use.redemption, _shown(use), refusal)

    @app.errorhandler(HTTPException)
    def on_http_fault(fault: HTTPException) -> ResponseReturnValue:
        if fault.code is not None and fault.code < 400:  # noqa: PLR2004 - redirects are no faults
            return fault.get_response()
        if api_routes.is_api(flask.request.path):
            return api_routes.fault_answer(fault)
        if isinstance(fault, RequestEntityTooLarge):
            # No page: it would look into the form, which must not be read.
            return flask.Response("This form is too large. Open your link again.", 413, mimetype="text/plain")
        return on_refusal(refusal_pages.refusal_of(fault))

    @app.errorhandler(StoreUnavailable)
    def on_outage(fault: StoreUnavailable) -> ResponseReturnValue:
        app.logger.error("the records can't be reached: %s", fault)
        is_api = api_routes.is_api(flask.request.path)
        use.meter.refused(Reason.RECORDS_UNAVAILABLE, "app" if is_api else "person")
        return api_routes.away_answer(AWAY_SECONDS) if is_api else refusal_pages.away_page(AWAY_SECONDS)

    @app.errorhandler(Exception)
    def on_fault(fault: Exception) -> ResponseReturnValue:
        app.logger.error("unexpected fault", exc_info=fault)
        if api_routes.is_api(flask.request.path):
            return api_routes.fault_answer(fault)
        use.meter.refused(Reason.SERVICE_FAULT, "person")
        return refusal_pages.fault_page()


def _shown(use: UseCases) -> Shown:
    flask.g.visit_language = Visit.language()
    return Shown(spoken_tag(), use.shop_url, f"{use.shop_url}/help")
