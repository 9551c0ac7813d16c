"""The partners who may issue credit: their keys, funds, and how often they may call."""

from collections import deque
from dataclasses import dataclass, field

from simulator.fake_amazon.gift_cards.errors import OTHERS, TRIGGERS, Refused, Throttled
from simulator.fake_amazon.money import Money


@dataclass(slots=True, kw_only=True)
class Partner:
    """One partner account. `funds` by currency; the first is what GetAvailableFunds tells. `blocked` refuses all.

    `programs` are a reseller's, by id, with whether each is approved.
    """

    partner_id: str
    access_key: str
    secret_key: str
    funds: dict[str, Money]
    blocked: bool = False
    programs: dict[str, bool] = field(default_factory=dict)
    _calls: deque[float] = field(default_factory=deque)

    def take(self, value: Money) -> None:
        """Pay from the funds. Raises Refused."""
        if self.blocked:
            raise Refused(TRIGGERS["F3005"])
        held = self.funds.get(value.currency)
        if held is None:
            raise Refused(TRIGGERS["F2016"])
        if held < value:
            raise Refused(TRIGGERS["F3003"])
        self.funds[value.currency] = held - value

    def give_back(self, value: Money) -> None:
        """Return to the funds."""
        self.funds[value.currency] += value

    def count_call(self, at: float, most: int | None) -> None:
        """Count a call at a moment in real seconds, since a partner's haste is real. Raises Throttled."""
        while self._calls and at - self._calls[0] >= 1:
            self._calls.popleft()
        if most is not None and len(self._calls) >= most:
            raise Throttled
        self._calls.append(at)


@dataclass(slots=True)
class Partners:
    """All partners of one world."""

    _by_key: dict[str, Partner] = field(default_factory=dict)

    def register(self, partner: Partner) -> None:
        """Add one, or replace the one of the same access key."""
        self._by_key[partner.access_key] = partner

    def secret_of(self, access_key: str) -> str | None:
        """What signatures of an access key are made with."""
        partner = self._by_key.get(access_key)
        return partner.secret_key if partner else None

    def by_key(self, access_key: str) -> Partner:
        """The partner of an access key that is known."""
        return self._by_key[access_key]

    def get(self, partner_id: str) -> Partner | None:
        """The partner of an id."""
        return next((partner for partner in self._by_key.values() if partner.partner_id == partner_id), None)

    def check_own(self, partner: Partner, partner_id: str) -> None:
        """The request must name the partner whose key signed it. Raises Refused."""
        if not partner_id:
            raise Refused(TRIGGERS["F2002"])
        if partner.partner_id != partner_id:
            raise Refused(OTHERS["AccessDenied"])
