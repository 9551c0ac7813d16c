"""JSON bodies as types, and every refusal of the API as JSON with a sentence."""

from typing import Final, TypeVar

import flask
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from redeem_app.domain.refusals import Reason, Refusal

LARGEST_BODY: Final = 64 * 1024

M = TypeVar("M", bound=BaseModel)

STATUSES: Final = {
    Reason.BODY_INVALID: 400,
    Reason.DEVICE_TYPE_UNKNOWN: 400,
    Reason.APP_UNKNOWN: 403,
    Reason.CAMPAIGN_UNKNOWN: 404,
    Reason.MOMENT_UNKNOWN: 404,
    Reason.GROUP_UNKNOWN: 404,
}
"""What isn't here answers 409."""

_SENTENCES: Final = {
    Reason.APP_UNKNOWN: "This API key does not belong to the app {app}. Use the key of that app.",
    Reason.CAMPAIGN_UNKNOWN: "The app has no campaign {campaign}. Check campaignId.",
    Reason.MOMENT_UNKNOWN: "The campaign has no moment {moment}; it has {known}. Check momentId.",
    Reason.GROUP_UNKNOWN: "The campaign has no reward group {group}; it has {known}. Check rewardGroupId.",
    Reason.DEVICE_TYPE_UNKNOWN: "deviceType {deviceType} is not known; use one of {known}.",
    Reason.CAMPAIGN_NOT_LIVE: "The campaign {campaign} is {state}; rewards are issued when it is live.",
    Reason.CAMPAIGN_FINISHED: "The campaign {campaign} ended on {ended}. Create a new campaign.",
    Reason.CAMPAIGN_SUSPENDED: "The campaign {campaign} was taken down; no rewards are issued.",
    Reason.BUDGET_SPENT: "The budget of campaign {campaign}, {budget}, is spent. Nothing was charged.",
    Reason.CAMPAIGN_MONTH_CAP: "The campaign {campaign} has reached its cap of {cap} for this month."
    " Nothing was charged.",
    Reason.ACCOUNT_MONTH_CAP: "Your account has reached its cap of {cap} for this month. Nothing was charged.",
    Reason.BODY_INVALID: "{sentence}",
}


def parsed(kind: type[M]) -> M:
    """The request's JSON body as `kind`. Raises Refusal(BODY_INVALID) with a sentence that names every mistake."""
    body = flask.request.get_data(cache=False)
    if len(body) > LARGEST_BODY:
        raise Refusal(Reason.BODY_INVALID, sentence=f"The body is larger than {LARGEST_BODY} bytes.")
    try:
        return kind.model_validate_json(body)
    except ValidationError as fault:
        raise Refusal(Reason.BODY_INVALID, sentence=_sentence(fault)) from None


def _sentence(fault: ValidationError) -> str:
    mistakes = []
    for error in fault.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in error["loc"])
        mistakes.append(f"{where}: {error['msg']}" if where else error["msg"])
    return "The body is not as expected. " + "; ".join(mistakes) + "."


def reward_refusal(refusal: Refusal, *, errors_as_200: bool) -> ResponseReturnValue:
    """The refusal in the shape that old clients read: the reason as `rewardNotificationText`."""
    body = {
        "rewardNotificationText": sentence_of(refusal),
        "rewardNotificationUrl": None,
        "rewardImageUrl": None,
        "remainingRewardCount": None,
        "campaignEndDate": None,
        "errorCode": str(refusal.reason),
    }
    return flask.jsonify(body), 200 if errors_as_200 else STATUSES.get(refusal.reason, 409)


def api_refusal(refusal: Refusal) -> ResponseReturnValue:
    """The refusal as the versioned API tells it."""
    body = {"errorCode": str(refusal.reason), "message": sentence_of(refusal)}
    return flask.jsonify(body), STATUSES.get(refusal.reason, 409)


def sentence_of(refusal: Refusal) -> str:
    """What happened and what to do, for a developer."""
    if refusal.reason is Reason.BODY_INVALID and "field" in refusal.facts:
        return f"{refusal.facts['field']} {refusal.facts['problem']}."
    sentence = _SENTENCES.get(refusal.reason)
    return f"Refused: {refusal}." if sentence is None else sentence.format(**refusal.facts)


def forbidden() -> ResponseReturnValue:
    """As API Gateway answers a missing or wrong key."""
    return flask.jsonify({"message": "Forbidden"}), 403
