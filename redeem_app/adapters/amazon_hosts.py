"""Where Amazon is: the real hosts of a region, or one base URL that plays all of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self


class AmazonRegion(StrEnum):
    """Amazon's three regions; an incentives account and its keys belong to one."""

    NA = "na"
    EU = "eu"
    FE = "fe"


@dataclass(frozen=True, slots=True)
class AmazonHosts:
    """Base URLs without a slash at the end, and the region that requests to the incentives host are signed for."""

    authorize: str
    """Where browsers are sent to sign in."""
    api: str
    """Token, tokeninfo and profile."""
    incentives: str
    """Gift cards and balances."""
    shop: str
    """Where a person spends what was received."""
    sigv4_region: str

    @classmethod
    def real(cls, region: str) -> "AmazonHosts":
        """Amazon's production hosts of `na`, `eu` or `fe`. Raises ValueError for any other region."""
        try:
            return _REAL[AmazonRegion(region)]
        except ValueError:
            raise ValueError(f"{region!r} is no Amazon region; use na, eu or fe") from None

    @classmethod
    def at(cls, base_url: str) -> Self:
        """One base URL for everything: a fake Amazon."""
        base = base_url.rstrip("/")
        return cls(authorize=base, api=base, incentives=base, shop=base, sigv4_region="us-east-1")

    def is_real(self) -> bool:
        """Whether calls spend real money."""
        return self in _REAL.values()

    @property
    def authorize_url(self) -> str:
        """The page that asks a person to sign in."""
        return f"{self.authorize}/ap/oa"

    @property
    def token_url(self) -> str:
        """Where an authorization code is exchanged."""
        return f"{self.api}/auth/o2/token"

    @property
    def token_info_url(self) -> str:
        """Where a token tells which client it was issued to."""
        return f"{self.api}/auth/o2/tokeninfo"

    @property
    def profile_url(self) -> str:
        """Where a token tells whose it is."""
        return f"{self.api}/user/profile"


# Sign-in hosts: Login with Amazon's regional endpoints. Incentives hosts and signing regions: the Incentives
# API's table of endpoints; the Far East signs for us-west-2 although the machines are elsewhere.
_REAL: Final = {
    AmazonRegion.NA: AmazonHosts(
        authorize="https://www.amazon.com",
        api="https://api.amazon.com",
        incentives="https://agcod-v2.amazon.com",
        shop="https://www.amazon.com",
        sigv4_region="us-east-1",
    ),
    AmazonRegion.EU: AmazonHosts(
        authorize="https://eu.account.amazon.com",
        api="https://api.amazon.co.uk",
        incentives="https://agcod-v2-eu.amazon.com",
        shop="https://www.amazon.co.uk",
        sigv4_region="eu-west-1",
    ),
    AmazonRegion.FE: AmazonHosts(
        authorize="https://apac.account.amazon.com",
        api="https://api.amazon.co.jp",
        incentives="https://agcod-v2-fe.amazon.com",
        shop="https://www.amazon.co.jp",
        sigv4_region="us-west-2",
    ),
}
