"""A campaign file as an app team has it: what its server must know, and variants of it for scenarios.

The service alone judges whether a file is right; here only what an app's server is configured with is read.
"""

import copy
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

from simulator.toml_text import Value, written

FOLDER: Final = Path(__file__).resolve().parent / "campaigns"

CURRENCIES: Final = {
    "US": "USD", "CA": "CAD", "MX": "MXN", "BR": "BRL", "UK": "GBP", "DE": "EUR", "FR": "EUR", "IT": "EUR",
    "ES": "EUR", "JP": "JPY", "IN": "INR", "AU": "AUD",
}  # fmt: skip
"""Of the stores that campaigns name."""


class NoSuchCampaign(Exception):
    """No campaign file of that name lies in the project; the text names those that do."""


class WrongVariation(Exception):
    """A scenario changes a key that its campaign file doesn't have."""


@dataclass(frozen=True, slots=True)
class MomentIds:
    """A moment that the app can be rewarded for, by the ids that its server sends to the Rewards API."""

    campaign_id: str
    moment_id: str
    group_id: str
    title: str
    is_announced: bool
    due_at_points: int | None


@dataclass(frozen=True, slots=True)
class ShopItem:
    """A reward as the fake Amazon's shop has to know it, so that its credit can be spent on it."""

    shop_id: str
    title: str
    price: Decimal
    currency: str
    tax: Decimal
    shop_kind: str


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """One file: `document` is its parsed content, `folder` is where its banners lie."""

    folder: Path
    document: Mapping[str, Any]

    @property
    def app_id(self) -> str:
        """`appId` of the Rewards API."""
        return str(self.document["app"]["id"])

    @property
    def has_ad_network(self) -> bool:
        """Whether watched ads count by the ad network's word."""
        return bool(self.document["app"].get("ad_keys"))

    @property
    def web_site(self) -> str:
        """The origin of the app's web site that frames the page; empty where it has none."""
        origins = self.document["app"].get("frame_origins", [])
        return str(origins[0]) if origins else ""

    @property
    def app_name(self) -> str:
        """What people call the app."""
        return str(self.document["app"]["name"])

    @property
    def accent(self) -> str:
        """The app's colour, `#rrggbb`."""
        return str(self.document["campaign"][0].get("accent", "#1f5f8b"))

    @property
    def earning(self) -> list[dict[str, Any]]:
        """What earns points, as the file has it."""
        return list(self.document["app"].get("earning", []))

    @property
    def campaign_ids(self) -> tuple[str, ...]:
        """The ids of its campaigns, in the file's order."""
        return tuple(str(campaign["id"]) for campaign in self.document["campaign"])

    def moments(self) -> tuple[MomentIds, ...]:
        """Every moment of every campaign, with the group it leads to (the first, where it names none)."""
        return tuple(
            MomentIds(
                campaign_id=str(campaign["id"]),
                moment_id=str(moment["id"]),
                group_id=str(moment.get("group", campaign["group"][0]["id"])),
                title=_words(moment["title"]),
                is_announced=bool(moment.get("announced", True)),
                due_at_points=moment.get("due_at_points"),
            )
            for campaign in self.document["campaign"]
            for moment in campaign["moment"]
        )

    def items(self) -> tuple[ShopItem, ...]:
        """Every reward and stand-in that leads to a product, once."""
        groups = [group for campaign in self.document["campaign"] for group in campaign["group"]]
        found = {
            item["product_url"].rpartition("/")[2]: ShopItem(
                shop_id=item["product_url"].rpartition("/")[2],
                title=_words(item["title"]),
                price=Decimal(item["price"]),
                currency=CURRENCIES.get(group["marketplace"], "USD"),
                tax=Decimal(item.get("tax", 0)),
                shop_kind="digital" if item["kind"] == "digital" else "physical",
            )
            for group in groups
            for item in (*group["item"], *group.get("alternative", []))
            if item.get("product_url")
        }
        return tuple(found.values())

    def varied(self, changes: Mapping[str, Value]) -> "CampaignFile":
        """The same with some values changed; a key is a path such as `campaign.0.group.0.item.0.stock`.

        Raises WrongVariation for a path whose table isn't there.
        """
        document = copy.deepcopy(dict(self.document))
        for path, value in changes.items():
            *way, last = path.split(".")
            try:
                place: Any = document
                for step in way:
                    place = place[int(step)] if isinstance(place, list) else place[step]
                place[int(last) if isinstance(place, list) else last] = value
            except (KeyError, IndexError, ValueError, TypeError) as wrong:
                raise WrongVariation(f"{path}: there is no such place in the campaign file") from wrong
        return CampaignFile(self.folder, document)

    def write(self, folder: Path) -> Path:
        """Write it into a folder of its own with its pictures, for the service's command line; gives its path."""
        folder.mkdir(parents=True, exist_ok=True)
        for campaign in self.document["campaign"]:
            if "banner" in campaign:
                picture = folder / campaign["banner"]
                picture.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.folder / campaign["banner"], picture)
        path = folder / "campaign.toml"
        path.write_text(written(cast("Mapping[str, Value]", self.document)), encoding="utf-8")
        return path


def read(path: Path) -> CampaignFile:
    """A file by its path. Raises OSError, tomllib.TOMLDecodeError."""
    document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return CampaignFile(path.parent, document)


def named(name: str) -> CampaignFile:
    """A file of the project by its name. Raises NoSuchCampaign."""
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        there = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml"))) or "none"
        raise NoSuchCampaign(f"There is no campaign named {name!r}; there is: {there}.")
    return read(path)


def _words(phrase: object) -> str:
    """A text, or the first of a table of texts by language."""
    return str(next(iter(phrase.values()))) if isinstance(phrase, Mapping) else str(phrase)
