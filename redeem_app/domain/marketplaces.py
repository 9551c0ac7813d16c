"""The Amazon stores that fulfil rewards, with the currency that each one's prices are in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One store: `US`, in USD, at https://www.amazon.com."""

    code: str
    currency: str
    """ISO 4217."""
    shop: str
    """Front page, without a slash at the end."""
    countries: tuple[str, ...]
    """The store's home countries, ISO 3166-1 alpha-2; the German store also serves Austria and Switzerland."""


MARKETPLACES: Final[Mapping[str, Marketplace]] = {
    store.code: store
    for store in (
        Marketplace("US", "USD", "https://www.amazon.com", ("US",)),
        Marketplace("CA", "CAD", "https://www.amazon.ca", ("CA",)),
        Marketplace("MX", "MXN", "https://www.amazon.com.mx", ("MX",)),
        Marketplace("BR", "BRL", "https://www.amazon.com.br", ("BR",)),
        Marketplace("UK", "GBP", "https://www.amazon.co.uk", ("GB",)),
        Marketplace("DE", "EUR", "https://www.amazon.de", ("DE", "AT", "CH")),
        Marketplace("FR", "EUR", "https://www.amazon.fr", ("FR",)),
        Marketplace("IT", "EUR", "https://www.amazon.it", ("IT",)),
        Marketplace("ES", "EUR", "https://www.amazon.es", ("ES",)),
        Marketplace("JP", "JPY", "https://www.amazon.co.jp", ("JP",)),
        Marketplace("IN", "INR", "https://www.amazon.in", ("IN",)),
        Marketplace("AU", "AUD", "https://www.amazon.com.au", ("AU",)),
        Marketplace("CN", "CNY", "https://www.amazon.cn", ("CN",)),
    )
}
"""Thirteen stores, as many as Amazon Moments served; that it was these is inferred from the stores of early 2019."""
