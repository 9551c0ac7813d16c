"""The short number that joins a refusal's page or answer, the log, and what `redeem trace` tells.

A refusal is kept after its answer has been sent, so that nobody waits for it, and a database that is away takes
nothing but the trace.
"""

import logging
import re
from collections.abc import Callable
from typing import Final

import flask

from redeem_app.domain.ids import AppId
from redeem_app.domain.redemption import Redemption
from redeem_app.domain.refusal_traces import RefusalTraces, Where
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web.observing import current_request_id
from redeem_app.web.shown import new_support_number

NUMBER: Final = "number"
"""Name of the parameter that carries the number of a notice back to the reward's page."""

_FORM: Final = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")
_EXTENSION: Final = "support_numbers"
_log = logging.getLogger(__name__)

Keep = Callable[[str, Refusal, Where], None]


def install(app: flask.Flask, traces: RefusalTraces, redemption: Redemption) -> None:
    """Say where refusals are kept, and how a link's reward is found."""
    app.extensions[_EXTENSION] = (traces, redemption)


def told_to_app(refusal: Refusal, app_id: AppId | None) -> str:
    """The number of a refusal that an app's program is told."""
    return _noted(refusal, app_id or "", lambda request_id: Where("app", app_id, request_id=request_id))


def told_to_person(refusal: Refusal, token: str) -> str:
    """The number of a refusal that a person is told, on the page of this link or of none."""
    _, redemption = flask.current_app.extensions[_EXTENSION]

    def where(request_id: str) -> Where:
        reward = redemption.reward_of(token) if token else None
        if reward is None:
            return Where("person", request_id=request_id)
        return Where("person", None, reward.campaign_id, reward.reward_id, request_id)

    return _noted(refusal, "", where)


def number_in_address() -> str:
    """The number of the notice that the page shows; else a new one."""
    asked = flask.request.args.get(NUMBER, "")
    return asked if _FORM.fullmatch(asked) else new_support_number()


def _noted(refusal: Refusal, app_id: str, where: Callable[[str], Where]) -> str:
    number, request_id = new_support_number(), current_request_id()
    flask.g.refused, flask.g.support_number = str(refusal.reason), number
    _log.info("refused %s, app %s, support number %s", refusal, app_id or "-", number)
    if refusal.reason is Reason.RECORDS_UNAVAILABLE:
        return number  # there is nowhere to keep it, and the next visitor should not wait for the attempt
    traces, _ = flask.current_app.extensions[_EXTENSION]

    def keep() -> None:
        try:
            traces.note(number, refusal, where(request_id))
        except Exception as fault:  # noqa: BLE001 - the answer is out; a trace that is lost is in the log
            _log.warning("the refusal %s could not be kept: %s", number, type(fault).__name__)

    @flask.after_this_request
    def keep_once_sent(answer: flask.Response) -> flask.Response:
        answer.call_on_close(keep)
        return answer

    return number
