"""What operators see: readiness with reasons, figures for those with the token, and logs without secrets."""

import logging
from dataclasses import replace

import flask
import pytest

from redeem_app.adapters.metered_partner import MeteredDelivery, Troubles
from redeem_app.adapters.migrations import migrate
from redeem_app.app import create_app
from redeem_app.domain.ids import AccountId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.domain.settling import Settling
from redeem_app.domain.watching import Watching
from redeem_app.settings import read_settings
from redeem_app.web import observing
from redeem_app.web.health import Health
from redeem_app.wiring import build
from tests.service.test_abuse import LAMP, a_token, signs_in
from tests.service_under_test import PretendDelivery, ServiceUnderTest

TOKEN = {"Authorization": "Bearer metrics-token"}
REQUEST = DeliveryRequest("r1", AccountId("amzn1.account.ann"), Money(2750, "USD"))


def refuse(_: DeliveryRequest) -> None:
    raise DeliveryFailed(DeliveryProblem.FUNDS_LOW, settled=True, detail="funds are low")


def test_readiness_says_which_check_fails(under_test: ServiceUnderTest) -> None:
    health = under_test.service.health
    broken = Health(
        checks={"database": lambda: "the database lacks 0001"},
        watching=health.watching,
        exposition=health.exposition,
        metrics_token="",
    )
    client = create_app(service=replace(under_test.service, health=broken)).test_client()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["checks"] == {"database": "the database lacks 0001"}


def test_what_no_other_process_would_do_better_is_told_and_stops_no_traffic(under_test: ServiceUnderTest) -> None:
    notes = {"partner": lambda: "api.amazon.example did not answer", "redis": lambda: ""}
    health = replace(under_test.service.health, notes=notes)
    client = create_app(service=replace(under_test.service, health=health)).test_client()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert answer.get_json()["checks"] == {"partner": "api.amazon.example did not answer", "redis": "ok"}


def test_without_redis_and_amazon_the_real_service_says_so(database_url: str) -> None:
    settings = {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": database_url,
        "REDEEM_REDIS_URL": "redis://127.0.0.1:1/0",
        "REDEEM_AMAZON_URL": "http://127.0.0.1:1",
    }
    service = build(read_settings(settings))
    migrate(service.database)
    for _ in range(6):
        with pytest.raises(DeliveryFailed):
            service.settling.ways.by_name["load-balance"].deliver(REQUEST)

    told = create_app(service=service).test_client().get("/readyz").get_json()
    service.database.close()

    assert told["status"] == "degraded"
    assert "calls of the API are refused, pages are open" in told["checks"]["redis"]
    assert "127.0.0.1:1 did not answer" in told["checks"]["partner"]
    assert told["checks"]["database"] == "ok"


def test_issued_applied_and_budget_left_are_told_by_campaign(under_test: ServiceUnderTest) -> None:
    under_test.load()
    tokens = [a_token(under_test) for _ in range(3)]
    under_test.service.applying.apply(tokens[0], signs_in(under_test, tokens[0], "ann"), LAMP)

    text = create_app(service=under_test.service).test_client().get("/metrics", headers=TOKEN).text

    assert 'redeem_issued_total{campaign="spring"} 3.0' in text
    assert 'redeem_applied_total{campaign="spring"} 1.0' in text
    assert 'redeem_rewards{campaign="spring",state="issued"} 2.0' in text
    assert 'redeem_budget_left{campaign="spring",currency="USD"}' in text


def test_rewards_are_counted_at_most_twice_a_minute_and_the_rest_each_time(under_test: ServiceUnderTest) -> None:
    under_test.load()
    seconds = [1000.0]
    watching = Watching(under_test.service.records, under_test.clock, lambda: seconds[0])
    told = []
    for step in (0, 29, 1):
        a_token(under_test)
        seconds[0] += step
        told.append((sum(watching.figures().states.values()), watching.figures().budgets[0].left))

    assert [count for count, _ in told] == [1, 1, 3]
    assert len({left for _, left in told}) == 3


def test_low_funds_are_an_alert_line_and_a_readiness_detail(
    under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    service = under_test.service
    inner = PretendDelivery(answers=[refuse])  # type: ignore[list-item]
    delivery = MeteredDelivery(inner, service.meter, Troubles(service.records, under_test.clock))

    with caplog.at_level(logging.ERROR), pytest.raises(DeliveryFailed):
        delivery.deliver(REQUEST)
    answer = create_app(service=service).test_client().get("/readyz")

    assert "ALERT Amazon refuses: funds-low" in caplog.text
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "degraded"
    assert [trouble["problem"] for trouble in answer.get_json()["amazon"]] == ["funds-low"]


def test_metrics_are_for_those_with_the_token(under_test: ServiceUnderTest) -> None:
    under_test.load()
    client = create_app(service=under_test.service).test_client()
    client.get("/r/nonsense")

    without, with_token = client.get("/metrics"), client.get("/metrics", headers=TOKEN)

    assert without.status_code == 404
    assert 'redeem_refused_total{reason="link-invalid",whom="person"} 1.0' in with_token.text
    assert 'redeem_budget_left_ratio{campaign="spring"} 1.0' in with_token.text


def test_settled_applications_are_counted(under_test: ServiceUnderTest) -> None:
    service = under_test.service
    settling = Settling(service.records, under_test.clock, service.settling.ways, service.meter)
    service.meter.settled("applied")

    text = create_app(service=replace(service, settling=settling)).test_client().get("/metrics", headers=TOKEN).text

    assert 'redeem_settled_total{outcome="applied"} 1.0' in text


def test_a_request_keeps_the_id_that_the_proxy_gave_it(under_test: ServiceUnderTest) -> None:
    client = create_app(service=under_test.service).test_client()

    kept = client.get("/healthz", headers={"X-Request-Id": "from-the-proxy-1"})
    made = client.get("/healthz", headers={"X-Request-Id": "bad id with spaces\t"})

    assert kept.headers["X-Request-Id"] == "from-the-proxy-1"
    assert len(made.headers["X-Request-Id"]) == 16


def test_what_was_slow_is_logged_though_all_went_well_and_what_was_quick_is_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logged = {}
    for slow_seconds in (0.0, 60.0):
        app = flask.Flask(__name__)
        observing.install(app, bind_request_id=lambda _: None, slow_seconds=slow_seconds)
        app.add_url_rule("/page", "page", lambda: "well")
        caplog.clear()
        with caplog.at_level(logging.INFO):
            app.test_client().get("/page", headers={"X-Request-Id": "from-the-proxy-2"})
        logged[slow_seconds] = [(r.__dict__["route"], r.__dict__["request_id"]) for r in caplog.records]

    assert logged == {0.0: [("page", "from-the-proxy-2")], 60.0: []}


def test_no_log_line_carries_the_path_with_its_token(
    under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(service=under_test.service).test_client()

    with caplog.at_level(logging.DEBUG):
        client.get("/r/secret-token-that-must-not-show")

    assert caplog.records
    assert "secret-token" not in "".join(str(record.__dict__) for record in caplog.records)
