"""The API's routes: who calls, from where and how often is settled here, before a view is asked."""

import json
import logging
from collections.abc import Callable
from typing import Final

import flask
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException

from redeem_app.domain.limits import LimitUnavailable
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web import (
    ad_callbacks_api,
    api_gate,
    api_page,
    events_short_way,
    links_api,
    messages_api,
    openapi,
    points_api,
    rewards_api,
    rewards_short_way,
    short_way,
)
from redeem_app.web.browser_safety import JSON_HEADERS
from redeem_app.web.openapi_forms import Operation
from redeem_app.web.openapi_operations import OPERATIONS
from redeem_app.web.page_limits import FORWARDED, counted_name
from redeem_app.web.refusals_api import (
    RefusalAnswer,
    api_refusal,
    forbidden,
    refusal_of,
    reward_refusal,
    too_many_requests,
    unavailable,
)
from redeem_app.web.use_cases import UseCases

_log = logging.getLogger(__name__)

ApiView = Callable[..., ResponseReturnValue]
"""Called with the app, and with what its path names."""

FETCHED_AGAIN_SECONDS: Final = 60
"""After which a network's keys are asked for again."""

_REWARD_PATHS: Final = frozenset(
    path for o in OPERATIONS if o.refuses is reward_refusal for path in (o.path, *o.also_at)
)


def install(app: flask.Flask, use: UseCases, csrf: CSRFProtect) -> None:
    """Register every operation of the API, and its description."""
    views = _views(use)
    for operation in OPERATIONS:
        guard = _signed if operation.is_signed else _guarded
        view = guard(use, operation, views[operation.name])
        csrf.exempt(view)  # a form of another site can't send the key
        for path in (_flask_path(operation.path), *operation.also_at):
            app.add_url_rule(path, operation.name, view, methods=[operation.method], provide_automatic_options=False)

    api_page.install(app, use.public_url)

    @app.get("/openapi.json", endpoint="openapi")
    def describe() -> ResponseReturnValue:
        return flask.Response(json.dumps(openapi.document(use.public_url)), mimetype="application/json")


def short_ways(app: flask.Flask, use: UseCases) -> short_way.ShortWay:
    """The short ways of those calls that come in great numbers."""
    rewards = rewards_short_way.WrittenRewards(app, use.public_url)
    answers: dict[str, short_way.Answer] = {
        "get_reward": rewards_short_way.GetReward(use.granting_at_once, use.hashes, rewards),
        "record_event": events_short_way.RecordEvent(use.earning_at_once, use.hashes),
    }
    calls = {
        path: short_way.ShortCall(o.name, o.is_throttled, answers[o.name])
        for o in OPERATIONS
        if o.name in answers
        for path in (o.path, *o.also_at)
    }
    return short_way.ShortWay(use, calls, app.config[JSON_HEADERS])


def _views(use: UseCases) -> dict[str, ApiView]:
    return {
        "get_reward_info": lambda app: rewards_api.get_reward_info(use.granting, use.hashes, use.public_url, app),
        "get_reward": lambda app: rewards_api.get_reward(use.granting, use.hashes, use.public_url, app),
        "make_link": lambda app: links_api.make_link(use.relinking, use.hashes, use.public_url, app),
        "make_message": lambda app: messages_api.make_message(use.messaging, use.public_url, app),
        "record_event": lambda app: points_api.record_event(use.earning, use.hashes, use.public_url, app),
        "ad_callback": lambda network, appId: ad_callbacks_api.ad_callback(use.watched_ads, network, appId),  # noqa: N803
        "standing": lambda app, customerId: points_api.standing(use.earning, use.hashes, app, customerId),  # noqa: N803 - on the wire
    }


def _flask_path(path: str) -> str:
    return path.replace("{", "<").replace("}", ">")


def _signed(use: UseCases, operation: Operation, view: ApiView) -> ApiView:
    """The view, for callers whose message proves itself."""

    def signed(**named: str) -> ResponseReturnValue:
        if not _may_call_back_now(use):
            use.meter.refused(Reason.TOO_MANY_REQUESTS, "network")
            return too_many_requests()
        try:
            return view(**named)
        except Refusal as refusal:
            use.meter.refused(refusal.reason, "network")
            if refusal.reason is Reason.AD_KEYS_UNAVAILABLE:
                return unavailable(operation.refuses, refusal, None, FETCHED_AGAIN_SECONDS)
            return operation.refuses(refusal, None)

    return signed


def _guarded(use: UseCases, operation: Operation, view: ApiView) -> ApiView:
    """The view, for callers that are let in."""

    def guarded(**named: str) -> ResponseReturnValue:
        environ = flask.request.environ
        key = environ.get("HTTP_X_API_KEY", "")
        key_hash = use.running.key_hash(key)
        caller = use.records.read(lambda tx: tx.campaigns.app_of_key(key_hash)) if key else None
        if caller is None:
            use.meter.refused(Reason.APP_UNKNOWN, "app")
            return forbidden()
        if not api_gate.is_from_there(use, environ, caller):
            use.meter.refused(Reason.APP_UNKNOWN, "app")
            api_gate.note_stranger(use, environ, caller)
            return forbidden()
        try:
            short_way.raise_fault(environ)
            if not api_gate.is_counted(use, environ, key_hash, is_throttled=operation.is_throttled):
                use.meter.refused(Reason.TOO_MANY_REQUESTS, "app")
                return too_many_requests()
            return view(caller, **named)
        except LimitUnavailable as fault:
            _log.error("calls can't be counted: %s", fault)
            use.meter.refused(Reason.LIMITS_UNAVAILABLE, "app")
            return unavailable(operation.refuses, Refusal(Reason.LIMITS_UNAVAILABLE), caller, 1)
        except Refusal as refusal:
            use.meter.refused(refusal.reason, "app")
            return operation.refuses(refusal, caller)

    return guarded


def _may_call_back_now(use: UseCases) -> bool:
    """Counted in this process, as networks give up soon; by address, so that a stranger uses up no app's calls."""
    forwarded = flask.request.environ.get("HTTP_X_FORWARDED_FOR", "")[-FORWARDED:]
    who = counted_name(flask.request.remote_addr or "", forwarded, use.trusted_proxies)
    return not who or use.ad_calls.admits(who, use.other_call_rate)


def is_api(path: str) -> bool:
    """Whether programs call this path, so that whatever happens there is told as JSON."""
    return path in _REWARD_PATHS or path.startswith("/v1/")


def away_answer(seconds: int) -> ResponseReturnValue:
    """What a program is told while the records can't be reached."""
    return unavailable(_refuses(), Refusal(Reason.RECORDS_UNAVAILABLE), None, seconds)


def _refuses() -> RefusalAnswer:
    return reward_refusal if flask.request.path in _REWARD_PATHS else api_refusal


def fault_answer(fault: Exception) -> ResponseReturnValue:
    """What a program is told of a fault of the framework's or ours."""
    refuses = _refuses()
    answer = flask.make_response(refuses(refusal_of(fault), None))
    if isinstance(fault, HTTPException):
        for name, value in fault.get_headers(flask.request.environ):
            if name == "Allow":
                answer.headers[name] = value
    return answer
