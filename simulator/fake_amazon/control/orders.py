"""What may be sent to the control plane: one model for each body, strict about names."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from simulator.fake_amazon.faults import FaultKind
from simulator.fake_amazon.settings import WebviewRule
from simulator.fake_amazon.shop.catalogue import ItemKind

Text = Annotated[str, Field(min_length=1)]
Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class Order(BaseModel):
    """Anything sent; unknown names are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountOrder(Order):
    """A new account, or what is to change of the one of this e-mail address."""

    email: Text
    password: Text | None = None
    name: Text | None = None
    user_id: Text | None = None
    prime: bool | None = None
    postal_code: str | None = None
    country: str | None = None
    one_time_code: bool | None = None
    locked: bool | None = None
    blocked: bool | None = None


class ClientOrder(Order):
    """An application that may ask people to sign in."""

    client_id: Text | None = None
    client_secret: Text
    former_secret: str = ""
    redirect_uris: list[Text]
    name: Text = "Test app"
    scopes: list[Literal["profile", "profile:user_id", "postal_code"]] | None = None
    lenient_pkce: bool = False
    plain_http: bool = False


class PartnerOrder(Order):
    """A partner who may issue credit; funds by currency, in major units."""

    partner_id: Text
    access_key: Text
    secret_key: Text
    funds: dict[Text, Amount] = {"USD": Decimal(10_000)}
    blocked: bool = False


class ItemOrder(Order):
    """Something to buy; `tax` is a rate."""

    item_id: Text
    title: Text
    price: Amount
    currency: Text = "USD"
    tax: Amount = Decimal(0)
    image: str = ""
    kind: ItemKind = ItemKind.PHYSICAL
    category: str = ""
    in_stock: Annotated[int, Field(ge=0)] | None = None


class StockOrder(Order):
    """How many copies are left; null is without end."""

    item_id: Text
    in_stock: Annotated[int, Field(ge=0)] | None


class CreditOrder(Order):
    """A promotional credit of an account."""

    email: Text
    amount: Amount
    currency: Text = "USD"
    items: list[Text] = []
    categories: list[Text] = []
    expires_at: AwareDatetime | None = None


class FaultOrder(Order):
    """A fault for the next calls of an operation; see `Fault` for what each field means."""

    operation: Text
    kind: FaultKind
    times: Annotated[int, Field(ge=1)] | None = 1
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    applied: bool = True
    seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0
    status: Annotated[int, Field(ge=200, le=599)] = 503
    headers: dict[str, str] = {}
    body: str = ""
    error: str = ""


class ClockOrder(Order):
    """One of three: a setting in the clock file's notation, a step in seconds, or a moment to stand still at."""

    setting: str | None = None
    advance_seconds: float | None = None
    stand_at: AwareDatetime | None = None


class SettingsOrder(Order):
    """The settings to change; `throttled` false lets partners call as often as they like."""

    webviews: WebviewRule | None = None
    calls_per_second: Annotated[int, Field(ge=1)] | None = None
    throttled: bool | None = None
    wrong_passwords_until_locked: Annotated[int, Field(ge=1)] | None = None
    verify_new_accounts: bool | None = None
    localhost_redirects_only: bool | None = None
