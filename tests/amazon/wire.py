"""Builders for the tests of the Amazon adapters: canned answers on the wire, and adapters that talk to them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from redeem_app.adapters.amazon_back_off import BackOff
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.amazon_http import AmazonHttp
from redeem_app.adapters.amazon_incentives import Incentives, PartnerAccount
from redeem_app.adapters.amazon_sign_in import LoginWithAmazon
from redeem_app.domain.ids import AccountId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import DeliveryRequest

CLIENT_ID = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
CLIENT_SECRET = "client-secret-for-tests"
REDIRECT_URI = "https://rewards.example/reward/sign-in/return"
ACCOUNT_ID = "amzn1.account.TESTPERSON"
ACCESS_TOKEN = "Atza|" + "t" * 345
VERIFIER = "v" * 43

Reply = httpx.Response | Exception


@dataclass
class Wire:
    """Plays the hosts of Amazon: gives its replies in order (the last one again and again), keeps the requests."""

    replies: list[Reply]
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, as a transport of httpx does."""
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        # A response can be read once; each request gets its own.
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    def body(self, index: int = -1) -> dict[str, object]:
        read: dict[str, object] = json.loads(self.requests[index].content)
        return read


@dataclass
class StoppedClock:
    """Stands still until it is set."""

    moment: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@dataclass
class Waits:
    """A sleeper that only notes for how long it was asked to sleep."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def wire(*replies: Reply) -> Wire:
    return Wire(list(replies))


def as_json(fields: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=fields)


def http_over(answering: Callable[[httpx.Request], httpx.Response]) -> AmazonHttp:
    return AmazonHttp(seconds_allowed=6, transport=httpx.MockTransport(answering))


def no_waiting(waits: Waits | None = None, tries: int = 3) -> BackOff:
    return BackOff(tries=tries, sleep=waits or Waits(), chance=lambda: 0.5)


def a_sign_in(
    answering: Callable[[httpx.Request], httpx.Response], hosts: AmazonHosts | None = None
) -> LoginWithAmazon:
    return LoginWithAmazon(
        hosts=hosts or AmazonHosts.real("na"),
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=REDIRECT_URI,
        http=http_over(answering),
        back_off=no_waiting(),
    )


def a_token(**changes: object) -> httpx.Response:
    fields = {
        "access_token": ACCESS_TOKEN,
        "token_type": "bearer",
        "expires_in": 3600,
        "refresh_token": "Atzr|" + "r" * 300,
    }
    return as_json({**fields, **changes})


def a_token_info(**changes: object) -> httpx.Response:
    fields = {
        "iss": "https://www.amazon.com",
        "user_id": ACCOUNT_ID,
        "aud": CLIENT_ID,
        "app_id": "amzn1.application.0123",
        "exp": 3597,
        "iat": 1772366400,
    }
    return as_json({**fields, **changes})


def a_profile(**changes: object) -> httpx.Response:
    return as_json({"user_id": ACCOUNT_ID, "name": "Ada Byron", "email": "ada@example.com", **changes})


def an_oauth_error(error: str, description: str = "", status: int = 400) -> httpx.Response:
    return as_json({"error_description": description, "error": error}, status)


def an_incentives_client(
    answering: Callable[[httpx.Request], httpx.Response], waits: Waits | None = None
) -> Incentives:
    return Incentives(
        AmazonHosts.real("na"),
        PartnerAccount(partner_id="Redme", access_key="AKIATEST", secret_key="partner-secret"),
        StoppedClock(),
        http=http_over(answering),
        back_off=no_waiting(waits),
    )


def a_delivery(
    request_id: str = "reward0001", account_id: str = ACCOUNT_ID, value: Money | None = None
) -> DeliveryRequest:
    return DeliveryRequest(request_id, AccountId(account_id), value or Money.of("27.50", "USD"))


def a_card(
    request_id: str = "Redmereward0001",
    amount: float = 27.5,
    card_status: str | None = "Fulfilled",
    **changes: object,
) -> httpx.Response:
    """An answer to CreateGiftCard, in the order of the captured one."""
    value = {"amount": amount, "currencyCode": "USD"}
    info = {"cardNumber": None, "cardStatus": card_status, "expirationDate": None, "value": value}
    fields = {
        "cardInfo": info,
        "creationRequestId": request_id,
        "gcClaimCode": "ABCD-EFGHJK-LMNP",
        "gcExpirationDate": None,
        "gcId": "A2GCN9BRX5QS76",
        "status": "SUCCESS",
    }
    return as_json({**fields, **changes})


def a_load(request_id: str = "Redmereward0001", amount: float = 27.5, **changes: object) -> httpx.Response:
    """An answer to LoadAmazonBalance."""
    fields = {
        "loadBalanceRequestId": request_id,
        "loadBalanceId": "L0AD5678901234",
        "status": "SUCCESS",
        "value": {"amount": amount, "currencyCode": "USD"},
        "account": {"id": ACCOUNT_ID, "type": "LWA_USER_ID"},
    }
    return as_json({**fields, **changes})


def a_partner_error(
    name: str, code: str = "F200", *, message: str = "", resend: bool = False, status: int = 400
) -> httpx.Response:
    """A refusal as captured from the Incentives API."""
    constant: Mapping[str, object] = {
        "__type": "CreateGiftCardResponse:http://internal.amazon.com/coral/com.amazonaws.agcod/",
        "cardInfo": None,
        "creationRequestId": None,
        "gcClaimCode": None,
        "gcExpirationDate": None,
        "gcId": None,
        "status": "RESEND" if resend else "FAILURE",
    }
    error = {"agcodResponse": constant, "errorCode": code, "errorType": name, "message": message}
    return as_json(error, status)
