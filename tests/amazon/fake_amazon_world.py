"""The adapters against the simulator's fake Amazon, over real HTTP, with time-outs short enough for tests."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from redeem_app.adapters.amazon_back_off import BackOff
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.amazon_http import AmazonHttp
from redeem_app.adapters.amazon_incentives import Incentives, PartnerAccount
from redeem_app.adapters.amazon_sign_in import LoginWithAmazon
from redeem_app.adapters.circuit_breaker import CircuitBreaker
from redeem_app.domain.ports import Clock
from simulator.fake_amazon import FakeAmazon
from tests.amazon.wire import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, Waits

SHORT = 0.3
"""Seconds that a test waits for an answer which does not come."""

PARTNER = PartnerAccount(partner_id="Redme", access_key="AKIATEST", secret_key="partner-secret")
PASSWORD = "correct-horse"


class RealTime:
    """The machine's clock, which the fake Amazon reads too."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FakeWorld:
    """A running fake Amazon with one partner and one client, and the means to make adapters for it."""

    amazon: FakeAmazon
    opened: list[AmazonHttp]
    base_url: str = ""

    def begin_anew(self, funds: int = 100_000) -> None:
        """One partner, one client, nothing done, real time; the fake does not throttle unless told to."""
        self.amazon.reset()
        self.amazon.clock.run_on()
        self.amazon.set(calls_per_second=None)
        self.amazon.register_partner(PARTNER.partner_id, PARTNER.access_key, PARTNER.secret_key, funds)
        self.amazon.register_client(CLIENT_ID, CLIENT_SECRET, [REDIRECT_URI])

    def close_connections(self) -> None:
        while self.opened:
            self.opened.pop().close()

    def gone(self) -> "FakeWorld":
        """The same, at an address where nobody listens."""
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        return replace(self, base_url=f"http://127.0.0.1:{port}")

    @property
    def hosts(self) -> AmazonHosts:
        return AmazonHosts.at(self.base_url or self.amazon.base_url)

    def http(self, seconds_allowed: float = 5.0, breaker: Callable[[], CircuitBreaker] | None = None) -> AmazonHttp:
        client = AmazonHttp(seconds_allowed=seconds_allowed, breaker=breaker or CircuitBreaker)
        self.opened.append(client)
        return client

    def incentives(
        self, http: AmazonHttp | None = None, account: PartnerAccount = PARTNER, clock: Clock | None = None
    ) -> Incentives:
        back_off = BackOff(sleep=Waits())
        return Incentives(self.hosts, account, clock or RealTime(), http=http or self.http(), back_off=back_off)

    def person(self, email: str = "ada@example.com", name: str = "Ada Byron") -> "Person":
        self.amazon.add_account(email, PASSWORD, name)
        return Person(email)

    def sign_in(self, http: AmazonHttp | None = None, client_secret: str = CLIENT_SECRET) -> LoginWithAmazon:
        return LoginWithAmazon(
            hosts=self.hosts,
            client_id=CLIENT_ID,
            client_secret=client_secret,
            redirect_uri=REDIRECT_URI,
            http=http or self.http(),
            back_off=BackOff(tries=2, sleep=Waits()),
        )


@dataclass
class Person:
    """Somebody with an account and a browser, who fills in the forms that Amazon shows."""

    email: str

    def goes_to(self, address: str, *, answer: str = "allow") -> dict[str, str]:
        """Sign in, answer the consent, and tell the parameters of the address that the browser is sent back to."""
        with httpx.Client(trust_env=False) as browser:
            page = browser.get(address)
            while not page.headers.get("location", "").startswith(REDIRECT_URI):
                page = self._step(browser, page, answer)
            return dict(parse_qsl(urlsplit(page.headers["location"]).query))

    def _step(self, browser: httpx.Client, page: httpx.Response, answer: str) -> httpx.Response:
        if page.is_redirect:
            return browser.get(urljoin(str(page.url), page.headers["location"]))
        assert page.is_success, f"{page.url.path} was answered {page.status_code}"
        form = {**dict(page.url.params), "email": self.email, "password": PASSWORD, "answer": answer}
        return browser.post(page.url.copy_with(query=None), data=form)


@contextmanager
def a_fake_world() -> Iterator[FakeWorld]:
    with FakeAmazon() as amazon:
        world = FakeWorld(amazon, [])
        try:
            yield world
        finally:
            world.close_connections()
