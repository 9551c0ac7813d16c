"""The composition root of commands: the use cases of operators on their real adapters.

It loads no part of the web, and what speaks with Amazon only when it is called; `wiring` puts the web's on top.
"""

import secrets
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from redeem_app.adapters.clock import FileClock, SystemClock
from redeem_app.adapters.database import connect
from redeem_app.adapters.keyed_hash import HmacHash
from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.adapters.metered_partner import MeteredDelivery, Troubles
from redeem_app.adapters.records import StoredRecords
from redeem_app.domain.auditing import Audit
from redeem_app.domain.bookkeeping import Bookkeeping
from redeem_app.domain.expiring import Expiring
from redeem_app.domain.forgetting import Forgetting
from redeem_app.domain.listing import Listing
from redeem_app.domain.messaging import Messaging
from redeem_app.domain.minting import Minting
from redeem_app.domain.ports import GiftDelivery
from redeem_app.domain.refusal_traces import RefusalTraces
from redeem_app.domain.reissuing import Reissuing
from redeem_app.domain.reporting import Reporting
from redeem_app.domain.running import Running
from redeem_app.domain.settling import Settling, Ways
from redeem_app.partner import Partner
from redeem_app.settings import Settings
from redeem_app.tracing import Tracing

if TYPE_CHECKING:
    from redeem_app.adapters.metrics import PrometheusMeter


def new_id() -> str:
    """128 random bits, 32 hexadecimal characters; fits the partner's limit on request ids."""
    return secrets.token_hex(16)


def new_id_in_order() -> str:
    """The moment in milliseconds (48 bits) and 80 random bits, 32 hexadecimal characters, ordered as UUID version 7.

    Links and rewards that are made one after the other lie side by side in every index, so that a commit writes few
    pages however many there are. What keeps links from being made up is their signature.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


class Operation:
    """The service as its operator has it; nothing is connected before it is used."""

    def __init__(
        self,
        settings: Settings,
        deliveries: Mapping[str, GiftDelivery] | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """`deliveries` stands in for Amazon's, for who measures the service without it; no setting leads there."""
        self.settings = settings
        self.tracing = tracing or Tracing(settings)
        self.database = self.tracing.database(connect(settings.database_url))
        self.records = records = StoredRecords(self.database)
        self.clock = clock = FileClock(settings.clock_file) if settings.clock_file else SystemClock()
        self.links = links = SignedLinks(settings.secret_keys)
        self.hashes = hashes = HmacHash(settings.hash_key)
        self.partner = Partner(settings, clock)
        self.troubles = Troubles(records, clock)
        self._deliveries = deliveries or self.partner.deliveries
        self.audit = Audit(hashes)
        self.bookkeeping = Bookkeeping(records)
        self.expiring = Expiring(records, clock)
        self.forgetting = Forgetting(records, clock, hashes)
        self.listing = Listing(records)
        self.messaging = Messaging(records, links)
        self.minting = Minting(records, clock, links, hashes, new_id_in_order)
        self.refusal_traces = RefusalTraces(records, clock)
        self.reporting = Reporting(records, clock)
        self.running = Running(records, clock, links, hashes, new_id)

    @cached_property
    def meter(self) -> "PrometheusMeter":
        """Where outcomes are counted. Loaded late, because it reads the environment then: see `metrics_folder`."""
        from redeem_app.adapters.metrics import PrometheusMeter  # noqa: PLC0415 - see above

        return PrometheusMeter()

    @cached_property
    def settling(self) -> Settling:
        """Brings applications to their end."""
        ways = {
            name: MeteredDelivery(self.tracing.delivery(delivery), self.meter, self.troubles)
            for name, delivery in self._deliveries.items()
        }
        chosen = Ways(self.settings.amazon_partner_id, ways, self.settings.amazon_delivery)
        return Settling(self.records, self.clock, chosen, self.meter)

    @cached_property
    def reissuing(self) -> Reissuing:
        """Gives rewards a new request id."""
        return Reissuing(self.records, self.clock, self.settling.ways, self.hashes)
