"""Every answer of the API that is a no: a status, a code for the app's program, a sentence for its developer."""

from collections.abc import Callable
from typing import Final, Literal

import flask
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from redeem_app.domain.campaign import App
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web.browser_safety import JSON_HEADERS
from redeem_app.web.prepared_answer import PreparedAnswer
from redeem_app.web.support_numbers import told_to_app

STATUSES: Final = {
    Reason.BODY_INVALID: 400,
    Reason.DEVICE_TYPE_UNKNOWN: 400,
    Reason.IDEMPOTENCY_KEY_INVALID: 400,
    Reason.APP_UNKNOWN: 403,
    Reason.CAMPAIGN_UNKNOWN: 404,
    Reason.MOMENT_UNKNOWN: 404,
    Reason.GROUP_UNKNOWN: 404,
    Reason.REWARD_UNKNOWN: 404,
    Reason.PAGE_NOT_FOUND: 404,
    Reason.METHOD_NOT_ALLOWED: 405,
    Reason.BODY_TOO_LARGE: 413,
    Reason.IDEMPOTENCY_MISMATCH: 422,
    Reason.SERVICE_FAULT: 500,
    Reason.LIMITS_UNAVAILABLE: 503,
    Reason.RECORDS_UNAVAILABLE: 503,
    Reason.AD_KEYS_UNAVAILABLE: 503,
}
"""What isn't here answers 409: the request was fine, the state of things is against it."""

OK: Final = 200
CONFLICT: Final = 409
FAULT: Final = 500

SENTENCES: Final = {
    Reason.APP_UNKNOWN: "This API key does not belong to the app {app}. Use the key of that app.",
    Reason.CAMPAIGN_UNKNOWN: "The app has no campaign {campaign}. Check campaignId.",
    Reason.MOMENT_UNKNOWN: "The campaign has no moment {moment}; it has {known}. Check momentId.",
    Reason.GROUP_UNKNOWN: "The campaign has no reward group {group}; it has {known}. Check rewardGroupId.",
    Reason.DEVICE_TYPE_UNKNOWN: "deviceType must be one of {known}, in any case.",
    Reason.CAMPAIGN_NOT_LIVE: "The campaign {campaign} is {state}; rewards are issued when it is live.",
    Reason.CAMPAIGN_FINISHED: "The campaign {campaign} ended on {ended}. Create a new campaign.",
    Reason.CAMPAIGN_SUSPENDED: "The campaign {campaign} was taken down; no rewards are issued.",
    Reason.BUDGET_SPENT: "The budget of campaign {campaign}, {budget}, is spent. Nothing was charged.",
    Reason.CAMPAIGN_MONTH_CAP: "The campaign {campaign} has reached its cap of {cap} for this month."
    " Nothing was charged.",
    Reason.ACCOUNT_MONTH_CAP: "Your account has reached its cap of {cap} for this month. Nothing was charged.",
    Reason.REWARD_ALREADY_ISSUED: "This customer already has the reward of moment {moment}. Nothing was charged."
    " A lost link is made anew by POST /v1/links.",
    Reason.REWARD_NOT_DUE: "This customer has {has} points to spend; the moment needs {needs}. Nothing was charged.",
    Reason.REWARD_UNKNOWN: "No reward is known by that. Check what was sent with GetReward.",
    Reason.IDEMPOTENCY_MISMATCH: "This Idempotency-Key was used with another body. Use a new key for a new request.",
    Reason.IDEMPOTENCY_KEY_INVALID: "Idempotency-Key must be 1 to {longest} printable ASCII characters.",
    Reason.OUT_OF_STOCK: "No reward is left in this group. Nothing was charged.",
    Reason.BODY_INVALID: "{sentence}",
    Reason.BODY_TOO_LARGE: "The body is larger than {largest} bytes.",
    Reason.AD_CALLBACK_NEEDED: "Watched ads of this app count by the callbacks of its ad networks ({networks}), and not"
    " by its own word. Have the network call /v1/ads/{{network}}/{{appId}}.",
    Reason.AD_KEYS_UNAVAILABLE: "The keys of {network} can't be had just now. Send the callback again.",
    Reason.METHOD_NOT_ALLOWED: "{method} is not allowed here; use {allowed}.",
    Reason.PAGE_NOT_FOUND: "There is nothing at this address. The API is described at /api.",
    Reason.LIMITS_UNAVAILABLE: "Calls can't be counted at the moment, so none is let through."
    " Nothing was charged. Try again in a moment.",
    Reason.RECORDS_UNAVAILABLE: "Our records can't be reached at the moment. Try again in a moment, with the same"
    " Idempotency-Key or eventId: what was done already is not done twice.",
    Reason.SERVICE_FAULT: "Something went wrong on our side. Try again in a moment, with the same Idempotency-Key.",
}

SupportNumber = Field(description="Tell it to the service's operator, who finds this refusal by it.")


class Gatekeeping(BaseModel):
    """As API Gateway answers by itself."""

    message: str


class Refused(BaseModel):
    """A no of the versioned API."""

    errorCode: str = Field(description="One word for your program; it stays when the sentence changes.")
    message: str = Field(description="What happened and what to do, for a developer.")
    supportNumber: str = SupportNumber


class RewardRefused(BaseModel):
    """A no of GetRewardInfo and GetReward, in the shape that clients of Moments read."""

    model_config = ConfigDict(json_schema_extra={"required": ["rewardNotificationText", "errorCode", "supportNumber"]})

    rewardNotificationText: str = Field(description="The reason, as a sentence.")
    rewardNotificationUrl: None = None
    rewardImageUrl: None = None
    remainingRewardCount: None = None
    campaignEndDate: None = None
    errorCode: str = Field(description="One word for your program; it stays when the sentence changes.")
    supportNumber: str = SupportNumber


class Throttled(Gatekeeping):
    """As API Gateway answers a call too many."""

    message: Literal["Too Many Requests"] = "Too Many Requests"


def reward_refusal(refusal: Refusal, app: App | None = None) -> ResponseReturnValue:
    """The refusal in the shape that old clients read: the reason as `rewardNotificationText`."""
    status = STATUSES.get(refusal.reason, CONFLICT)
    if app is not None and app.errors_as_200 and status < FAULT:
        status = 200
    number = noted(refusal, app)
    return answer(
        RewardRefused(rewardNotificationText=sentence_of(refusal), errorCode=str(refusal.reason), supportNumber=number),
        status,
    )


def api_refusal(refusal: Refusal, app: App | None = None) -> ResponseReturnValue:
    """The refusal as the versioned API tells it."""
    number = noted(refusal, app)
    refused = Refused(errorCode=str(refusal.reason), message=sentence_of(refusal), supportNumber=number)
    return answer(refused, STATUSES.get(refusal.reason, CONFLICT))


RefusalAnswer = Callable[[Refusal, App | None], ResponseReturnValue]


def noted(refusal: Refusal, app: App | None) -> str:
    """A support number for the refusal, by which the operator finds it."""
    return told_to_app(refusal, app.app_id if app else None)


def sentence_of(refusal: Refusal) -> str:
    """What happened and what to do, for a developer."""
    if refusal.reason is Reason.BODY_INVALID and "field" in refusal.facts:
        return f"{refusal.facts['field']} {refusal.facts['problem']}."
    sentence = SENTENCES.get(refusal.reason)
    return f"Refused: {refusal}." if sentence is None else sentence.format_map(_Facts(refusal.facts))


class _Facts(dict[str, object]):
    """A fact that was not told leaves a gap in the sentence; a sentence with a gap beats none."""

    def __missing__(self, name: str) -> str:
        return f"({name})"


def unavailable(refuses: RefusalAnswer, refusal: Refusal, app: App | None, seconds: int) -> ResponseReturnValue:
    """A refusal that is over in a moment, with how long to wait."""
    told = flask.make_response(refuses(refusal, app))
    told.headers["Retry-After"] = str(seconds)
    return told


def refusal_of(fault: Exception) -> Refusal:
    """The refusal that stands for what the framework refuses by itself, or for a fault of ours."""
    if isinstance(fault, MethodNotAllowed):
        allowed = ", ".join(sorted(fault.valid_methods or ()))
        return Refusal(Reason.METHOD_NOT_ALLOWED, method=flask.request.method, allowed=allowed)
    if isinstance(fault, NotFound):
        return Refusal(Reason.PAGE_NOT_FOUND)
    if isinstance(fault, HTTPException):
        return Refusal(Reason.BODY_INVALID, sentence=f"The request is not as expected: {fault.name}.")
    return Refusal(Reason.SERVICE_FAULT)


def forbidden() -> ResponseReturnValue:
    """As API Gateway answers a missing or wrong key."""
    response = answer(Gatekeeping(message="Forbidden"), 403)
    response.headers["x-amzn-ErrorType"] = "ForbiddenException"
    return response


def too_many_requests() -> ResponseReturnValue:
    """As API Gateway answers a call too many."""
    response = answer(Throttled(), 429)
    response.headers["x-amzn-ErrorType"] = "TooManyRequestsException"
    response.headers["Retry-After"] = "1"
    return response


def answer(body: BaseModel, status: int = 200) -> flask.Response:
    """The body as JSON."""
    written = body.model_dump_json().encode()
    if status != OK:
        return flask.Response(written, status, mimetype="application/json")
    headers = flask.current_app.config[JSON_HEADERS]
    return PreparedAnswer([*headers, ("Content-Length", str(len(written)))], written)
