"""The URL table, in the visitor's order; each view gets its use case as an argument."""

from collections.abc import Callable
from typing import Final

import flask
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from redeem_app.domain.campaign import App
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web import apply_code, health, open_link, pictures, points_api, refusal_pages, rewards_api, sign_in
from redeem_app.web.api_input import api_refusal, forbidden, reward_refusal
from redeem_app.web.country import country_of_visitor
from redeem_app.web.languages import spoken_tag
from redeem_app.web.shown import Shown
from redeem_app.web.use_cases import SIGN_IN_RETURN, UseCases
from redeem_app.web.visit import Visit

ApiView = Callable[[App], ResponseReturnValue]


WITHOUT_CSRF_TOKEN: Final = ("start_sign_in", "get_reward_info", "get_reward", "record_event")
"""POST routes that need no token: the API has its key, and the sign-in form, made before there is a session, must
come from our own page and spends nothing."""


def install(app: flask.Flask, use: UseCases, csrf: CSRFProtect) -> None:
    """Register every route and error page."""
    _visitor_routes(app, use)
    _rewards_api_routes(app, use)
    _points_api_routes(app, use)
    _media_routes(app, use)
    _health_routes(app, use)
    _error_pages(app, use)
    for endpoint in WITHOUT_CSRF_TOKEN:
        csrf.exempt(app.view_functions[endpoint])


def _visitor_routes(app: flask.Flask, use: UseCases) -> None:
    @app.get("/r/<token>", endpoint="open_link")
    def open_(token: str) -> ResponseReturnValue:
        use.meter.opened()
        Visit.keep(country=flask.request.args.get("country", ""), language="")
        return open_link.open_link(use.redemption, _shown(use), token, country_of_visitor(use.country_header))

    @app.post("/reward/sign-in", endpoint="start_sign_in")
    def start_sign_in() -> ResponseReturnValue:
        return sign_in.start(use.redemption, use.public_url)

    @app.get(SIGN_IN_RETURN, endpoint="finish_sign_in")
    def finish_sign_in() -> ResponseReturnValue:
        return sign_in.finish(use.redemption)

    @app.post("/reward/apply", endpoint="apply_code")
    def apply_() -> ResponseReturnValue:
        return apply_code.apply_code(use.redemption)


def _rewards_api_routes(app: flask.Flask, use: UseCases) -> None:
    def rewards(view: ApiView) -> ResponseReturnValue:
        caller = _caller(use)
        if caller is None:
            return forbidden()
        try:
            return view(caller)
        except Refusal as refusal:
            return reward_refusal(refusal, errors_as_200=caller.errors_as_200)

    @app.post("/GetRewardInfo", endpoint="get_reward_info")
    def get_reward_info() -> ResponseReturnValue:
        return rewards(lambda caller: rewards_api.get_reward_info(use.granting, caller))

    @app.post("/GetReward", endpoint="get_reward")
    def get_reward() -> ResponseReturnValue:
        return rewards(lambda caller: rewards_api.get_reward(use.granting, caller))


def _points_api_routes(app: flask.Flask, use: UseCases) -> None:
    def versioned(view: ApiView) -> ResponseReturnValue:
        caller = _caller(use)
        if caller is None:
            return forbidden()
        try:
            return view(caller)
        except Refusal as refusal:
            return api_refusal(refusal)

    @app.post("/v1/events", endpoint="record_event")
    def record_event() -> ResponseReturnValue:
        return versioned(lambda caller: points_api.record_event(use.earning, use.hashes, caller))

    @app.get("/v1/customers/<customer_id>/points", endpoint="standing")
    def standing(customer_id: str) -> ResponseReturnValue:
        return versioned(lambda caller: points_api.standing(use.earning, use.hashes, caller, customer_id))


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
        if isinstance(fault, RequestEntityTooLarge):
            # No page: it would look into the form, which must not be read.
            return flask.Response("This form is too large. Open your link again.", 413, mimetype="text/plain")
        return on_refusal(refusal_pages.refusal_of(fault))

    @app.errorhandler(Exception)
    def on_fault(fault: Exception) -> ResponseReturnValue:
        app.logger.error("unexpected fault", exc_info=fault)
        return on_refusal(Refusal(Reason.SERVICE_FAULT))


def _shown(use: UseCases) -> Shown:
    flask.g.visit_language = Visit.language()
    return Shown(spoken_tag(), use.shop_url, f"{use.shop_url}/help")


def _caller(use: UseCases) -> App | None:
    key = flask.request.headers.get("x-api-key", "")
    if not key:
        return None
    key_hash = use.running.key_hash(key)
    return use.records.read(lambda tx: tx.campaigns.app_of_key(key_hash))
