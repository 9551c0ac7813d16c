"""An app's server as plain HTTP: it reports what people do and asks for their rewards (the Rewards API)."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from simulator.apps import ad_network
from simulator.visitors.sending import Answer, NotHeard, Sender
from simulator.visitors.way import WrongAnswer

NOTICE: Final = frozenset(
    {
        "rewardNotificationText",
        "rewardNotificationUrl",
        "rewardImageUrl",
        "remainingRewardCount",
        "campaignEndDate",
    }
)
"""The fields of GetReward's answer, no more and no less."""
TRIES: Final = 400
PAUSE_SECONDS: Final = 0.05
OK: Final = 200
TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Report:
    """Something that a customer did in the app; `category` of what was bought."""

    customer: str
    event_id: str
    at: datetime
    event: str
    category: str = ""

    def as_json(self) -> dict[str, str]:
        """The body of `POST /v1/events`."""
        body = {
            "eventId": self.event_id,
            "customerId": self.customer,
            "type": self.event,
            "occurredAt": self.at.isoformat().replace("+00:00", "Z"),
        }
        return {**body, "category": self.category} if self.category else body


@dataclass(frozen=True, slots=True)
class AppCalls:
    """The calls of one app. `moment` is the one that is rewarded."""

    base_url: str
    app_id: str
    api_key: str
    campaign_id: str
    moment_id: str
    group_id: str
    ads_secret: str = ""
    """Of the app's ad network; empty where it has none."""
    is_due_by_points: bool = False
    """Whether the moment needs points; else the app gives its reward whenever it likes."""

    def reports(self, sender: Sender, report: Report) -> set[str]:
        """Something that a customer did; gives the moments that are due now.

        A watched ad is the ad network's to tell, where the app has one; the app then asks where the customer stands.
        """
        step = "the app reports an event"
        if report.event == ad_network.WATCHED and self.ads_secret:
            told = self._called_back(sender, report)
        else:
            url = f"{self.base_url}/v1/events"
            told = self._told(step, sender.send(step, "POST", url, json=report.as_json(), headers=self._key))
            if not isinstance(told.get("points"), int):
                raise WrongAnswer(step, "the answer does not say what was counted")
        return {str(due["momentId"]) for due in told["due"]}

    def _called_back(self, sender: Sender, report: Report) -> dict[str, Any]:
        step = "the ad network calls back"
        view = ad_network.View(report.event_id, report.customer, report.at)
        query = ad_network.callback(self.ads_secret, view)
        path = f"{self.base_url}/v1/ads/{ad_network.NETWORK}/{self.app_id}"
        if self._told(step, sender.send(step, "GET", f"{path}?{query}")).get("counted") is not True:
            raise WrongAnswer(step, "the answer does not say that the ad was counted")
        step = "the app asks for points"
        url = f"{self.base_url}/v1/customers/{report.customer}/points"
        return self._told(step, sender.send(step, "GET", url, headers=self._key))

    def gets_reward(self, sender: Sender, customer: str) -> str:
        """The link of a new reward; asked again with the same key, it is the same one."""
        step = "the app asks for a reward"
        body = {
            "appId": self.app_id,
            "campaignId": self.campaign_id,
            "momentId": self.moment_id,
            "rewardGroupId": self.group_id,
            "deviceType": "Android",
            "customerId": customer,
        }
        headers = {**self._key, "idempotency-key": str(uuid.uuid5(uuid.NAMESPACE_URL, customer))}
        told = self._told(step, sender.send(step, "POST", f"{self.base_url}/GetReward", json=body, headers=headers))
        if set(told) != NOTICE:
            raise WrongAnswer(step, f"the answer has the fields {', '.join(sorted(told)) or 'of an empty list'}")
        if "/r/" not in str(told["rewardNotificationUrl"]):
            raise WrongAnswer(step, "the answer has no link")
        return str(told["rewardNotificationUrl"])

    def gets_reward_at_last(self, sender: Sender, customer: str) -> str:
        """The same, asked again until it is heard: through faults, restarts and limits. Raises NotHeard."""
        for _ in range(TRIES):
            try:
                return self.gets_reward(sender, customer)
            except (NotHeard, WrongAnswer):
                time.sleep(PAUSE_SECONDS)
        raise NotHeard(f"no reward for {customer} after {TRIES} tries")

    @property
    def _key(self) -> Mapping[str, str]:
        return {"x-api-key": self.api_key}

    def _told(self, step: str, answer: Answer) -> dict[str, Any]:
        if answer.status != OK:
            raise WrongAnswer(step, f"status {answer.status}")
        try:
            told = json.loads(answer.text)
        except ValueError:
            raise WrongAnswer(step, "the answer is no JSON") from None
        return told if isinstance(told, dict) else {}
