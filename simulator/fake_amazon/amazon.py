"""A fake Amazon to start, seed, look into and stop."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.fake_amazon.accounts import Account, Message
from simulator.fake_amazon.application import application
from simulator.fake_amazon.clock import Clock, clock_from
from simulator.fake_amazon.door import Door
from simulator.fake_amazon.faults import Faults
from simulator.fake_amazon.gift_cards.partners import Partner
from simulator.fake_amazon.money import Money
from simulator.fake_amazon.requests_seen import RequestSeen
from simulator.fake_amazon.server import Server
from simulator.fake_amazon.settings import Settings
from simulator.fake_amazon.shop.catalogue import Item, ItemKind
from simulator.fake_amazon.shop.credit import Conditions, Credit, CreditSource
from simulator.fake_amazon.sign_in.clients import SCOPES, Client
from simulator.fake_amazon.tls import Certificate
from simulator.fake_amazon.world import World

Amount = str | int | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One effect: a gift card issued or a balance loaded, however often it was asked for.

    `reference` is Amazon's id of it. `user_id` is None for a card that nobody has claimed. `undone` is cancelled
    or voided.
    """

    operation: str
    request_id: str
    reference: str
    user_id: str | None
    value: Money
    at: datetime
    undone: bool


class FakeAmazon:
    """One fake Amazon, with a world of its own.

    `clock` is nothing (real time), the path of a clock file, or a clock; `seed` makes ids repeatable; `control`
    opens `/control/` to loopback callers.
    """

    def __init__(
        self,
        clock: Clock | Path | str | None = None,
        seed: int = 0,
        *,
        settings: Settings | None = None,
        control: bool = False,
    ) -> None:
        self.world = World(clock_from(clock), seed, settings or Settings())
        self.base_url = ""
        self.certificate: Path | None = None
        self._lock = threading.RLock()
        self._control = control
        self._running: tuple[Server, Door, Certificate | None] | None = None

    def start(self, port: int = 0, host: str = "127.0.0.1", *, tls: bool = False, names: Iterable[str] = ()) -> str:
        """Serve on a port (0: any free one) and tell the base URL, such as `http://127.0.0.1:40123`.

        With `tls`, over https with a throw-away certificate for loopback and the given host names; `certificate` is
        the file for a client to trust. Raises OSError when the port is taken.
        """
        if self._running is not None:
            raise RuntimeError("this fake Amazon is running already")
        certificate = Certificate(tuple(names)) if tls else None
        door = Door(application(self.world), self.world, self._lock)
        server = Server(door, host, port, certificate.context if certificate else None)
        server.start()
        self._running = (server, door, certificate)
        self.certificate = certificate.authority if certificate else None
        shown = f"[{host}]" if ":" in host else host
        self.base_url = f"{'https' if tls else 'http'}://{shown}:{server.port}"
        return self.base_url

    def stop(self) -> None:
        """Stop serving; calls that a fault holds lose their connection. What was seen and done can still be read."""
        if self._running is None:
            return
        server, door, certificate = self._running
        self._running = None
        door.stopping.set()
        server.stop()
        if certificate is not None:
            certificate.remove()

    def __enter__(self) -> Self:
        if self._running is None:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def clock(self) -> Clock:
        """The world's clock; `advance`, `stand_at` and `run_on` move it."""
        return self.world.clock

    @property
    def faults(self) -> Faults:
        """What is to go wrong: `faults.cut("LoadAmazonBalance")`."""
        return self.world.faults

    @property
    def settings(self) -> Settings:
        """What can be set as a whole."""
        return self.world.settings

    def set(self, **changes: object) -> None:
        """Change settings by name: `set(webviews=WebviewRule.ALLOW)`."""
        with self._lock:
            self.world.settings = replace(self.world.settings, **changes)  # type: ignore[arg-type]

    def reset(self) -> None:
        """Forget everything but the clock and the settings."""
        with self._lock:
            self.world.reset()

    @property
    def requests_seen(self) -> tuple[RequestSeen, ...]:
        """What was asked, oldest first, without what went to the control plane."""
        return self.world.requests_seen.all()

    def requests_of(self, operation: str) -> tuple[RequestSeen, ...]:
        """What was asked of one operation."""
        return self.world.requests_seen.all(operation)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The one-time codes that were sent, oldest first."""
        return tuple(self.world.accounts.messages)

    def applications(self) -> tuple[Application, ...]:
        """Every gift card issued and every balance loaded, for counting: one for each effect, not for each call."""
        with self._lock:
            cards = [
                Application(
                    operation="CreateGiftCard",
                    request_id=card.request_id,
                    reference=card.gc_id,
                    user_id=card.claimed_by,
                    value=card.value,
                    at=card.created_at,
                    undone=card.refunded,
                )
                for card in self.world.ledger.cards.values()
            ]
            loads = [
                Application(
                    operation="LoadAmazonBalance",
                    request_id=load.request_id,
                    reference=load.load_id,
                    user_id=load.user_id,
                    value=load.value,
                    at=load.created_at,
                    undone=load.voided,
                )
                for load in self.world.ledger.loads.values()
            ]
        return tuple(sorted(cards + loads, key=lambda done: done.at))

    def register_client(  # noqa: PLR0913 - what can be registered, most with a default
        self,
        client_id: str | None,
        client_secret: str,
        redirect_uris: Iterable[str],
        *,
        name: str = "Test app",
        scopes: Iterable[str] = SCOPES,
        lenient_pkce: bool = False,
        plain_http: bool = False,
        grant_types: Iterable[str] | None = None,
    ) -> Client:
        """Let an application ask people to sign in; without an id, one is made."""
        with self._lock:
            client = Client(
                client_id=client_id or self.world.mint.client_id(),
                client_secret=client_secret,
                app_id=self.world.mint.application_id(),
                redirect_uris=tuple(redirect_uris),
                name=name,
                scopes=frozenset(scopes),
                lenient_pkce=lenient_pkce,
                plain_http=plain_http,
            )
            if grant_types is not None:
                client = replace(client, grant_types=frozenset(grant_types))
            self.world.clients.register(client)
        return client

    def add_account(  # noqa: PLR0913 - what can be known of a person, most with a default
        self,
        email: str,
        password: str,
        name: str,
        user_id: str | None = None,
        *,
        prime: bool = False,
        postal_code: str = "98109",
        country: str = "US",
        one_time_code: bool = False,
        locked: bool = False,
        blocked: bool = False,
    ) -> Account:
        """A person with an account; `blocked` refuses credit. Raises EmailTaken."""
        with self._lock:
            account = self.world.accounts.add(
                email, password, name, user_id=user_id, prime=prime, postal_code=postal_code, country=country
            )
            account.one_time_code, account.locked, account.blocked = one_time_code, locked, blocked
        return account

    def account(self, email: str) -> Account | None:
        """The account of an e-mail address."""
        return self.world.accounts.by_email(email)

    def remove_app(self, email: str, client_id: str) -> None:
        """As if the person removed the app in the account's settings: consent and tokens end."""
        with self._lock:
            account = self.world.accounts.by_email(email)
            if account is not None:
                self.world.grants.remove_app(account.user_id, client_id)

    def register_partner(
        self, partner_id: str, access_key: str, secret_key: str, funds: Amount | Mapping[str, Amount] = 10_000
    ) -> Partner:
        """Let a partner issue credit from funds: an amount in dollars, or amounts by currency."""
        amounts = funds if isinstance(funds, Mapping) else {"USD": funds}
        held = {currency: Money.of(amount, currency) for currency, amount in amounts.items()}
        partner = Partner(partner_id=partner_id, access_key=access_key, secret_key=secret_key, funds=held)
        with self._lock:
            self.world.partners.register(partner)
        return partner

    def add_item(  # noqa: PLR0913, PLR0917 - what can be known of an item, most with a default
        self,
        item_id: str,
        title: str,
        price: Amount,
        currency: str = "USD",
        tax: Amount = 0,
        image: str = "",
        kind: ItemKind | str = ItemKind.PHYSICAL,
        in_stock: int | None = None,
        *,
        category: str = "",
    ) -> Item:
        """Something to buy. `tax` is a rate ("0.10"); `image` a URL or empty; `in_stock` None is without end."""
        item = Item(
            item_id=item_id,
            title=title,
            price=Money.of(price, currency),
            tax=Decimal(tax),
            image=image,
            kind=ItemKind(kind),
            category=category,
            in_stock=in_stock,
        )
        with self._lock:
            self.world.catalogue.add(item)
        return item

    def set_stock(self, item_id: str, in_stock: int | None) -> None:
        """How many copies are left; None is without end. Raises KeyError for no such item."""
        with self._lock:
            item = self.world.catalogue.get(item_id)
            if item is None:
                raise KeyError(item_id)
            item.in_stock = in_stock

    def grant_credit(
        self, user_id: str, amount: Amount, currency: str = "USD", *, conditions: Conditions | None = None
    ) -> Credit:
        """A promotional credit, bound to items, categories or a date by its conditions."""
        with self._lock:
            value = Money.of(amount, currency)
            return self.world.credits.grant(user_id, value, CreditSource.PROMOTION, "promotion", conditions)

    def balance(self, user_id: str, currency: str = "USD") -> Money:
        """The plain balance of a person."""
        with self._lock:
            return self.world.credits.balance(user_id, currency)
