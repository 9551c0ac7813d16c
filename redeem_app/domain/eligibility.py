"""Who may register, and where rewards may go (rules C8, C9, R5)."""

from typing import Final

EXCLUDED_DEVELOPER_COUNTRIES: Final = frozenset({"ZA", "AL", "SA", "RU", "CH"})
"""South Africa, Albania, Saudi Arabia, Russia, Switzerland: refused by the rule itself (C9)."""

EMBARGOED_COUNTRIES: Final = frozenset({"CU", "IR", "KP", "SY"})
"""Cuba, Iran, North Korea, Syria: the countries that were under a comprehensive US embargo in 2019 and 2020.

Restated from general knowledge; who operates the service answers for the sanctions of the day.
"""


def developer_exclusion(country: str) -> str:
    """Why a developer of the country (ISO 3166-1 alpha-2) is refused at registration; empty if it is not (rule C9)."""
    if country in EXCLUDED_DEVELOPER_COUNTRIES:
        return "developers from there are excluded"
    if country in EMBARGOED_COUNTRIES:
        return "the country is under US embargo"
    return ""
