"""What a tester puts into a fake Amazon: applications, people, partners, items, credit."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from simulator.fake_amazon.accounts import Account
from simulator.fake_amazon.gift_cards.partners import Partner
from simulator.fake_amazon.money import Money
from simulator.fake_amazon.shop.catalogue import Item, ItemKind
from simulator.fake_amazon.shop.credit import Conditions, Credit, CreditSource
from simulator.fake_amazon.sign_in.clients import SCOPES, Client
from simulator.fake_amazon.world import World

Amount = str | int | Decimal
"""In major units; a float would not be exact."""


class Seeding:
    """Each act takes the lock, so that it may come from any thread while the fake is serving."""

    def __init__(self, world: World, lock: threading.RLock) -> None:
        self.world = world
        self._lock = lock

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
        former_secret: str = "",
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
                former_secret=former_secret,
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
