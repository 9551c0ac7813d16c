"""An app's server: calls the API with its key."""

from dataclasses import dataclass
from typing import Any

import flask
from werkzeug.test import TestResponse

from tests.service_under_test import ServiceUnderTest

BODY = {
    "appId": "game",
    "momentId": "level-5",
    "deviceType": "Android",
    "campaignId": "spring",
    "rewardGroupId": "US",
}
"""Of the campaign that `campaign_builders` makes."""


@dataclass
class ApiCaller:
    app: flask.Flask
    under_test: ServiceUnderTest
    api_key: str = ""

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.app.test_client().post(path, json=body, headers=self._headers(headers), buffered=True)

    def post_raw(self, path: str, body: bytes, content_type: str | None = "application/json") -> TestResponse:
        return self.app.test_client().post(path, data=body, content_type=content_type, headers=self._headers({}))

    def get(self, path: str) -> TestResponse:
        return self.app.test_client().get(path, headers=self._headers({}), buffered=True)

    def get_reward(self, key: str = "", **changes: Any) -> TestResponse:
        headers = {"Idempotency-Key": key} if key else {}
        return self.post("/GetReward", BODY | changes, **headers)

    def get_reward_info(self, **changes: Any) -> TestResponse:
        return self.post("/GetRewardInfo", BODY | changes)

    def reports(self, event_id: str, customer: str = "ann", **changes: Any) -> TestResponse:
        event = {
            "eventId": event_id,
            "customerId": customer,
            "type": "game.level",
            "occurredAt": self.under_test.clock.now().isoformat(),
        }
        return self.post("/v1/events", event | changes)

    def issued(self) -> int:
        rows = self.under_test.service.database.read(lambda db: db.rows("SELECT COUNT(*) FROM rewards"))
        return int(rows[0][0])

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"x-api-key": self.api_key or self.under_test.api_key} | {
            name.replace("_", "-"): value for name, value in more.items()
        }
