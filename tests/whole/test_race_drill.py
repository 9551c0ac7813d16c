"""The race drill: 200 parallel attempts on each of 100 rewards, in four processes over HTTP, are 100 applications."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import flask
import pytest
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from redeem_app.app import create_app
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.counters import item_counter
from redeem_app.domain.ids import AccountId, AppId, CampaignId, LinkId, MomentId, RewardGroupId, VisitId
from redeem_app.domain.money import Money
from redeem_app.domain.records import Transaction
from redeem_app.domain.reward_wanted import RewardWanted
from redeem_app.domain.stored import SignedIn
from redeem_app.settings import read_settings
from redeem_app.wiring import Service, build
from simulator.world import BEGINNING, World, WorldPlan
from tests.campaign_builders import a_campaign, a_developer, a_group, an_app, an_item
from tests.service.test_abuse import LAMP
from tests.whole.post_storm import CONNECTIONS, PostStorm

REWARDS = 100
PROCESSES = 4
WANTED = RewardWanted(AppId("game"), CampaignId("spring"), MomentId("level-5"), RewardGroupId("US"))
VARIABLES = {"REDEEM_WORKERS": str(PROCESSES), "REDEEM_LOG_LEVEL": "WARNING", "REDEEM_LINK_PAGES_PER_MINUTE": "0"}


@pytest.fixture
def world() -> Iterator[World]:
    with World(WorldPlan(seed=11, amazon={"calls_per_second": None}, service_variables=VARIABLES)) as world:
        yield world


@pytest.fixture
def beside(world: World) -> Iterator[Service]:
    """The service's parts on the same database, to prepare what people would take minutes for."""
    service = build(read_settings(world.service._settings.variables))
    plenty = Money.of("100000.00", "USD")
    campaign = a_campaign(
        a_group(an_item(stock=REWARDS)),
        budget=plenty,
        month_cap=plenty,
        starts_at=BEGINNING.replace(day=1),
        ends_at=BEGINNING.replace(day=28),
    )
    service.running.load(replace(a_developer(), month_cap=plenty), an_app(), (campaign,))
    service.running.move(campaign.campaign_id, CampaignMove.SUBMIT)
    service.running.move(campaign.campaign_id, CampaignMove.APPROVE)
    yield service
    service.database.close()


class SignedInPeople:
    """People who have a reward each, have signed in, and are about to press the button."""

    def __init__(self, world: World, service: Service) -> None:
        self._world, self._service = world, service
        self._app = create_app(service=service)

    def press(self, number: int) -> bytes:
        """The request that the next person's button sends."""
        notice = self._service.granting.grant(an_app(), WANTED)
        assert notice is not None
        visit, account = VisitId(secrets.token_urlsafe(16)), AccountId(f"amzn1.account.racer-{number}")
        self._world.amazon.add_account(f"racer-{number}@example.com", "password", "Racer", user_id=account)
        self._service.records.write(lambda tx: _sign_in(tx, notice.token, visit, account))
        cookie, csrf_token = self._session(visit)
        body = urlencode({"link": notice.token, "item": LAMP.item_id, "csrf_token": csrf_token})
        lines = (
            "POST /reward/apply HTTP/1.1",
            f"Host: {self._service.public_url.removeprefix('http://')}",
            f"Cookie: {cookie}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        )
        return "\r\n".join((*lines, "", body)).encode()

    def _session(self, visit: VisitId) -> tuple[str, str]:
        with self._app.test_request_context():
            flask.session["visit"] = visit
            csrf_token = generate_csrf()
            interface = self._app.session_interface
            assert isinstance(interface, SecureCookieSessionInterface)
            serializer = interface.get_signing_serializer(self._app)
            assert serializer is not None
            return f"{self._app.config['SESSION_COOKIE_NAME']}={serializer.dumps(dict(flask.session))}", csrf_token


def _sign_in(tx: Transaction, token: str, visit: VisitId, account: AccountId) -> None:
    link = tx.rewards.linked(LinkId(token.partition(".")[0]))
    assert link is not None
    signed_in = SignedIn(account, "r•••@example.com", LAMP, BEGINNING)
    tx.visits.remember(hashlib.sha256(visit.encode()).hexdigest(), link.reward.reward_id, signed_in)


def test_r7_200_parallel_attempts_on_each_of_100_rewards_are_100_applications(world: World, beside: Service) -> None:
    people = SignedInPeople(world, beside)
    presses = [people.press(number) for number in range(REWARDS)]

    answers = PostStorm(world.service.url).send(presses)

    applied = world.amazon.applications()
    stock = item_counter(WANTED.campaign_id, WANTED.group_id, LAMP.item_id)
    assert {len(told) for told in answers} == {CONNECTIONS}
    assert {answer.partition("/r/")[0] + answer.partition("?")[2] for told in answers for answer in told} == {"303 "}
    assert all(len(set(told)) == 1 for told in answers), "whoever presses comes back to the same page"
    assert len(applied) == len({application.user_id for application in applied}) == REWARDS
    assert beside.records.read(lambda tx: tx.watch.states()) == {(WANTED.campaign_id, "applied"): REWARDS}
    assert beside.records.read(lambda tx: tx.counters.used((stock,))) == {stock: REWARDS}
    assert beside.bookkeeping.balance().disagreements == ()
