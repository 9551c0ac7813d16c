"""A lost link made anew (POST /v1/links); its handle is what the app itself sent with GetReward."""

from typing import Annotated, Final

from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from redeem_app.domain.campaign import App
from redeem_app.domain.ids import CampaignId, MomentId
from redeem_app.domain.ports import KeyedHash
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.relinking import Relinking
from redeem_app.web.api_input import Name, parsed, read_body
from redeem_app.web.refusals_api import answer
from redeem_app.web.rewards_api import LONGEST_KEY, customer_key, idempotency_hash, reward_url

_WANTED: Final = "Send idempotencyKey, or customerId with campaignId and momentId."

IdempotencyKey = Annotated[str, Field(min_length=1, max_length=LONGEST_KEY, pattern=r"^[\u0020-\u007e]*$")]


class LinkRequest(BaseModel):
    """Which reward's link was lost: by the key of its GetReward call, or by the customer it was granted to."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        json_schema_extra={
            "anyOf": [{"required": ["idempotencyKey"]}, {"required": ["customerId", "campaignId", "momentId"]}]
        },
    )

    idempotencyKey: IdempotencyKey = Field(default_factory=str, description="What GetReward was called with.")
    customerId: Name = Field(default_factory=str, description="With campaignId and momentId.")
    campaignId: Name = Field(default_factory=str)
    momentId: Name = Field(default_factory=str)


class FreshLink(BaseModel):
    """The reward's one link from now on; the earlier one leads to a page that says there is a newer one."""

    rewardNotificationUrl: str = Field(json_schema_extra={"format": "uri"})


def make_link(relinking: Relinking, hashes: KeyedHash, public_url: str, app: App) -> ResponseReturnValue:
    """POST /v1/links: the same answer whether or not the reward was redeemed (rule V1)."""
    asked = parsed(LinkRequest, read_body())
    if asked.idempotencyKey:
        token = relinking.by_key(app, idempotency_hash(hashes, app.app_id, asked.idempotencyKey))
    elif asked.customerId and asked.campaignId and asked.momentId:
        customer = customer_key(hashes, app, asked.customerId)
        token = relinking.by_customer(app, CampaignId(asked.campaignId), MomentId(asked.momentId), customer)
    else:
        raise Refusal(Reason.BODY_INVALID, sentence=_WANTED)
    return answer(FreshLink(rewardNotificationUrl=reward_url(public_url, token)))
