"""How an app's server speaks to the service: the Rewards API as Moments had it, and the events beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx

TIMEOUT_SECONDS: Final = 30.0
CANNOT_SAY: Final = "The service gave no reason."


class ApiRefused(Exception):
    """The service said no; `text` is what it says to people, `code` its reason code (empty on old replies)."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(f"{status} {code}: {text}")
        self.status = status
        self.code = code
        self.text = text


class NoAnswer(Exception):
    """The service could not be reached, or the answer got lost; the call may have counted."""


@dataclass(frozen=True, slots=True)
class Due:
    """A moment that an event has made due."""

    campaign_id: str
    moment_id: str
    group_id: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What the service answered to an event."""

    points: int
    balance: int
    """What a points bar shows: points exchanged for a reward stay in it."""
    tier: str
    next_tier: str
    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A reward or its announcement, in the five fields of the Rewards API; `url` is empty for an announcement."""

    text: str
    url: str
    image_url: str
    remaining: int
    campaign_ends: str


class Calls:
    """HTTP calls to the service, with the same headers on each."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        self._client = httpx.Client(base_url=base_url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The answer's object; empty for the `[]` of a missing reward. Raises ApiRefused, NoAnswer."""
        try:
            answer = self._client.request(method, path, json=body, headers=headers)
        except httpx.TransportError as lost:
            raise NoAnswer(str(lost) or type(lost).__name__) from lost
        told: Any = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        if answer.is_success and not (isinstance(told, dict) and told.get("errorCode")):
            return told if isinstance(told, dict) else {}
        told = told if isinstance(told, dict) else {}
        text = told.get("rewardNotificationText") or told.get("message") or CANNOT_SAY
        raise ApiRefused(answer.status_code, str(told.get("errorCode") or ""), str(text))


class RewardsApi:
    """The calls of one app, with its key."""

    def __init__(self, base_url: str, app_id: str, api_key: str) -> None:
        self._app_id = app_id
        self._calls = Calls(base_url, {"x-api-key": api_key})

    def close(self) -> None:
        """Give the connections back."""
        self._calls.close()

    def record(
        self, event_id: str, customer: str, kind: str, occurred_at: datetime, facts: Mapping[str, object]
    ) -> Counted:
        """Report an event; the same `event_id` counts once (rule E4). Raises ApiRefused, NoAnswer."""
        body = {
            "eventId": event_id,
            "customerId": customer,
            "type": kind,
            "occurredAt": occurred_at.isoformat().replace("+00:00", "Z"),
            **facts,
        }
        return _counted(self._calls.call("POST", "/v1/events", body))

    def balance(self, customer: str) -> dict[str, Any]:
        """A person's points as the service counts them. Raises ApiRefused, NoAnswer."""
        return self._calls.call("GET", f"/v1/customers/{customer}/points")

    def standing(self, customer: str) -> Counted:
        """Where a person stands, in the form of an event's answer. Raises ApiRefused, NoAnswer."""
        return _counted(self.balance(customer))

    def announcement(self, due: Due, device_type: str) -> Notice | None:
        """`GetRewardInfo`: consumes nothing; None where no reward is left. Raises ApiRefused, NoAnswer."""
        return self._notice("/GetRewardInfo", due, device_type, {}, {})

    def reward(self, due: Due, device_type: str, customer: str, idempotency_key: str) -> Notice | None:
        """`GetReward`: consumes one reward; None where none is left. Raises ApiRefused, NoAnswer.

        `customer` is empty where the app keeps to itself whom the reward is for, as clients of Moments did.
        """
        named = {"customerId": customer} if customer else {}
        return self._notice("/GetReward", due, device_type, named, {"idempotency-key": idempotency_key})

    def new_link(self, due: Due, customer: str) -> str:
        """The reward that a customer was granted, by a link made anew. Raises ApiRefused, NoAnswer."""
        handle = {"customerId": customer, "campaignId": due.campaign_id, "momentId": due.moment_id}
        return str(self._calls.call("POST", "/v1/links", handle)["rewardNotificationUrl"])

    def _notice(
        self, path: str, due: Due, device_type: str, more: Mapping[str, str], headers: Mapping[str, str]
    ) -> Notice | None:
        body = {
            "appId": self._app_id,
            "campaignId": due.campaign_id,
            "momentId": due.moment_id,
            "rewardGroupId": due.group_id,
            "deviceType": device_type,
            **more,
        }
        answer = self._calls.call("POST", path, body, headers)
        if not answer:
            return None
        return Notice(
            text=answer["rewardNotificationText"] or "",
            url=answer["rewardNotificationUrl"] or "",
            image_url=answer["rewardImageUrl"] or "",
            remaining=int(answer["remainingRewardCount"] or 0),
            campaign_ends=answer["campaignEndDate"] or "",
        )


def _counted(answer: Mapping[str, Any]) -> Counted:
    return Counted(
        points=int(answer.get("points", 0)),
        balance=collected(answer),
        tier=_name(answer.get("tier")),
        next_tier=_name(answer.get("nextTier")),
        due=tuple(Due(d["campaignId"], d["momentId"], d["rewardGroupId"]) for d in answer.get("due", [])),
    )


def collected(answer: Mapping[str, Any]) -> int:
    """The points of a standing as a points bar shows them: spendable ones, and those exchanged in the campaign."""
    return max((int(campaign["collected"]) for campaign in answer["campaigns"]), default=int(answer["balance"]))


def _name(tier: object) -> str:
    """A tier by its name; the service may give an object with more about it."""
    if isinstance(tier, Mapping):
        return str(tier.get("name") or "")
    return str(tier or "")
