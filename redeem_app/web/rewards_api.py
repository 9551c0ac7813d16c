"""The Rewards API that apps of Amazon Moments call unchanged: GetRewardInfo and GetReward."""

from datetime import UTC
from functools import cache
from typing import Final

import flask
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from redeem_app.domain import named_customers
from redeem_app.domain.campaign import App
from redeem_app.domain.given_answers import Repeatable
from redeem_app.domain.granting import Granting
from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, MomentId, RewardGroupId
from redeem_app.domain.ports import KeyedHash
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward_wanted import RewardNotice, RewardWanted
from redeem_app.web.api_input import Name, parsed, read_body
from redeem_app.web.refusals_api import answer

DEVICE_TYPES: Final = ("Web", "Android", "iOS", "FireOS")

_KNOWN_DEVICES: Final = frozenset(device.lower() for device in DEVICE_TYPES)

LONGEST_KEY: Final = 255
"""Characters of an Idempotency-Key."""


class RewardRequest(BaseModel):
    """The body of both operations: the five strings of Moments, and the customer where the app wants help with it."""

    model_config = ConfigDict(strict=True, frozen=True)

    appId: Name = Field(examples=["star-runner"])
    momentId: Name = Field(description="The action to be rewarded.", examples=["bronze"])
    deviceType: Name = Field(
        description="Web, Android, iOS or FireOS, in any case.",
        examples=["Android"],
        json_schema_extra={"pattern": "^([wW][eE][bB]|[aA][nN][dD][rR][oO][iI][dD]|([iI]|[fF][iI][rR][eE])[oO][sS])$"},
    )
    campaignId: Name = Field(examples=["summer-of-stars"])
    rewardGroupId: Name = Field(description="The marketplace's rewards.", examples=["US"])
    customerId: Name | None = Field(
        default=None,
        description="Optional: your own id of the person, stored only as a keyed hash. With it the service gives one"
        " reward of a moment to each customer, and rewards a moment with a tier only once the tier is reached.",
        examples=["player-81"],
    )


class RewardAnswer(BaseModel):
    """A reward: looked at, or granted. All five fields are always there."""

    rewardNotificationText: str = Field(description="Your message; show it as it comes.")
    rewardNotificationUrl: str | None = Field(
        description="GetReward: the person's link, a secret. GetRewardInfo: null, since a link is the reward itself.",
        json_schema_extra={"format": "uri"},
    )
    rewardImageUrl: str | None = Field(description="A picture for a push message or an e-mail; null if there is none.")
    remainingRewardCount: int = Field(ge=0, description="Rewards left in this calendar month (UTC).")
    campaignEndDate: str = Field(description="UTC, ISO 8601.", json_schema_extra={"format": "date-time"})


def get_reward_info(granting: Granting, hashes: KeyedHash, public_url: str, app: App) -> ResponseReturnValue:
    """POST /GetRewardInfo: what would be granted; consumes and charges nothing (rule C3)."""
    return _answer(granting.look(app, wanted_by(hashes, app.app_id, asked_by(read_body()), None)), public_url)


def get_reward(granting: Granting, hashes: KeyedHash, public_url: str, app: App) -> ResponseReturnValue:
    """POST /GetReward: consumes one reward and gives its URL; the charge is made at this call (rule C3)."""
    key = flask.request.headers.get("Idempotency-Key")
    checked = None if key is None else checked_key(key)
    asked = asked_by(read_body())
    repeatable = None if checked is None else repeatable_by(hashes, app.app_id, asked, checked)
    return _answer(granting.grant(app, wanted_by(hashes, app.app_id, asked, repeatable)), public_url)


def asked_by(body: bytes) -> RewardRequest:
    """What a body asks for, with its device in small letters. Raises Refusal(BODY_INVALID, DEVICE_TYPE_UNKNOWN)."""
    asked = parsed(RewardRequest, body)
    if asked.deviceType.lower() not in _KNOWN_DEVICES:
        raise Refusal(Reason.DEVICE_TYPE_UNKNOWN, known=", ".join(DEVICE_TYPES))
    return asked.model_copy(update={"deviceType": asked.deviceType.lower()})


def wanted_by(hashes: KeyedHash, caller: AppId, asked: RewardRequest, repeatable: Repeatable | None) -> RewardWanted:
    """The same in the domain's words."""
    customer = asked.customerId
    return RewardWanted(
        AppId(asked.appId),
        CampaignId(asked.campaignId),
        MomentId(asked.momentId),
        RewardGroupId(asked.rewardGroupId),
        None if customer is None else named_customers.customer_key(hashes, caller, customer),
        repeatable,
    )


def repeatable_by(hashes: KeyedHash, caller: AppId, asked: RewardRequest, key: str) -> Repeatable:
    """The call, as it is known again by its Idempotency-Key."""
    return Repeatable(idempotency_hash(hashes, caller, key), hashes.of("request", caller, asked.model_dump_json()))


def idempotency_hash(hashes: KeyedHash, caller: AppId, key: str) -> str:
    """How an Idempotency-Key is stored: as a keyed hash, since apps make it of what names a person."""
    return hashes.of("idempotency-key", caller, key)


def customer_key(hashes: KeyedHash, app: App, customer_id: str) -> CustomerKey:
    """How the app's customer id is stored."""
    return named_customers.customer_key(hashes, app.app_id, customer_id)


def checked_key(key: str) -> str:
    """An Idempotency-Key that can be one. Raises Refusal(IDEMPOTENCY_KEY_INVALID)."""
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Refusal(Reason.IDEMPOTENCY_KEY_INVALID, longest=LONGEST_KEY)
    return key


def _answer(notice: RewardNotice | None, public_url: str) -> ResponseReturnValue:
    return flask.jsonify([]) if notice is None else answer(reward_answer(notice, public_url))


def reward_answer(notice: RewardNotice, public_url: str) -> RewardAnswer:
    """The five fields of a reward."""
    return RewardAnswer(
        rewardNotificationText=notice.text,
        rewardNotificationUrl=reward_url(public_url, notice.token) if notice.token else None,
        rewardImageUrl=notice.image_url or None,
        remainingRewardCount=notice.remaining,
        campaignEndDate=notice.ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def reward_url(public_url: str, token: str) -> str:
    """The link that a person opens."""
    return f"{public_url}{_link_path()}{token}"


@cache
def _link_path() -> str:
    """The part of every link before its token, which is made of letters that an address takes as they are."""
    return flask.url_for("open_link", token="-").removesuffix("-")  # noqa: S106 - stands for any
