"""The composition root: puts adapters behind the ports and use cases on top of them."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redeem_app.ad_verifying import AdVerifierLater
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.database import Database
from redeem_app.adapters.delivery_countries import delivery_countries
from redeem_app.adapters.keyed_hash import HmacHash
from redeem_app.adapters.leased_calls import TAKE, LeasedLimit
from redeem_app.adapters.metered_partner import MeteredSignIn
from redeem_app.adapters.migrations import missing
from redeem_app.adapters.page_limit import MinuteLimit, Together
from redeem_app.adapters.page_limit_database import DatabaseTogether
from redeem_app.adapters.rate_limit import DatabaseLimit, InProcessLimit
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
from redeem_app.domain.minting import Minting
from redeem_app.domain.ports import GiftDelivery
from redeem_app.domain.redemption import Redemption
from redeem_app.domain.reissuing import Reissuing
from redeem_app.domain.relinking import Relinking
from redeem_app.domain.reporting import Reporting
from redeem_app.domain.settling import Settling
from redeem_app.domain.watched_ads import WatchedAds
from redeem_app.domain.watching import Watching
from redeem_app.operating import Operation, new_id_in_order
from redeem_app.partner import Partner
from redeem_app.settings import Settings
from redeem_app.tracing import Tracing
from redeem_app.web.health import Health
from redeem_app.web.page_limits import PageLimits
from redeem_app.web.use_cases import UseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(UseCases):
    """The use cases with what they stand on, for the server's own threads too."""

    settling: Settling
    reissuing: Reissuing
    forgetting: Forgetting
    audit: Audit
    expiring: Expiring
    minting: Minting
    listing: Listing
    bookkeeping: Bookkeeping
    reporting: Reporting
    load_partner: Callable[[], object]
    """Loads what calls Amazon, which the first call would do otherwise."""
    settings: Settings
    database: Database
    hosts: AmazonHosts


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
    operation = Operation(settings, deliveries, tracing)
    database, records, clock = operation.database, operation.records, operation.clock
    links, hashes, partner, meter = operation.links, operation.hashes, operation.partner, operation.meter
    settling = operation.settling
    sign_in = MeteredSignIn(operation.tracing.sign_in(partner.sign_in), meter, operation.troubles)
    health = Health(
        checks={"database": lambda: _database_problem(database)},
        notes=_notes(settings, partner),
        watching=Watching(records, clock, time.monotonic),
        exposition=meter.exposition,
        metrics_token=settings.metrics_token,
        metrics_are_open=settings.is_sandbox,
    )
    path = settings.delivery_countries_file
    programme = delivery_countries(path) if path else delivery_countries()
    granting = Granting(records, clock, links, new_id_in_order)
    earning = Earning(records, clock, DueRewards(granting, hashes))
    return Service(
        settling=settling,
        forgetting=operation.forgetting,
        audit=operation.audit,
        expiring=operation.expiring,
        minting=operation.minting,
        listing=operation.listing,
        bookkeeping=operation.bookkeeping,
        reporting=operation.reporting,
        load_partner=partner.load,
        meter=meter,
        health=health,
        bind_request_id=request_id.set,
        settings=settings,
        database=database,
        records=records,
        clock=clock,
        hashes=hashes,
        hosts=partner.hosts,
        public_url=settings.public_url,
        shop_url=partner.hosts.shop,
        country_header=settings.country_header,
        granting=granting,
        granting_at_once=GrantingAtOnce(records, clock, links, new_id_in_order),
        earning=earning,
        earning_at_once=EarningAtOnce(records, clock),
        watched_ads=WatchedAds(records, clock, earning, AdVerifierLater(), hashes),
        redemption=Redemption(records, clock, links, sign_in, settling, hashes, programme),
        applying=Applying(records, clock, links, settling, hashes),
        handing_over=HandingOver(records, clock, links, new_secret, draw_numbers),
        running=operation.running,
        relinking=Relinking(records, clock, links, new_id_in_order),
        messaging=operation.messaging,
        refusal_traces=operation.refusal_traces,
        reissuing=operation.reissuing,
        calls=call_limit(settings, database),
        call_rate=Rate(settings.api_calls_per_second),
        other_calls=other_call_limit(settings),
        ad_calls=InProcessLimit(),
        other_call_rate=Rate(settings.other_calls_per_second),
        page_limits=page_limits(settings, database, hashes),
        request_spans=operation.tracing.traces,
        trusted_proxies=settings.trusted_proxies,
    )


def _notes(settings: Settings, partner: Partner) -> dict[str, Callable[[], str]]:
    """What is told by /readyz and does not stop the traffic."""

    def resting() -> str:
        hosts = partner.resting_hosts()
        return f"{', '.join(hosts)} did not answer, and is left alone for a while" if hosts else ""

    notes: dict[str, Callable[[], str]] = {"partner": resting}
    if settings.redis_url:
        from redeem_app.adapters.redis_script import redis_problem  # noqa: PLC0415 - slow to import, seldom used

        notes["redis"] = lambda: redis_problem(settings.redis_url)
    return notes


def _database_problem(database: Database) -> str:
    lacking = missing(database)
    return f"the database lacks {', '.join(lacking)}; `redeem serve` brings it" if lacking else ""
