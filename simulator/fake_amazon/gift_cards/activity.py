"""What a partner's calls did, for GetGiftCardActivityPage."""

from dataclasses import dataclass, field
from datetime import datetime

from simulator.fake_amazon.gift_cards.errors import GiftCardError
from simulator.fake_amazon.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One call to issue or cancel a card. `real` is false for one that had no effect, such as a repeated one."""

    at: datetime
    kind: str
    partner_id: str
    request_id: str
    gc_id: str | None
    value: Money | None
    error: GiftCardError | None
    real: bool

    def as_json(self) -> dict[str, object]:
        """One row; the request id goes without the partner's prefix, as documented."""
        return {
            "activityStatus": self.error.status.value if self.error else "SUCCESS",
            "activityTime": f"{self.at:%Y-%m-%dT%H:%M:%SZ}",
            "activityType": self.kind,
            "cardNumber": None,
            "cardValue": self.value.as_json() if self.value else None,
            "failureCode": self.error.code if self.error else None,
            "gcId": self.gc_id,
            "isRealOp": self.real,
            "partnerId": self.partner_id,
            "requestId": self.request_id.removeprefix(self.partner_id),
        }


@dataclass(slots=True)
class Activities:
    """All of one world, oldest first."""

    _all: list[Activity] = field(default_factory=list)

    def add(self, activity: Activity) -> None:
        """Write one down."""
        self._all.append(activity)

    def of(self, partner_id: str, start: datetime, end: datetime, *, no_ops: bool) -> list[Activity]:
        """A partner's rows from `start` to before `end`; with `no_ops`, those without effect too."""
        mine = (row for row in self._all if row.partner_id == partner_id and start <= row.at < end)
        return [row for row in mine if row.real or no_ops]
