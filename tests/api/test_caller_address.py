"""A key can be bound to the networks of the app's servers; what a proxy says counts only where it is ours."""

import logging

import pytest

from redeem_app.app import create_app
from tests.api.api_caller import BODY, ApiCaller
from tests.campaign_builders import an_app
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
def bound(under_test: ServiceUnderTest) -> ApiCaller:
    under_test.load(app=an_app(caller_addresses=("203.0.113.0/24", "2001:db8::/32")))
    return ApiCaller(create_app(service=under_test.service), under_test)


def status(api: ApiCaller, remote: str | None, forwarded: str = "") -> int:
    headers = {"x-api-key": api.under_test.api_key} | ({"X-Forwarded-For": forwarded} if forwarded else {})
    environment = {"REMOTE_ADDR": remote} if remote is not None else {}
    answer = api.app.test_client().post("/GetRewardInfo", json=BODY, headers=headers, environ_overrides=environment)
    return answer.status_code


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7", "::ffff:203.0.113.7"])
def test_a_call_from_the_apps_network_passes(bound: ApiCaller, address: str) -> None:
    assert status(bound, address) == 200


@pytest.mark.parametrize("address", ["198.51.100.7", "2001:db9::7", "", "unix:"])
def test_a_call_from_elsewhere_is_forbidden_and_noted_apart(
    bound: ApiCaller, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert status(bound, address) == 403

    assert "app game was used from" in caplog.text


def test_an_app_that_names_no_networks_may_call_from_anywhere(live: ApiCaller) -> None:
    assert status(live, "198.51.100.7") == 200


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("10.0.0.2", "203.0.113.7", 200),  # our proxy says where the call came from
        ("10.0.0.2", "203.0.113.7, 10.0.0.3", 200),  # through two of ours
        ("10.0.0.2", "198.51.100.7", 403),
        ("198.51.100.7", "203.0.113.7", 403),  # a stranger says so
        ("10.0.0.2", "203.0.113.7, 198.51.100.7", 403),  # a stranger said so to our proxy
        ("203.0.113.7", "198.51.100.7", 200),  # the app's own proxy is not ours
        ("10.0.0.2", "", 403),
        ("10.0.0.2", "nonsense", 403),
    ],
)
def test_forwarded_addresses_are_believed_as_far_as_our_proxies_wrote_them(
    bound: ApiCaller, remote: str, forwarded: str, expected: int
) -> None:
    assert status(bound, remote, forwarded) == expected
