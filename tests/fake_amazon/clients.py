"""Clients of both protocols, and what they need to be known, for the tests of the fake Amazon."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from simulator.fake_amazon import FakeAmazon
from simulator.fake_amazon.sign_in.clients import GRANT_TYPES, SCOPES
from tests.fake_amazon.visitor import NO_TLS, RETURN, Visitor


@dataclass(frozen=True)
class TokenClient:
    """A client of the token endpoint, with its registration."""

    amazon: FakeAmazon
    client_id: str
    client_secret: str = "shh"

    def exchanges(self, code: str, **changes: str | None) -> httpx.Response:
        asked: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": RETURN,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        return self.asks(**asked | changes)

    def refreshes(self, refresh_token: str | None, **changes: str | None) -> httpx.Response:
        asked: dict[str, str | None] = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        return self.asks(**asked | changes)

    def asks(self, **fields: str | None) -> httpx.Response:
        told = {name: value for name, value in fields.items() if value is not None}
        return httpx.post(f"{self.amazon.base_url}/auth/o2/token", data=told, verify=NO_TLS)

    def profile(self, token: str, path: str = "/user/profile") -> httpx.Response:
        return httpx.get(f"{self.amazon.base_url}{path}", params={"access_token": token}, verify=NO_TLS)


@dataclass(frozen=True)
class PartnerClient:
    """A client of the Incentives API that signs with botocore."""

    amazon: FakeAmazon
    partner_id: str = "Fakep"
    access_key: str = "AKFAKE"
    secret_key: str = "partner-secret"

    def calls(self, operation: str, body: Mapping[str, object] | str, **headers: str) -> httpx.Response:
        content = body if isinstance(body, str) else json.dumps(body)
        url = f"{self.amazon.base_url}/{operation}"
        sent = {
            "content-type": "application/json",
            "accept": "application/json",
            "x-amz-target": f"com.amazonaws.agcod.AGCODService.{operation}",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        request = AWSRequest("POST", url, headers=sent, data=content)
        SigV4Auth(Credentials(self.access_key, self.secret_key), "AGCODService", "us-east-1").add_auth(request)
        return httpx.post(url, content=content, headers=dict(request.headers.items()), verify=NO_TLS)

    def creates(self, request_id: str = "Fakep1", amount: object = 25, currency: object = "USD") -> httpx.Response:
        value = {"amount": amount, "currencyCode": currency}
        body = {"creationRequestId": request_id, "partnerId": self.partner_id, "value": value}
        return self.calls("CreateGiftCard", body)

    def cancels(self, request_id: str = "Fakep1", **more: str) -> httpx.Response:
        return self.calls("CancelGiftCard", {"creationRequestId": request_id, "partnerId": self.partner_id} | more)

    def loads(self, user_id: str, request_id: str = "Fakep1", amount: object = 25, **more: object) -> httpx.Response:
        body: dict[str, object] = {
            "loadBalanceRequestId": request_id,
            "partnerId": self.partner_id,
            "value": {"amount": amount, "currencyCode": "USD"},
            "account": {"id": user_id, "type": "LWA_USER_ID"},
        }
        return self.calls("LoadAmazonBalance", body | more)

    def voids(self, request_id: str = "Fakep1") -> httpx.Response:
        body = {"loadBalanceRequestId": request_id, "partnerId": self.partner_id}
        return self.calls("VoidAmazonBalanceLoad", body)

    def funds(self) -> httpx.Response:
        return self.calls("GetAvailableFunds", {"partnerId": self.partner_id})


def a_client(
    amazon: FakeAmazon,
    *,
    redirect_uris: Iterable[str] = (RETURN,),
    scopes: Iterable[str] = SCOPES,
    grant_types: Iterable[str] = GRANT_TYPES,
    lenient_pkce: bool = False,
) -> TokenClient:
    """A registered application that may return to `RETURN`."""
    client = amazon.register_client(
        None, "shh", redirect_uris, scopes=scopes, grant_types=grant_types, lenient_pkce=lenient_pkce
    )
    return TokenClient(amazon, client.client_id)


def a_person(
    amazon: FakeAmazon,
    *,
    prime: bool = False,
    one_time_code: bool = False,
    locked: bool = False,
    blocked: bool = False,
) -> str:
    """Ana's account; its user id."""
    account = amazon.add_account(
        "ana@example.com",
        "secret-1",
        "Ana Lee",
        prime=prime,
        one_time_code=one_time_code,
        locked=locked,
        blocked=blocked,
    )
    return account.user_id


def a_partner(amazon: FakeAmazon, funds: int | Mapping[str, int] = 1000) -> PartnerClient:
    """A partner who can issue credit."""
    client = PartnerClient(amazon)
    amazon.register_partner(client.partner_id, client.access_key, client.secret_key, funds)
    return client


def a_code(amazon: FakeAmazon, client: TokenClient, **parameters: str) -> str:
    """An authorization code, by the whole way of a person that has an account."""
    visitor = Visitor(amazon)
    visitor.authorizes(client.client_id, **parameters)
    visitor.signs_in()
    if visitor.page == "consent":
        visitor.allows()
    return visitor.came_back_with["code"]
