"""What Moments left to the app: events that earn points, and where a person stands (rules E1, E2, E4)."""

from typing import Annotated, Final

from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from redeem_app.domain import named_customers
from redeem_app.domain.campaign import App
from redeem_app.domain.due_rewards import DueMoment, IssuedReward, Withheld
from redeem_app.domain.earning import CampaignStanding, Earning, Standing
from redeem_app.domain.ids import AppId, EventId
from redeem_app.domain.points import EARLIEST, EventType, PointsEvent
from redeem_app.domain.ports import KeyedHash
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.tiers import tiers
from redeem_app.web.api_input import LONGEST_NAME, NO_CONTROLS, Name, check_name, parsed, read_body
from redeem_app.web.refusals_api import SupportNumber, answer, noted, sentence_of
from redeem_app.web.rewards_api import RewardAnswer, customer_key, reward_answer

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


class EventReward(RewardAnswer):
    """A reward that was issued with the event: the five fields of GetReward, and which moment it is for."""

    campaignId: str
    momentId: str
    rewardGroupId: str


class RewardWithheld(Due):
    """A reward that is due and could not be issued; it stays due. Send a later event, or call GetReward."""

    errorCode: str = Field(description="One word for your program, as GetReward would have refused with.")
    message: str = Field(description="What happened and what to do, for a developer.")
    supportNumber: str = SupportNumber


class EventCounted(Points):
    """What the event gave, and where the person stands now."""

    eventId: str
    points: int = Field(description="Given by this event; below 0 where points were taken back.")
    counted: bool = Field(description="False when the event id was counted before.")
    rewards: list[EventReward] = Field(
        description="Issued in the same transaction, for moments with issued_when_due. The same event id gives the same"
        " rewards again, and nothing is charged twice."
    )
    withheld: list[RewardWithheld] = Field(description="What is due and could not be issued. The event counts.")


def record_event(earning: Earning, hashes: KeyedHash, public_url: str, app: App) -> ResponseReturnValue:
    """POST /v1/events: counted once, however often it is sent."""
    body = parsed(EventBody, read_body())
    event = event_of(body, hashes, app.app_id)
    try:
        earned = earning.report(app, event)
    except Refusal as refusal:
        raise _in_wire_names(refusal) from None
    points = points_of(earned.standing).model_dump()
    return answer(
        EventCounted(
            eventId=body.eventId,
            points=earned.points,
            counted=earned.counted,
            rewards=[_event_reward(issued, public_url) for issued in earned.rewards],
            withheld=[_withheld(withheld, app) for withheld in earned.withheld],
            **points,
        )
    )


def event_of(body: EventBody, hashes: KeyedHash, app_id: AppId) -> PointsEvent:
    """The same in the domain's words."""
    return PointsEvent(
        EventId(body.eventId),
        named_customers.customer_key(hashes, app_id, body.customerId),
        body.type,
        body.category,
        body.quantity,
        body.occurredAt,
        EventId(body.reverses) if body.reverses else None,
    )


def _event_reward(issued: IssuedReward, public_url: str) -> EventReward:
    return EventReward(**_due(issued.due).model_dump(), **reward_answer(issued.notice, public_url).model_dump())


def _withheld(withheld: Withheld, app: App) -> RewardWithheld:
    return RewardWithheld(
        **_due(withheld.due).model_dump(),
        errorCode=withheld.refusal.reason,
        message=sentence_of(withheld.refusal),
        supportNumber=noted(withheld.refusal, app),
    )


def _due(due: DueMoment) -> Due:
    return Due(campaignId=due.campaign_id, momentId=due.moment_id, rewardGroupId=due.group_id)


def _in_wire_names(refusal: Refusal) -> Refusal:
    field = refusal.facts.get("field")
    if refusal.reason is not Reason.BODY_INVALID or field is None:
        return refusal
    named = _WIRE_NAMES.get(str(field), field)
    return Refusal(refusal.reason, sentence=f"{named} {refusal.facts.get('problem')}.")


def standing(earning: Earning, hashes: KeyedHash, app: App, customer_id: str) -> ResponseReturnValue:
    """GET /v1/customers/<id>/points."""
    check_name("customerId", customer_id)
    return answer(points_of(earning.standing(app, customer_key(hashes, app, customer_id))))


def points_of(standing: Standing) -> Points:
    """Where a person stands."""
    reached, ahead = standing.reached, standing.ahead
    return Points(
        balance=standing.balance,
        tier=reached.tier or None if reached else None,
        nextTier=ahead.tier or None if ahead else None,
        nextTierAt=ahead.due_at_points if ahead else None,
        due=[_due(due) for due in standing.due],
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
