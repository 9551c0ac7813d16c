"""What operators see: readiness with reasons, figures for those with the token, and logs without secrets."""

import logging
from dataclasses import replace

import pytest

from redeem_app.adapters.metered_partner import MeteredDelivery, Troubles
from redeem_app.app import create_app
from redeem_app.domain.ids import AccountId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.domain.settling import Settling
from redeem_app.web.health import Health
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


def test_no_log_line_carries_the_path_with_its_token(
    under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(service=under_test.service).test_client()

    with caplog.at_level(logging.DEBUG):
        client.get("/r/secret-token-that-must-not-show")

    assert caplog.records
    assert "secret-token" not in "".join(str(record.__dict__) for record in caplog.records)
