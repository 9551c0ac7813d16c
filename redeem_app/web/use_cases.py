"""What the views call, handed to them by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass

from redeem_app.domain.applying import Applying
from redeem_app.domain.earning import Earning
from redeem_app.domain.earning_at_once import EarningAtOnce
from redeem_app.domain.granting import Granting
from redeem_app.domain.granting_at_once import GrantingAtOnce
from redeem_app.domain.handing_over import HandingOver
from redeem_app.domain.limits import CallLimit, Rate
from redeem_app.domain.messaging import Messaging
from redeem_app.domain.ports import Clock, KeyedHash, Meter
from redeem_app.domain.records import Records
from redeem_app.domain.redemption import Redemption
from redeem_app.domain.refusal_traces import RefusalTraces
from redeem_app.domain.relinking import Relinking
from redeem_app.domain.running import Running
from redeem_app.domain.watched_ads import WatchedAds
from redeem_app.web.health import Health
from redeem_app.web.page_limits import PageLimits
from redeem_app.web.tracing import RequestSpans


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The domain's use cases, and the addresses that pages lead to."""

    public_url: str
    shop_url: str
    country_header: str = ""
    """Name of the header in which a proxy says the visitor's country; empty for none."""
    records: Records
    clock: Clock
    hashes: KeyedHash
    granting: Granting
    granting_at_once: GrantingAtOnce
    earning: Earning
    earning_at_once: EarningAtOnce
    watched_ads: WatchedAds
    redemption: Redemption
    applying: Applying
    handing_over: HandingOver
    running: Running
    meter: Meter
    health: Health
    bind_request_id: Callable[[str], object]
    relinking: Relinking
    messaging: Messaging
    refusal_traces: RefusalTraces
    calls: CallLimit
    call_rate: Rate
    """Of the two calls of Moments together, for each API key."""
    other_calls: CallLimit
    ad_calls: CallLimit
    other_call_rate: Rate
    """Of the rest of the API, for each API key; of ad callbacks, which have none, for each address."""
    page_limits: PageLimits
    request_spans: RequestSpans | None = None
    """None where nobody wants traces."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks (CIDR) whose `X-Forwarded-For` is believed."""
