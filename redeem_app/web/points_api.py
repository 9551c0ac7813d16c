"""What Moments left to the app: events that earn points, and where a person stands (rules E1, E2, E4)."""

from datetime import datetime
from typing import Annotated, Any

import flask
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from redeem_app.domain.campaign import App
from redeem_app.domain.earning import Earned, Earning, Standing
from redeem_app.domain.ids import CustomerKey, EventId
from redeem_app.domain.points import PointsEvent
from redeem_app.domain.ports import KeyedHash
from redeem_app.web.api_input import parsed

Name = Annotated[str, Field(min_length=1, max_length=200)]


class EventBody(BaseModel):
    """One thing that a person did; `quantity` is how many, in units of the type (levels, ads, items)."""

    model_config = ConfigDict(frozen=True)

    eventId: Name
    customerId: Name
    type: Name
    occurredAt: AwareDatetime
    category: str = Field(default="", max_length=200)
    quantity: int = Field(default=1, ge=1, le=10_000)
    reverses: str | None = Field(default=None, max_length=200)


def record_event(earning: Earning, hashes: KeyedHash, app: App) -> ResponseReturnValue:
    """POST /v1/events: counted once, however often it is sent."""
    body = parsed(EventBody)
    occurred: datetime = body.occurredAt
    event = PointsEvent(
        EventId(body.eventId),
        customer_key(hashes, app, body.customerId),
        body.type,
        body.category,
        body.quantity,
        occurred,
        EventId(body.reverses) if body.reverses else None,
    )
    return flask.jsonify(_earned(body.eventId, earning.record(app, event)))


def standing(earning: Earning, hashes: KeyedHash, app: App, customer_id: str) -> ResponseReturnValue:
    """GET /v1/customers/<id>/points."""
    return flask.jsonify(_standing(earning.standing(app, customer_key(hashes, app, customer_id))))


def customer_key(hashes: KeyedHash, app: App, customer_id: str) -> CustomerKey:
    """How an app's customer id is stored: as a keyed hash, different in every app."""
    return CustomerKey(hashes.of("customer", app.app_id, customer_id))


def _earned(event_id: str, earned: Earned) -> dict[str, Any]:
    return {"eventId": event_id, "points": earned.points, "counted": earned.counted, **_standing(earned.standing)}


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "balance": standing.balance,
        "tier": standing.reached.tier if standing.reached else None,
        "nextTier": standing.ahead.tier if standing.ahead else None,
        "nextTierAt": standing.ahead.due_at_points if standing.ahead else None,
        "due": [
            {"campaignId": due.campaign_id, "momentId": due.moment_id, "rewardGroupId": due.group_id}
            for due in standing.due
        ],
    }
