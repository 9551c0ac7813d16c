"""Personal data goes when it is no longer needed, or when somebody asks; keys change without a pause."""

from dataclasses import replace

import pytest

from redeem_app.adapters.rate_limit import DatabaseLimit
from redeem_app.app import create_app
from redeem_app.domain.given_answers import Repeatable
from redeem_app.domain.ids import AccountId, AppId, CustomerKey, EventId
from redeem_app.domain.limits import Rate
from redeem_app.domain.points import PointsEvent
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.sweeping import sweep
from tests.campaign_builders import NOW, a_campaign, an_app
from tests.money.people import wanted
from tests.service.test_abuse import LAMP, a_token, signs_in
from tests.service_under_test import ServiceUnderTest

ANN = AccountId("amzn1.account.ann")


def everything(under_test: ServiceUnderTest) -> str:
    """Every value of every table, as text."""
    tables = ("applications", "visits", "sign_ins", "rewards", "events", "points", "tries", "charges", "links")
    read = under_test.service.database.read
    return str([read(lambda c, t=table: c.rows(f"SELECT * FROM {t}")) for table in tables])  # type: ignore[misc]  # noqa: S608


@pytest.fixture
def redeemed(under_test: ServiceUnderTest) -> ServiceUnderTest:
    under_test.load()
    token = a_token(under_test)
    under_test.service.applying.apply(token, signs_in(under_test, token, "ann"), LAMP)
    return under_test


def test_an_account_is_erased_on_request(redeemed: ServiceUnderTest) -> None:
    before = everything(redeemed)

    erased = redeemed.service.forgetting.erase_account(ANN)

    assert ANN in before
    assert erased.still_open == 0
    assert ANN not in everything(redeemed)
    assert "a•••@example.com" not in everything(redeemed)


def test_accounts_are_forgotten_once_the_rewards_date_has_passed(redeemed: ServiceUnderTest) -> None:
    redeemed.clock.moment = a_campaign().redeemable_until

    sweep(redeemed.service)

    assert ANN not in everything(redeemed)


def test_a_customer_is_erased_with_events_and_points(under_test: ServiceUnderTest) -> None:
    under_test.load()
    hashes = under_test.service.hashes
    key = CustomerKey(hashes.of("customer", "game", "customer-7"))
    under_test.service.earning.record(an_app(), PointsEvent(EventId("e1"), key, "game.level", "", 5, NOW))

    under_test.service.forgetting.erase_customer(AppId("game"), "customer-7")

    assert key not in everything(under_test)


def test_no_customer_id_is_ever_stored(under_test: ServiceUnderTest) -> None:
    under_test.load()
    event = {"eventId": "e1", "customerId": "customer-7", "type": "game.level", "occurredAt": NOW.isoformat()}

    answer = (
        create_app(service=under_test.service)
        .test_client()
        .post("/v1/events", json=event, headers={"x-api-key": under_test.api_key})
    )

    assert answer.status_code == 200
    assert "customer-7" not in everything(under_test)


def test_an_api_key_is_replaced_without_a_pause(under_test: ServiceUnderTest) -> None:
    under_test.load()
    running, records = under_test.service.running, under_test.service.records
    first = under_test.api_key

    assert running.retire_key(first) is False, "the last key of an app stays"
    second = running.add_key(AppId("game"))
    both = [records.read(lambda tx, k=k: tx.campaigns.app_of_key(running.key_hash(k))) for k in (first, second)]  # type: ignore[misc]
    assert running.retire_key(first) is True

    assert all(both)
    assert records.read(lambda tx: tx.campaigns.app_of_key(running.key_hash(first))) is None


def test_a_key_for_an_app_that_is_not_there_is_refused(under_test: ServiceUnderTest) -> None:
    with pytest.raises(Refusal) as refused:
        under_test.service.running.add_key(AppId("nobody"))

    assert refused.value.reason is Reason.APP_UNKNOWN


def test_answers_and_counts_of_calls_go_once_nobody_asks_for_them(under_test: ServiceUnderTest) -> None:
    under_test.load()
    service = under_test.service
    kept = Repeatable("key-hash", "request-hash")
    service.granting.grant(an_app(), replace(wanted(), repeatable=kept))
    DatabaseLimit(service.database, lambda: int(under_test.clock.now().timestamp() * 1_000_000)).admits(
        "api:k", Rate(5)
    )

    def rows() -> list[int]:
        count = "SELECT (SELECT COUNT(*) FROM given_answers), (SELECT COUNT(*) FROM recent_calls)"
        return list(service.database.read(lambda db: db.rows(count))[0])

    service.forgetting.forget_old()
    before = rows()
    under_test.clock.advance(days=1, seconds=1)
    service.forgetting.forget_old()
    a_day_later = rows()
    under_test.clock.moment = a_campaign().redeemable_until
    service.forgetting.forget_old()

    assert (before, a_day_later, rows()) == ([1, 1], [1, 0], [0, 0])
