"""What is counted, logged, traced and refused on the short way is what it is on the long one."""

import logging
from dataclasses import replace
from datetime import datetime

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.adapters.traces import TracedDatabase, Traces
from redeem_app.app import create_app
from redeem_app.domain.granting_at_once import GrantingAtOnce
from redeem_app.domain.ids import CampaignId, RewardGroupId
from redeem_app.domain.issuing import Issue
from redeem_app.domain.keyed_offers import KeyedOffer, Left, OfferToKey
from redeem_app.domain.limits import CountedCall, Rate
from redeem_app.domain.records import Records, StoreUnavailable
from redeem_app.operating import new_id_in_order
from tests.api.api_caller import ApiCaller
from tests.campaign_builders import a_campaign, a_moment
from tests.service_under_test import SECRET, ServiceUnderTest, a_service

PLAN = a_campaign(moments=(a_moment(due_at_points=None, tier=""),))


class Counting:
    """Lets everything pass, and remembers what."""

    is_in_records = False

    def __init__(self) -> None:
        self.names: list[str] = []

    def admits(self, name: str, rate: Rate) -> bool:
        self.names.append(name)
        return True


class Breaking:
    """Records that break as a reward is written, so that nobody knows whether it was."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.read, self.write, self.begin, self.settle = records.read, records.write, records.begin, records.settle
        self.app_id_of_key, self.customer_of_key = records.app_id_of_key, records.customer_of_key
        self.known_offer, self.book = records.known_offer, records.book
        self.tries = 0

    def offer_to_key(
        self, key_hash: str, campaign_id: CampaignId, group_id: RewardGroupId, now: datetime
    ) -> OfferToKey | None:
        return self._records.offer_to_key(key_hash, campaign_id, group_id, now)

    def issue(self, _: Issue) -> bool:
        self.tries += 1
        raise StoreUnavailable("the connection broke")

    def issue_known(self, _: str, __: KeyedOffer, ___: Issue, ____: CountedCall | None) -> Left | None:
        self.tries += 1
        raise StoreUnavailable("the connection broke")


def a_caller(under_test: ServiceUnderTest) -> ApiCaller:
    """Of a campaign whose month has begun."""
    under_test.load(PLAN)
    app = create_app(service=under_test.service)
    caller = ApiCaller(app, under_test)
    assert caller.get_reward().status_code == 200
    return caller


def test_a_call_counts_once_however_it_goes_on(database_url: str) -> None:
    calls = Counting()
    under_test = a_service(database_url, calls=calls)
    caller = a_caller(under_test)
    first = caller.get_reward(customerId="ann").status_code
    calls.names.clear()

    again = caller.get_reward(customerId="ann").status_code

    under_test.service.database.close()
    assert (first, again, len(calls.names)) == (200, 409, 1)


def test_a_write_of_which_nobody_knows_whether_it_was_made_is_not_tried_again(under_test: ServiceUnderTest) -> None:
    caller = a_caller(under_test)
    breaking, links = Breaking(under_test.service.records), SignedLinks([SECRET])
    at_once = GrantingAtOnce(breaking, under_test.clock, links, new_id_in_order)
    caller.app = create_app(service=replace(under_test.service, granting_at_once=at_once))

    answer = caller.get_reward()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.get_json()["errorCode"] == "records-unavailable"
    assert (breaking.tries, caller.issued()) == (1, 1)


def test_a_call_is_logged_with_its_request_id(under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    caller = a_caller(under_test)

    with caplog.at_level(logging.INFO, "redeem_app.requests"):
        answer = caller.post("/v1/events", caller_event(under_test), X_Request_Id="request-of-the-app")

    [line] = [vars(record) for record in caplog.records if record.name == "redeem_app.requests"]
    assert answer.headers["X-Request-Id"] == "request-of-the-app"
    told = {name: line[name] for name in ("route", "method", "status", "request_id", "reason", "support_number")}
    assert told == {
        "route": "record_event",
        "method": "POST",
        "status": 200,
        "request_id": "request-of-the-app",
        "reason": "",
        "support_number": "",
    }


def caller_event(under_test: ServiceUnderTest) -> dict[str, str]:
    at = under_test.clock.now().isoformat()
    return {"eventId": "e1", "customerId": "ann", "type": "game.level", "occurredAt": at}


def test_a_call_is_one_span_with_its_transactions(database_url: str) -> None:
    kept = InMemorySpanExporter()
    traces = Traces(SimpleSpanProcessor(kept))
    under_test = a_service(database_url, reached_by=lambda database: TracedDatabase(database, traces))
    under_test.service = replace(under_test.service, request_spans=traces)
    caller = a_caller(under_test)
    kept.clear()

    caller.get_reward()
    caller.get_reward(campaignId="nowhere")

    spans = kept.get_finished_spans()
    requests = [span for span in spans if span.name == "POST get_reward"]
    under_test.service.database.close()
    traces.close()
    assert [dict(span.attributes or {})["http.response.status_code"] for span in requests] == [200, 404]
    assert dict(requests[1].attributes or {})["redeem.refused"] == "campaign-unknown"
    [within, *_] = [span.parent for span in spans if span.name == "database write"]
    assert within is not None
    assert requests[0].context is not None
    assert within.span_id == requests[0].context.span_id
