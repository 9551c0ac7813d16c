"""Amazon as the settings tell of it; what speaks with it is loaded at the first call, or by whoever has the time.

A process that never calls Amazon, as most commands don't, spends nothing on the libraries for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from redeem_app import cooperative
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.findings import Finding
from redeem_app.domain.ports import Account, Clock, Delivered, DeliveryRequest, GiftDelivery, SignInProblem
from redeem_app.later import Later
from redeem_app.settings import Settings
from redeem_app.web.return_address import SIGN_IN_RETURN

if TYPE_CHECKING:
    from redeem_app.adapters.amazon_incentives import Incentives
    from redeem_app.adapters.amazon_sign_in import LoginWithAmazon

DELIVERIES: Final = ("load-balance", "claim-code")


class Partner:
    """Amazon's hosts, its sign-in and its deliveries, for the account that the settings name."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        at = settings.amazon_url
        self.hosts = AmazonHosts.at(at) if at else AmazonHosts.real(settings.amazon_region)
        self._sign_in = Later(self._new_sign_in)
        self._incentives = Later(self._new_incentives)
        self.sign_in = SignInLater(self._sign_in)
        self._deliveries = {name: Later(partial(self._new_delivery, name)) for name in DELIVERIES}
        self.deliveries: Mapping[str, GiftDelivery] = {
            name: DeliveryLater(name, delivery) for name, delivery in self._deliveries.items()
        }

    def check(self) -> list[Finding]:
        """Ask Amazon everything that can be asked without spending; see `adapters.amazon_check`."""
        from redeem_app.adapters.amazon_check import check_amazon  # noqa: PLC0415 - slow to import, seldom used

        return check_amazon(self._sign_in.get(), self._incentives.get(), self._clock)

    def load(self) -> None:
        """Load what is loaded at the first call otherwise, so that no visitor waits for it."""
        self._sign_in.get()
        for delivery in self._deliveries.values():
            delivery.get()

    def resting_hosts(self) -> list[str]:
        """Hosts that are left alone for a while, because they did not answer."""
        called = [part.made.http for part in (self._sign_in, self._incentives) if part.made is not None]
        return sorted({host for http in called for host in http.resting_hosts()})

    def _new_sign_in(self) -> "LoginWithAmazon":
        from redeem_app.adapters.amazon_sign_in import LoginWithAmazon  # noqa: PLC0415 - slow to import, seldom used

        return LoginWithAmazon(
            hosts=self.hosts,
            client_id=self._settings.amazon_client_id,
            client_secret=self._settings.amazon_client_secret,
            redirect_uri=self._settings.public_url + SIGN_IN_RETURN,
        )

    def _new_incentives(self) -> "Incentives":
        from redeem_app.adapters.amazon_incentives import Incentives, PartnerAccount  # noqa: PLC0415 - slow to import, seldom used

        account = PartnerAccount(
            partner_id=self._settings.amazon_partner_id,
            access_key=self._settings.amazon_access_key,
            secret_key=self._settings.amazon_secret_key,
        )
        return Incentives(self.hosts, account, self._clock)

    def _new_delivery(self, name: str) -> GiftDelivery:
        from redeem_app.adapters.amazon_gift_cards import build_delivery  # noqa: PLC0415 - slow to import, seldom used

        return build_delivery(name, self._incentives.get())


@dataclass(frozen=True, slots=True)
class SignInLater:
    """AmazonSignIn that is loaded at its first use."""

    sign_in: "Later[LoginWithAmazon]"

    def address(self, *, state: str, code_verifier: str, language: str | None = None) -> str:
        return self.sign_in.get().address(state=state, code_verifier=code_verifier, language=language)

    def account(self, *, code: str, code_verifier: str) -> Account:
        return self.sign_in.get().account(code=code, code_verifier=code_verifier)

    def problem_of(self, error: str, description: str) -> SignInProblem:
        return self.sign_in.get().problem_of(error, description)


@dataclass(slots=True)
class DeliveryLater:
    """GiftDelivery that is loaded at its first use."""

    name: str
    delivery: Later[GiftDelivery]

    def deliver(self, request: DeliveryRequest) -> Delivered:
        return cooperative.in_thread(lambda: self.delivery.get().deliver(request))
