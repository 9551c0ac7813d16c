"""Who may register, and where rewards may go (rules C8, C9, R5)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from redeem_app.domain.campaign import Campaign, Developer, Item, RewardGroup, RewardKind
from redeem_app.domain.marketplaces import MARKETPLACES
from redeem_app.domain.refusals import Reason, Refusal

EXCLUDED_DEVELOPER_COUNTRIES: Final = frozenset({"ZA", "AL", "SA", "RU", "CH"})
"""South Africa, Albania, Saudi Arabia, Russia, Switzerland: refused by the rule itself (C9)."""

EMBARGOED_COUNTRIES: Final = frozenset({"CU", "IR", "KP", "SY"})
"""Cuba, Iran, North Korea, Syria: the countries that were under a comprehensive US embargo in 2019 and 2020.

Restated from general knowledge; who operates the service answers for the sanctions of the day.
"""

MADE_TO_ORDER_COUNTRY: Final = "US"
"""Rule C8: made-to-order rewards are for people there only."""


@dataclass(frozen=True, slots=True)
class DeliveryCountries:
    """The countries of the AmazonGlobal programme (rule R5), and whose word that is."""

    source: str
    as_of: date
    countries: frozenset[str]
    """ISO 3166-1 alpha-2."""


def developer_exclusion(country: str) -> str:
    """Why a developer of the country (ISO 3166-1 alpha-2) is refused at registration; empty if it is not (rule C9)."""
    if country in EXCLUDED_DEVELOPER_COUNTRIES:
        return "developers from there are excluded"
    if country in EMBARGOED_COUNTRIES:
        return "the country is under US embargo"
    return ""


def check_developer(developer: Developer) -> None:
    """Raises Refusal(DEVELOPER_COUNTRY_EXCLUDED) for a developer who may not register (rule C9)."""
    exclusion = developer_exclusion(developer.country)
    if exclusion:
        raise Refusal(Reason.DEVELOPER_COUNTRY_EXCLUDED, country=developer.country, rule="C9", because=exclusion)


def served_countries(campaign: Campaign, group: RewardGroup, programme: DeliveryCountries) -> frozenset[str]:
    """Where the group's rewards are delivered (rule R5).

    The campaign's own list narrows the programme; a marketplace's home countries are served in any case.
    """
    home = frozenset(MARKETPLACES[group.marketplace].countries) if group.marketplace in MARKETPLACES else frozenset()
    everywhere = (programme.countries | home) - EMBARGOED_COUNTRIES
    return everywhere & frozenset(campaign.delivery_countries) if campaign.delivery_countries else everywhere


def delivers(item: Item, country: str, served: frozenset[str]) -> bool:
    """Whether the item goes to a person in the country (rules R5, C8)."""
    return country in served and (item.kind is not RewardKind.MADE_TO_ORDER or country == MADE_TO_ORDER_COUNTRY)


def check_delivery(item: Item, country: str, served: frozenset[str]) -> None:
    """Raises Refusal(COUNTRY_NOT_SERVED), which consumes nothing, where the item does not go to the country."""
    if not delivers(item, country, served):
        rule = "C8" if country in served else "R5"
        raise Refusal(Reason.COUNTRY_NOT_SERVED, country=country, item=item.item_id, rule=rule)
