"""What the control plane does with each order, and what it tells."""

from dataclasses import asdict, replace
from datetime import timedelta

from simulator.fake_amazon.applications import applications_in
from simulator.fake_amazon.control.orders import (
    AccountOrder,
    ClientOrder,
    ClockOrder,
    CreditOrder,
    FaultOrder,
    ItemOrder,
    PartnerOrder,
    SettingsOrder,
    StockOrder,
)
from simulator.fake_amazon.faults import Fault
from simulator.fake_amazon.seeding import Seeding
from simulator.fake_amazon.shop.credit import Conditions

Told = dict[str, object]


class Impossible(Exception):
    """The order can't be followed; says why."""


class Control:
    """Acts on one world through the same seeding as the Python API."""

    def __init__(self, seeding: Seeding) -> None:
        self._seeding = seeding
        self._world = seeding.world

    def reset(self) -> Told:
        """Forget everything but clock and settings."""
        self._world.reset()
        return {}

    def account(self, order: AccountOrder) -> Told:
        """Add an account, or change the one there is. Raises Impossible."""
        account = self._world.accounts.by_email(order.email)
        if account is None:
            if order.password is None or order.name is None:
                raise Impossible("a new account needs a password and a name")
            account = self._seeding.add_account(order.email, order.password, order.name, order.user_id)
        for name in ("prime", "postal_code", "country", "one_time_code", "locked", "blocked"):
            wanted = getattr(order, name)
            if wanted is not None:
                setattr(account, name, wanted)
        return {"user_id": account.user_id, "email": account.email}

    def client(self, order: ClientOrder) -> Told:
        """Register an application."""
        told = order.model_dump(exclude_none=True, exclude={"client_id"})
        client = self._seeding.register_client(order.client_id, **told)
        return {"client_id": client.client_id, "client_secret": client.client_secret, "app_id": client.app_id}

    def partner(self, order: PartnerOrder) -> Told:
        """Register a partner."""
        partner = self._seeding.register_partner(order.partner_id, order.access_key, order.secret_key, order.funds)
        partner.blocked = order.blocked
        return {"partner_id": partner.partner_id}

    def item(self, order: ItemOrder) -> Told:
        """Put an item on sale."""
        item = self._seeding.add_item(**order.model_dump())
        return {"item_id": item.item_id}

    def stock(self, order: StockOrder) -> Told:
        """Set what is left of an item. Raises Impossible."""
        try:
            self._seeding.set_stock(order.item_id, order.in_stock)
        except KeyError as problem:
            raise Impossible(f"there is no item {order.item_id}") from problem
        return {"item_id": order.item_id, "in_stock": order.in_stock}

    def credit(self, order: CreditOrder) -> Told:
        """Grant a promotional credit. Raises Impossible."""
        account = self._world.accounts.by_email(order.email)
        if account is None:
            raise Impossible(f"there is no account {order.email}")
        conditions = Conditions(
            items=frozenset(order.items), categories=frozenset(order.categories), expires_at=order.expires_at
        )
        credit = self._seeding.grant_credit(account.user_id, order.amount, order.currency, conditions=conditions)
        return {"credit_id": credit.credit_id}

    def fault(self, order: FaultOrder) -> Told:
        """Let a fault wait for its calls."""
        self._world.faults.add(Fault(**order.model_dump()))
        return self.faults()

    def faults(self) -> Told:
        """The faults that wait."""
        return {"faults": [asdict(fault) for fault in self._world.faults.waiting()]}

    def clear_faults(self) -> Told:
        """All goes well again."""
        self._world.faults.clear()
        return self.faults()

    def clock(self, order: ClockOrder) -> Told:
        """Move the clock. Raises Impossible, WrongClockSetting."""
        if len(order.model_dump(exclude_none=True)) != 1:
            raise Impossible("give one of setting, advance_seconds, stand_at")
        if order.setting is not None:
            self._world.clock.write(order.setting)
        if order.advance_seconds is not None:
            self._world.clock.advance(timedelta(seconds=order.advance_seconds))
        if order.stand_at is not None:
            self._world.clock.stand_at(order.stand_at)
        return self.time()

    def time(self) -> Told:
        """What time it is, and by which setting."""
        return {"now": self._world.now().isoformat(), "setting": self._world.clock.read()}

    def change_settings(self, order: SettingsOrder) -> Told:
        """Change what is named."""
        given = order.model_dump(exclude_none=True, exclude={"throttled"})
        if order.throttled is False:
            given["calls_per_second"] = None
        self._world.settings = replace(self._world.settings, **given)
        return self.settings()

    def settings(self) -> Told:
        """As they are; spans of time in seconds."""
        told = asdict(self._world.settings)
        return {name: value.total_seconds() if isinstance(value, timedelta) else value for name, value in told.items()}

    def requests(self, operation: str | None) -> Told:
        """What was asked, oldest first."""
        seen = self._world.requests_seen.all(operation)
        return {"requests": [{**asdict(one), "at": one.at.isoformat()} for one in seen]}

    def applications(self) -> Told:
        """What was issued and credited."""
        told = [
            {**asdict(done), "value": done.value.as_json(), "at": done.at.isoformat()}
            for done in applications_in(self._world.ledger)
        ]
        return {"applications": told}

    def messages(self) -> Told:
        """The one-time codes that were sent."""
        return {"messages": [{**asdict(one), "at": one.at.isoformat()} for one in self._world.accounts.messages]}
