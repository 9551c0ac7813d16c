"""The service on a real database, with a clock that tests move and an Amazon that answers as told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from redeem_app.adapters.ad_callbacks import AdCallbacks
from redeem_app.adapters.ad_callbacks_keys import FetchedKeyLists, shared_secrets
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.database import Database, connect
from redeem_app.adapters.delivery_countries import delivery_countries
from redeem_app.adapters.keyed_hash import HmacHash
from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.adapters.metrics import PrometheusMeter
from redeem_app.adapters.migrations import migrate
from redeem_app.adapters.page_limit import MinuteLimit
from redeem_app.adapters.records import StoredRecords
from redeem_app.adapters.request_id import request_id
from redeem_app.domain.applying import Applying
from redeem_app.domain.auditing import Audit
from redeem_app.domain.bookkeeping import Bookkeeping
from redeem_app.domain.campaign import App, Campaign, Developer
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.due_rewards import DueRewards
from redeem_app.domain.earning import Earning
from redeem_app.domain.earning_at_once import EarningAtOnce
from redeem_app.domain.expiring import Expiring
from redeem_app.domain.forgetting import Forgetting
from redeem_app.domain.granting import Granting
from redeem_app.domain.granting_at_once import GrantingAtOnce
from redeem_app.domain.handing_over import HandingOver
from redeem_app.domain.ids import AccountId
from redeem_app.domain.limits import API_CALLS, OTHER_CALLS, CallLimit, Rate
from redeem_app.domain.listing import Listing
from redeem_app.domain.messaging import Messaging
from redeem_app.domain.minting import Minting
from redeem_app.domain.ports import Account, Delivered, DeliveryRequest, SignInProblem
from redeem_app.domain.redemption import Redemption
from redeem_app.domain.refusal_traces import RefusalTraces
from redeem_app.domain.reissuing import Reissuing
from redeem_app.domain.relinking import Relinking
from redeem_app.domain.reporting import Reporting
from redeem_app.domain.running import Loaded, Running
from redeem_app.domain.settling import Settling, Ways
from redeem_app.domain.watched_ads import WatchedAds
from redeem_app.domain.watching import Watching
from redeem_app.operating import new_id, new_id_in_order
from redeem_app.settings import read_settings
from redeem_app.web.health import Health
from redeem_app.web.page_limits import PageLimits
from redeem_app.wiring import Service, draw_numbers, new_secret
from tests.campaign_builders import NOW, a_campaign, a_developer, an_app

SECRET = "a-secret-of-the-tests-that-is-long-enough"


@dataclass
class MovableClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class PretendSignIn:
    """Every code is the id of the account that signed in."""

    def address(self, *, state: str, code_verifier: str, language: str | None = None) -> str:
        return f"https://amazon.example/ap/oa?state={state}&verifier={len(code_verifier)}&lang={language}"

    def account(self, *, code: str, code_verifier: str) -> Account:
        return Account(AccountId(f"amzn1.account.{code}"), f"{code[0]}•••@example.com")

    def problem_of(self, error: str, description: str) -> SignInProblem:
        return SignInProblem.REFUSED if error == "access_denied" else SignInProblem.UNAVAILABLE


@dataclass
class PretendDelivery:
    """Applies each request id once; `answers` are callables that are used up first, and may raise."""

    name: str = "load-balance"
    applied: dict[str, DeliveryRequest] = field(default_factory=dict)
    asked: list[DeliveryRequest] = field(default_factory=list)
    answers: list[Callable[[DeliveryRequest], Delivered]] = field(default_factory=list)

    def deliver(self, request: DeliveryRequest) -> Delivered:
        self.asked.append(request)
        if self.answers:
            return self.answers.pop(0)(request)
        return self.succeed(request)

    def succeed(self, request: DeliveryRequest) -> Delivered:
        self.applied.setdefault(request.request_id, request)
        code = f"CODE-{request.request_id[:6]}" if self.name == "claim-code" else None
        return Delivered(f"load-{request.request_id[:8]}", code)


@dataclass
class ServiceUnderTest:
    service: Service
    clock: MovableClock
    delivery: PretendDelivery
    api_key: str = ""

    def developer(self) -> Developer:
        return a_developer()

    def load(
        self, *campaigns: Campaign, app: App | None = None, developer: Developer | None = None, live: bool = True
    ) -> Loaded:
        loaded = self.service.running.load(developer or a_developer(), app or an_app(), campaigns or (a_campaign(),))
        self.api_key = loaded.api_key or self.api_key
        if live:
            for campaign_id in loaded.campaigns:
                self.service.running.move(campaign_id, CampaignMove.SUBMIT)
                self.service.running.move(campaign_id, CampaignMove.APPROVE)
        return loaded


class EveryCall:
    """Lets everything through, so that a test need not wait for the next second."""

    is_in_records = False

    def admits(self, name: str, rate: Rate) -> bool:
        return True


def a_service(
    database_url: str,
    delivery: PretendDelivery | None = None,
    *,
    calls: CallLimit | None = None,
    other_calls: CallLimit | None = None,
    ad_calls: CallLimit | None = None,
    reached_by: Callable[[Database], Database] = lambda database: database,
) -> ServiceUnderTest:
    settings = read_settings(
        {
            "REDEEM_MODE": "sandbox",
            "REDEEM_DATABASE_URL": database_url,
            "REDEEM_SECRET_KEYS": SECRET,
            "REDEEM_PUBLIC_URL": "http://localhost",
        }
    )
    meter = PrometheusMeter()
    clock, delivery = MovableClock(), delivery or PretendDelivery()
    database = reached_by(connect(database_url))
    migrate(database)
    records, links, hashes = StoredRecords(database), SignedLinks([SECRET]), HmacHash(SECRET)
    granting = Granting(records, clock, links, new_id_in_order)
    earning = Earning(records, clock, DueRewards(granting, hashes))
    settling = Settling(records, clock, Ways("Teste", {delivery.name: delivery}, delivery.name), meter)
    service = Service(
        settling=settling,
        forgetting=Forgetting(records, clock, hashes),
        audit=Audit(hashes),
        expiring=Expiring(records, clock),
        minting=Minting(records, clock, links, hashes, new_id_in_order),
        listing=Listing(records),
        bookkeeping=Bookkeeping(records),
        reporting=Reporting(records, clock),
        load_partner=list,
        meter=meter,
        health=Health(
            checks={},
            watching=Watching(records, clock),
            exposition=meter.exposition,
            metrics_token="metrics-token",
        ),
        bind_request_id=request_id.set,
        settings=settings,
        database=database,
        records=records,
        clock=clock,
        hashes=hashes,
        hosts=AmazonHosts.at("https://amazon.example"),
        public_url=settings.public_url,
        shop_url="https://amazon.example",
        granting=granting,
        granting_at_once=GrantingAtOnce(records, clock, links, new_id_in_order),
        earning=earning,
        earning_at_once=EarningAtOnce(records, clock),
        watched_ads=WatchedAds(records, clock, earning, AdCallbacks(FetchedKeyLists(), shared_secrets), hashes),
        redemption=Redemption(records, clock, links, PretendSignIn(), settling, hashes, delivery_countries()),
        applying=Applying(records, clock, links, settling, hashes),
        handing_over=HandingOver(records, clock, links, new_secret, draw_numbers),
        running=Running(records, clock, links, hashes, new_id),
        relinking=Relinking(records, clock, links, new_id_in_order),
        messaging=Messaging(records, links),
        refusal_traces=RefusalTraces(records, clock),
        reissuing=Reissuing(records, clock, settling.ways, hashes),
        calls=calls or EveryCall(),
        call_rate=API_CALLS,
        other_calls=other_calls or EveryCall(),
        ad_calls=ad_calls or EveryCall(),
        other_call_rate=OTHER_CALLS,
        page_limits=PageLimits(MinuteLimit(), by_address=0, by_link=0),
        trusted_proxies=("10.0.0.0/8",),
    )
    return ServiceUnderTest(service, clock, delivery)


def applying_with(under_test: ServiceUnderTest, settling: Settling) -> Applying:
    """The applying of the service under test, on another way of settling."""
    service = under_test.service
    return Applying(service.records, under_test.clock, SignedLinks([SECRET]), settling, service.hashes)


def redemption_with(under_test: ServiceUnderTest, settling: Settling) -> Redemption:
    """The redemption of the service under test, on another way of settling."""
    service = under_test.service
    return Redemption(
        service.records,
        under_test.clock,
        SignedLinks([SECRET]),
        PretendSignIn(),
        settling,
        service.hashes,
        delivery_countries(),
    )
