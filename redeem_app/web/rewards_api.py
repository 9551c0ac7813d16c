"""The Rewards API that apps of Amazon Moments call unchanged: GetRewardInfo and GetReward."""

from datetime import UTC
from typing import Annotated, Any

import flask
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from redeem_app.domain.campaign import App
from redeem_app.domain.granting import Granting, RewardNotice, RewardWanted
from redeem_app.domain.ids import AppId, CampaignId, MomentId, RewardGroupId
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web.api_input import parsed

DEVICE_TYPES = frozenset({"web", "android", "ios", "fireos"})

Name = Annotated[str, Field(min_length=1, max_length=200)]


class RewardRequest(BaseModel):
    """The body of both operations: five strings, all required."""

    model_config = ConfigDict(strict=True, frozen=True)

    appId: Name
    momentId: Name
    deviceType: Name
    campaignId: Name
    rewardGroupId: Name


def get_reward_info(granting: Granting, app: App) -> ResponseReturnValue:
    """POST /GetRewardInfo: what would be granted; consumes and charges nothing."""
    return _answer(granting.look(app, _wanted()))


def get_reward(granting: Granting, app: App) -> ResponseReturnValue:
    """POST /GetReward: consumes one reward and gives its URL; the charge is made at this call."""
    return _answer(granting.grant(app, _wanted()))


def _wanted() -> RewardWanted:
    asked = parsed(RewardRequest)
    if asked.deviceType.lower() not in DEVICE_TYPES:
        raise Refusal(Reason.DEVICE_TYPE_UNKNOWN, deviceType=asked.deviceType, known="Web, Android, iOS, FireOS")
    return RewardWanted(
        AppId(asked.appId), CampaignId(asked.campaignId), MomentId(asked.momentId), RewardGroupId(asked.rewardGroupId)
    )


def _answer(notice: RewardNotice | None) -> ResponseReturnValue:
    if notice is None:
        return flask.jsonify([])
    url = flask.url_for("open_link", token=notice.token, _external=True) if notice.token else None
    body: dict[str, Any] = {
        "rewardNotificationText": notice.text,
        "rewardNotificationUrl": url,
        "rewardImageUrl": notice.image_url or None,
        "remainingRewardCount": notice.remaining,
        "campaignEndDate": notice.ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return flask.jsonify(body)
