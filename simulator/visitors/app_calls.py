"""An app's server as plain HTTP: it reports what people do and asks for their rewards (the Rewards API)."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

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
class AppCalls:
    """The calls of one app. `moment` is the one that is rewarded."""

    base_url: str
    app_id: str
    api_key: str
    campaign_id: str
    moment_id: str
    group_id: str

    def reports(self, sender: Sender, customer: str, event_id: str, at: datetime, kind: str) -> int:
        """An event of a customer; gives the points that were counted so far."""
        body = {
            "eventId": event_id,
            "customerId": customer,
            "type": kind,
            "occurredAt": at.isoformat().replace("+00:00", "Z"),
        }
        step = "the app reports an event"
        told = self._told(step, sender.send(step, "POST", f"{self.base_url}/v1/events", json=body, headers=self._key))
        if not isinstance(told.get("points"), int):
            raise WrongAnswer(step, "the answer does not say what was counted")
        return int(told["balance"])

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
