"""The form of a campaign file: its tables and keys, what each is for, and a value that would be right.

The first example of a key is also what stands in for a broken value while the rest of the file is checked.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, get_args

from pydantic import Field

from redeem_app.adapters.campaign_files_campaign_form import CampaignForm, Form
from redeem_app.adapters.campaign_files_values import (
    Amount,
    AndroidPackage,
    AppleAppId,
    AppLink,
    Country,
    Flag,
    Id,
    Key,
    Network,
    Origin,
    Positive,
    Text,
    one_of,
)
from redeem_app.domain.points import EARNING_EVENTS

EventName = Annotated[str, one_of(*EARNING_EVENTS)]


class DeveloperForm(Form):
    """`[developer]`: who pays."""

    id: Id = Field(description="the developer's id", examples=["brightside"])
    name: Text = Field(description="the developer's name", examples=["Brightside Games"])
    country: Country = Field(description="the country the developer is registered in (ISO 3166-1)", examples=["US"])


class OperatorForm(Form):
    """`[operator]`: what only the operator of the service grants."""

    campaign_month_cap: Amount | None = Field(
        default=None,
        description="spending of each campaign in a calendar month, in USD",
        examples=[Decimal("20000.00")],
    )
    account_month_cap: Amount | None = Field(
        default=None,
        description="spending of the developer in a calendar month, in USD",
        examples=[Decimal("60000.00")],
    )
    made_to_order: Flag = Field(
        default=False, description="whether the developer is admitted to made-to-order rewards", examples=[True]
    )


class EarningForm(Form):
    """`[[app.earning]]`: what earns points."""

    event: EventName = Field(description="the kind of event", examples=["game.level"])
    points: Positive = Field(description="points for each", examples=[50])
    category: Text | None = Field(
        default=None,
        description="for purchases, the product category; without it, every other category",
        examples=["books"],
    )
    daily_cap: Positive | None = Field(
        default=None, description="the most points that one person gets by this rule on one UTC day", examples=[500]
    )


class AppForm(Form):
    """`[app]`: what the person uses."""

    id: Id = Field(description="the app's id, `appId` of the Rewards API", examples=["star-runner"])
    name: Text = Field(description="the app's name, as people know it", examples=["Star Runner"])
    points_expire_after_days: Positive | None = Field(
        default=None, description="days after which points that were not spent are lost", examples=[180]
    )
    return_link: AppLink | None = Field(
        default=None, description="where `back to the app` leads", examples=["https://star-runner.example/rewards"]
    )
    frame_origins: list[Origin] = Field(
        default=[], description="origins that may frame the page", examples=[["https://star-runner.example"]]
    )
    caller_addresses: list[Network] = Field(
        default=[], description="networks (CIDR) that may call the API; without it, any", examples=[["203.0.113.0/24"]]
    )
    errors_as_200: Flag = Field(
        default=False, description="whether the API reports errors with status 200, for old clients", examples=[True]
    )
    android_packages: list[AndroidPackage] = Field(
        default=[],
        description="`package:SHA-256 fingerprint`, for app links",
        examples=[["com.example.app:" + "AB:" * 31 + "AB"]],
    )
    apple_app_ids: list[AppleAppId] = Field(
        default=[], description="`TEAMID.bundle`, for universal links", examples=[["ABCDE12345.com.example.app"]]
    )
    ad_keys: Mapping[Text, Key] = Field(
        default={},
        description="for each ad network the address of its key list, or keys: `list:PATH`, `env:NAME`, `file:PATH`",
        examples=[{"admob": "https://www.gstatic.com/admob/reward/verifier-keys.json"}],
    )
    earning: list[EarningForm] = Field(default=[], description="what earns points")


class FileForm(Form):
    """The whole file: one developer, one app, its campaigns."""

    developer: DeveloperForm = Field(description="who pays")
    operator: OperatorForm = Field(default=OperatorForm(), description="what only the operator grants")
    app: AppForm = Field(description="what the person uses")
    campaign: list[CampaignForm] = Field(description="the plans")


def part(form: type[Form], key: str) -> type[Form] | None:
    """The form of the table, or of each table in the list, under `key`; None for a plain value."""
    annotation = form.model_fields[key].annotation
    inner = (get_args(annotation) or (annotation,))[0]
    return inner if isinstance(inner, type) and issubclass(inner, Form) else None


def specimen(form: type[Form], key: str) -> object:
    """A value that would be right for `key`: its first example, or a table with all that is needed."""
    inner = part(form, key)
    if inner is None:
        return form.model_fields[key].examples[0]  # type: ignore[index]  # a test holds that every key has one
    table = {name: specimen(inner, name) for name, field in inner.model_fields.items() if field.is_required()}
    return table if form.model_fields[key].annotation is inner else [table]
