"""The same calls of two apps, of which one never goes the short way: their answers and their rows have to agree."""

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from redeem_app.app import Application, create_app
from redeem_app.domain.campaign import App, Campaign
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import AppId, DeveloperId
from tests.campaign_builders import a_developer
from tests.service_under_test import ServiceUnderTest

TABLES: Final = ("rewards", "links", "charges", "given_answers", "events", "points")
_ROWS: Final = {table: f"SELECT * FROM {table}" for table in TABLES} | {  # noqa: S608 - fixed words
    # In which shard of a counter something was taken is by chance.
    "counters": "SELECT name, CAST(SUM(ceiling) AS BIGINT), CAST(SUM(used) AS BIGINT) FROM counters GROUP BY name"
}
_NUMBERS = itertools.count()
_TOKEN: Final = re.compile(r"\b[0-9a-z-]{8,40}\.[\w-]{43}")
_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
_HASH: Final = re.compile(r"\b([0-9a-f]{64}|[0-9a-f]{24})\b")
_NUMBER: Final = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")


@dataclass
class OneWay:
    """An app of one developer with its campaigns, whose calls all go to one application."""

    under_test: ServiceUnderTest
    application: Application
    name: str
    api_key: str = ""

    def load(self, app: App, campaigns: tuple[Campaign, ...], **developer: object) -> None:
        owner = a_developer(developer_id=DeveloperId(self.name), **developer)
        mine = replace(app, app_id=AppId(self.name), developer_id=owner.developer_id)
        named = tuple(replace(c, app_id=mine.app_id, campaign_id=self.own(c.campaign_id)) for c in campaigns)
        running = self.under_test.service.running
        self.api_key = running.load(owner, mine, named).api_key
        for campaign in named:
            running.move(campaign.campaign_id, CampaignMove.SUBMIT)
            running.move(campaign.campaign_id, CampaignMove.APPROVE)

    def own(self, name: str) -> Any:
        return f"{self.name}-{name}"

    def call(self, path: str, body: Any, headers: Mapping[str, str]) -> tuple[int, dict[str, str], str]:
        """Status, headers and body, without what is never the same twice."""
        written = self._named(body) if isinstance(body, dict) else body
        sent = {"x-api-key": self.api_key, "X-Request-Id": "request-of-a-test", **headers}
        answer = self.application.test_client().post(path, data=written, headers=sent)
        return answer.status_code, dict(answer.headers), self._alike(answer.get_data(as_text=True))

    def _named(self, body: dict[str, Any]) -> str:
        own = {"appId": self.name} if body.get("appId") == "game" else {}
        if "campaignId" in body:
            own["campaignId"] = self.own(str(body["campaignId"]))
        return json.dumps(body | own)

    def rows(self) -> dict[str, list[str]]:
        """Every row that is this app's, without what is never the same twice."""
        database = self.under_test.service.database
        issued = database.read(lambda db: db.rows("SELECT reward_id, campaign_id FROM rewards"))
        rewards = {reward_id for reward_id, campaign_id in issued if self.name in campaign_id}
        found = dict[str, list[str]]()
        for table, statement in _ROWS.items():
            rows = database.read(lambda db, statement=statement: db.rows(statement))  # type: ignore[misc]
            mine = [repr(row) for row in rows if self.name in repr(row) or rewards & {str(value) for value in row}]
            found[table] = sorted(self._alike(row) for row in mine)
        return found

    def _alike(self, text: str) -> str:
        for form, word in ((_TOKEN, "token"), (_HASH, "hash"), (_ID, "id"), (_NUMBER, "number")):
            text = form.sub(word, text)
        return text.replace(self.name, "game")


@dataclass
class TwoWays:
    """The short way and the long way, each with the same app and campaigns under a name of its own."""

    short: OneWay
    long: OneWay

    @classmethod
    def of(cls, under_test: ServiceUnderTest) -> "TwoWays":
        number = next(_NUMBERS)
        short, long = (_application(under_test) for _ in range(2))
        long.short_way = None
        return cls(OneWay(under_test, short, f"short-{number:05}"), OneWay(under_test, long, f"along-{number:05}"))

    def load(self, app: App, *campaigns: Campaign, **developer: object) -> None:
        for way in (self.short, self.long):
            way.load(app, campaigns, **developer)

    def both(self, path: str, body: Any, **headers: str) -> tuple[Any, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.short.call(path, body, named), self.long.call(path, body, named)

    def move(self, campaign: str, move: CampaignMove) -> None:
        for way in (self.short, self.long):
            way.under_test.service.running.move(way.own(campaign), move)

    def check_rows(self) -> None:
        assert self.short.rows() == self.long.rows()


def _application(under_test: ServiceUnderTest) -> Application:
    application = create_app(service=under_test.service)
    assert isinstance(application, Application)
    return application


def answered_shortly(application: Application, path: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether the short way answers the call, which counts then."""
    with application.test_request_context(path, method="POST", data=body, headers=dict(headers)) as context:
        assert application.short_way is not None
        return application.short_way.answer(context.request.environ, lambda *_: lambda _: None) is not None
