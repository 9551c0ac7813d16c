"""The composition root: puts adapters behind the ports and use cases on top of them."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redeem_app.adapters.ad_callbacks import AdCallbacks
from redeem_app.adapters.ad_callbacks_keys import FetchedKeyLists, shared_secrets
from redeem_app.adapters.amazon_check import check_amazon
from redeem_app.adapters.amazon_gift_cards import build_delivery
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.amazon_incentives import Incentives, PartnerAccount
from redeem_app.adapters.amazon_sign_in import LoginWithAmazon
from redeem_app.adapters.clock import FileClock, SystemClock
from redeem_app.adapters.database import Database, connect
from redeem_app.adapters.delivery_countries import delivery_countries
from redeem_app.adapters.findings import Finding
from redeem_app.adapters.keyed_hash import HmacHash
from redeem_app.adapters.leased_calls import TAKE, LeasedLimit
from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.adapters.metered_partner import MeteredDelivery, MeteredSignIn, Troubles
from redeem_app.adapters.migrations import missing
from redeem_app.adapters.page_limit import MinuteLimit, Together
from redeem_app.adapters.page_limit_database import DatabaseTogether
from redeem_app.adapters.rate_limit import DatabaseLimit, InProcessLimit
from redeem_app.adapters.records import StoredRecords
from redeem_app.adapters.request_id import request_id
from redeem_app.domain.applying import Applying
from redeem_app.domain.auditing import Audit
from redeem_app.domain.bookkeeping import Bookkeeping
from redeem_app.domain.due_rewards import DueRewards
from redeem_app.domain.earning import Earning
from redeem_app.domain.earning_at_once import EarningAtOnce
from redeem_app.domain.expiring import Expiring
from redeem_app.domain.forgetting import Forgetting
from redeem_app.domain.granting import Granting
from redeem_app.domain.granting_at_once import GrantingAtOnce
from redeem_app.domain.handing_over import HandingOver
from redeem_app.domain.limits import CallLimit, Rate
from redeem_app.domain.listing import Listing
from redeem_app.domain.messaging import Messaging
from redeem_app.domain.minting import Minting
from redeem_app.domain.ports import Clock, GiftDelivery
from redeem_app.domain.redemption import Redemption
from redeem_app.domain.refusal_traces import RefusalTraces
from redeem_app.domain.reissuing import Reissuing
from redeem_app.domain.relinking import Relinking
from redeem_app.domain.reporting import Reporting
from redeem_app.domain.running import Running
from redeem_app.domain.settling import Settling, Ways
from redeem_app.domain.watched_ads import WatchedAds
from redeem_app.domain.watching import Watching
from redeem_app.settings import Settings
from redeem_app.tracing import Tracing
from redeem_app.web.health import Health
from redeem_app.web.page_limits import PageLimits
from redeem_app.web.use_cases import SIGN_IN_RETURN, UseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(UseCases):
    """The use cases with what they stand on, for commands and for the server's own threads."""

    settling: Settling
    reissuing: Reissuing
    forgetting: Forgetting
    audit: Audit
    expiring: Expiring
    minting: Minting
    listing: Listing
    bookkeeping: Bookkeeping
    reporting: Reporting
    check_amazon: Callable[[], list[Finding]]
    settings: Settings
    database: Database
    hosts: AmazonHosts


def new_id() -> str:
    """128 random bits, 32 hexadecimal characters; fits the partner's limit on request ids."""
    return secrets.token_hex(16)


def call_limit(settings: Settings, database: Database) -> CallLimit:
    """Where calls are counted: wherever every process of the service meets."""
    if settings.redis_url:
        from redeem_app.adapters.rate_limit_redis import RedisLimit  # noqa: PLC0415 - slow to import, seldom used

        return RedisLimit(settings.redis_url)
    if settings.workers > 1 or database.dialect != "sqlite":
        return DatabaseLimit(database)
    return InProcessLimit()


def other_call_limit(settings: Settings) -> CallLimit:
    """Where the many calls are counted that have a high limit: a count for each must cost next to nothing."""
    if settings.redis_url:
        from redeem_app.adapters.redis_script import RedisScript  # noqa: PLC0415 - slow to import, seldom used

        return LeasedLimit(RedisScript(settings.redis_url, TAKE))
    return InProcessLimit()


def page_limits(settings: Settings, database: Database, hashes: HmacHash) -> PageLimits:
    """The limits of the public pages, counted in each process and, where there are several, together."""
    together: Together | None = None
    if settings.redis_url:
        from redeem_app.adapters.page_limit_redis import RedisTogether  # noqa: PLC0415 - slow to import, seldom used

        together = RedisTogether(settings.redis_url)
    elif settings.workers > 1 or database.dialect != "sqlite":
        together = DatabaseTogether(database)
    return PageLimits(
        MinuteLimit(together, hashes),
        settings.pages_per_minute,
        settings.link_pages_per_minute,
        settings.trusted_proxies,
    )


def new_secret() -> str:
    """128 random bits, 22 characters that fit an address and a QR code."""
    return secrets.token_urlsafe(16)


def draw_numbers(count: int) -> tuple[str, ...]:
    """That many different numbers of two digits, in random order."""
    return tuple(str(number) for number in secrets.SystemRandom().sample(range(10, 100), count))


def build(
    settings: Settings, deliveries: Mapping[str, GiftDelivery] | None = None, tracing: Tracing | None = None
) -> Service:
    """The service on its real adapters; nothing is connected before it is used.

    `deliveries` stands in for Amazon's, for who measures the service without it; no setting leads there.
    """
    from redeem_app.adapters.metrics import PrometheusMeter  # noqa: PLC0415 - see metrics_folder

    tracing = tracing or Tracing(settings)
    database = tracing.database(connect(settings.database_url))
    records = StoredRecords(database)
    clock: Clock = FileClock(settings.clock_file) if settings.clock_file else SystemClock()
    links = SignedLinks(settings.secret_keys)
    hashes = HmacHash(settings.hash_key)
    hosts = AmazonHosts.at(settings.amazon_url) if settings.amazon_url else AmazonHosts.real(settings.amazon_region)
    sign_in = LoginWithAmazon(
        hosts=hosts,
        client_id=settings.amazon_client_id,
        client_secret=settings.amazon_client_secret,
        redirect_uri=settings.public_url + SIGN_IN_RETURN,
    )
    account = PartnerAccount(
        partner_id=settings.amazon_partner_id,
        access_key=settings.amazon_access_key,
        secret_key=settings.amazon_secret_key,
    )
    meter, troubles, watching = PrometheusMeter(), Troubles(records, clock), Watching(records, clock, time.monotonic)
    incentives = Incentives(hosts, account, clock)
    ways = Ways(
        settings.amazon_partner_id,
        {
            name: MeteredDelivery(tracing.delivery(delivery), meter, troubles)
            for name, delivery in (deliveries or _amazon_deliveries(incentives)).items()
        },
        settings.amazon_delivery,
    )
    health = Health(
        checks={"database": lambda: _database_problem(database)},
        notes=_notes(settings, sign_in, incentives),
        watching=watching,
        exposition=meter.exposition,
        metrics_token=settings.metrics_token,
        metrics_are_open=settings.is_sandbox,
    )
    path = settings.delivery_countries_file
    programme = delivery_countries(path) if path else delivery_countries()
    granting = Granting(records, clock, links, new_id)
    earning = Earning(records, clock, DueRewards(granting, hashes))
    settling = Settling(records, clock, ways, meter)
    return Service(
        settling=settling,
        forgetting=Forgetting(records, clock, hashes),
        audit=Audit(hashes),
        expiring=Expiring(records, clock),
        minting=Minting(records, clock, links, hashes, new_id),
        listing=Listing(records),
        bookkeeping=Bookkeeping(records),
        reporting=Reporting(records, clock),
        check_amazon=lambda: check_amazon(sign_in, incentives, clock),
        meter=meter,
        health=health,
        bind_request_id=request_id.set,
        settings=settings,
        database=database,
        records=records,
        clock=clock,
        hashes=hashes,
        hosts=hosts,
        public_url=settings.public_url,
        shop_url=hosts.shop,
        country_header=settings.country_header,
        granting=granting,
        granting_at_once=GrantingAtOnce(records, clock, links, new_id),
        earning=earning,
        earning_at_once=EarningAtOnce(records, clock),
        watched_ads=WatchedAds(records, clock, earning, AdCallbacks(FetchedKeyLists(), shared_secrets), hashes),
        redemption=Redemption(
            records, clock, links, MeteredSignIn(tracing.sign_in(sign_in), meter, troubles), settling, hashes, programme
        ),
        applying=Applying(records, clock, links, settling, hashes),
        handing_over=HandingOver(records, clock, links, new_secret, draw_numbers),
        running=Running(records, clock, links, hashes, new_id),
        relinking=Relinking(records, clock, links, new_id),
        messaging=Messaging(records, links),
        refusal_traces=RefusalTraces(records, clock),
        reissuing=Reissuing(records, clock, settling.ways, hashes),
        calls=call_limit(settings, database),
        call_rate=Rate(settings.api_calls_per_second),
        other_calls=other_call_limit(settings),
        ad_calls=InProcessLimit(),
        other_call_rate=Rate(settings.other_calls_per_second),
        page_limits=page_limits(settings, database, hashes),
        request_spans=tracing.traces,
        trusted_proxies=settings.trusted_proxies,
    )


def _amazon_deliveries(incentives: Incentives) -> Mapping[str, GiftDelivery]:
    return {name: build_delivery(name, incentives) for name in ("load-balance", "claim-code")}


def _notes(settings: Settings, sign_in: LoginWithAmazon, incentives: Incentives) -> dict[str, Callable[[], str]]:
    """What is told by /readyz and does not stop the traffic."""

    def resting() -> str:
        hosts = {*sign_in.http.resting_hosts(), *incentives.http.resting_hosts()}
        return f"{', '.join(sorted(hosts))} did not answer, and is left alone for a while" if hosts else ""

    notes: dict[str, Callable[[], str]] = {"partner": resting}
    if settings.redis_url:
        from redeem_app.adapters.redis_script import redis_problem  # noqa: PLC0415 - slow to import, seldom used

        notes["redis"] = lambda: redis_problem(settings.redis_url)
    return notes


def _database_problem(database: Database) -> str:
    lacking = missing(database)
    return f"the database lacks {', '.join(lacking)}; `redeem serve` brings it" if lacking else ""
