"""What Moments left to the app: events that earn points, and where a person stands (rules E1, E2, E4)."""

from typing import Annotated, Final

from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from redeem_app.domain.campaign import App
from redeem_app.domain.earning import CampaignStanding, Earning, Standing
from redeem_app.domain.ids import EventId
from redeem_app.domain.points import EARLIEST, EventType, PointsEvent
from redeem_app.domain.ports import KeyedHash
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.tiers import tiers
from redeem_app.web.api_input import LONGEST_NAME, NO_CONTROLS, Name, check_name, parsed
from redeem_app.web.refusals_api import answer
from redeem_app.web.rewards_api import customer_key

_WIRE_NAMES: Final = {"eventType": "type"}


class EventBody(BaseModel):
    """One thing that a person did."""

    model_config = ConfigDict(strict=True, frozen=True)

    eventId: Name = Field(description="Your id of the event. It counts once, however often it is sent.")
    customerId: Name = Field(description="Your id of the person, stored only as a keyed hash.")
    type: EventType = Field(description="What happened.")
    occurredAt: AwareDatetime = Field(
        description=f"When, with time zone; at most {EARLIEST.days} days ago.", examples=["2026-03-01T12:00:00Z"]
    )
    category: Annotated[str, Field(max_length=LONGEST_NAME, pattern=NO_CONTROLS)] = Field(
        default="", description="Of a purchase: the product category."
    )
    quantity: int = Field(default=1, ge=1, le=10_000, description="Levels, sessions, ads, or pieces bought.")
    reverses: Name | None = Field(
        default=None, description="For purchase.refunded and ad.withdrawn: the eventId of what is taken back."
    )


class Due(BaseModel):
    """A moment that the person has reached and was not rewarded for: what to send with GetReward."""

    campaignId: str
    momentId: str
    rewardGroupId: str


class Tier(BaseModel):
    """One step of a campaign's points bar."""

    momentId: str
    tier: str
    at: int = Field(description="Points.")
    rewarded: bool


class CampaignPoints(BaseModel):
    """Where the person stands in one running campaign."""

    campaignId: str
    collected: int = Field(description="What a points bar shows: spendable points, and those exchanged here.")
    tier: str | None
    nextTier: str | None
    nextTierAt: int | None
    tiers: list[Tier]


class Points(BaseModel):
    """Where a person stands in the app; of the first campaign with tiers where one tier is told."""

    balance: int = Field(description="Points that can be exchanged for rewards.")
    tier: str | None
    nextTier: str | None
    nextTierAt: int | None
    due: list[Due]
    campaigns: list[CampaignPoints]


class EventCounted(Points):
    """What the event gave, and where the person stands now."""

    eventId: str
    points: int = Field(description="Given by this event; below 0 where points were taken back.")
    counted: bool = Field(description="False when the event id was counted before.")


def record_event(earning: Earning, hashes: KeyedHash, app: App) -> ResponseReturnValue:
    """POST /v1/events: counted once, however often it is sent."""
    body = parsed(EventBody)
    event = PointsEvent(
        EventId(body.eventId),
        customer_key(hashes, app, body.customerId),
        body.type,
        body.category,
        body.quantity,
        body.occurredAt,
        EventId(body.reverses) if body.reverses else None,
    )
    try:
        earned = earning.record(app, event)
    except Refusal as refusal:
        raise _in_wire_names(refusal) from None
    points = _points(earned.standing).model_dump()
    return answer(EventCounted(eventId=body.eventId, points=earned.points, counted=earned.counted, **points))


def _in_wire_names(refusal: Refusal) -> Refusal:
    field = refusal.facts.get("field")
    if refusal.reason is not Reason.BODY_INVALID or field is None:
        return refusal
    named = _WIRE_NAMES.get(str(field), field)
    return Refusal(refusal.reason, sentence=f"{named} {refusal.facts.get('problem')}.")


def standing(earning: Earning, hashes: KeyedHash, app: App, customer_id: str) -> ResponseReturnValue:
    """GET /v1/customers/<id>/points."""
    check_name("customerId", customer_id)
    return answer(_points(earning.standing(app, customer_key(hashes, app, customer_id))))


def _points(standing: Standing) -> Points:
    reached, ahead = standing.reached, standing.ahead
    return Points(
        balance=standing.balance,
        tier=reached.tier or None if reached else None,
        nextTier=ahead.tier or None if ahead else None,
        nextTierAt=ahead.due_at_points if ahead else None,
        due=[Due(campaignId=d.campaign_id, momentId=d.moment_id, rewardGroupId=d.group_id) for d in standing.due],
        campaigns=[_campaign_points(campaign) for campaign in standing.campaigns],
    )


def _campaign_points(of: CampaignStanding) -> CampaignPoints:
    campaign, where = of.stored.campaign, of.standing
    return CampaignPoints(
        campaignId=campaign.campaign_id,
        collected=where.collected,
        tier=where.reached.tier or None if where.reached else None,
        nextTier=where.ahead.tier or None if where.ahead else None,
        nextTierAt=where.ahead.due_at_points if where.ahead else None,
        tiers=[
            Tier(
                momentId=moment.moment_id,
                tier=moment.tier,
                at=moment.due_at_points or 0,
                rewarded=moment.moment_id in of.rewarded,
            )
            for moment in tiers(campaign.moments)
        ],
    )
