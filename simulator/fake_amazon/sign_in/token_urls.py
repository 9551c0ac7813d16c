"""The endpoints that clients call: token, profile in both shapes, token info."""

from collections.abc import Callable

from flask import Response, request
from flask.typing import ResponseReturnValue

from simulator.fake_amazon.accounts import Account
from simulator.fake_amazon.route import Route
from simulator.fake_amazon.sign_in.clients import GRANT_TYPES, Client
from simulator.fake_amazon.sign_in.devices import NotYet, UnknownPair
from simulator.fake_amazon.sign_in.grants import InvalidGrant, Proof, SecretMissing, Token, TokenPair, VerifierMissing
from simulator.fake_amazon.sign_in.token_wire import (
    TokenError,
    access_token,
    error_answer,
    json_answer,
    legacy_profile_body,
    missing,
    parameters,
    profile_body,
    token_body,
    token_info_body,
)
from simulator.fake_amazon.world import World


class TokenEndpoints:
    """Views of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """The URL table."""
        return [
            Route("POST", "/auth/o2/token", "token", self.token, self.refuse),
            Route("GET", "/user/profile", "profile", self.profile, self.refuse),
            Route("GET", "/ap/user/profile", "legacy-profile", self.legacy_profile, self.refuse),
            Route("GET", "/auth/o2/tokeninfo", "tokeninfo", self.token_info, self.refuse),
        ]

    def token(self) -> ResponseReturnValue:
        """Exchange a code or a refresh token."""
        return self._answered(lambda: token_body(self._grant(parameters(request)), self._world.now()))

    def profile(self) -> ResponseReturnValue:
        """Who signed in, as far as the scopes tell."""
        return self._answered(lambda: profile_body(*self._person()))

    def legacy_profile(self) -> ResponseReturnValue:
        """The same in the wrapped shape."""
        return self._answered(lambda: legacy_profile_body(*self._person(), self._world.mint.request_id()))

    def token_info(self) -> ResponseReturnValue:
        """Whose token it is; every client must compare `aud` with its own id."""
        return self._answered(self._token_info)

    def refuse(self, error: str) -> ResponseReturnValue:
        """An error that a tester asked for."""
        return error_answer(TokenError(error), self._world.mint.request_id())

    def _answered(self, body: Callable[[], dict[str, object]]) -> Response:
        try:
            return json_answer(body(), request_id=self._world.mint.request_id())
        except TokenError as problem:
            return error_answer(problem, self._world.mint.request_id())

    def _token_info(self) -> dict[str, object]:
        token = self._access()
        client = self._world.clients.get(token.client_id)
        return token_info_body(token, client.app_id if client else "", self._world.now())

    def _person(self) -> tuple[Account, tuple[str, ...]]:
        token = self._access()
        account = self._world.accounts.by_id(token.user_id)
        if account is None:
            raise TokenError("invalid_token")
        return account, token.scopes

    def _access(self) -> Token:
        value = access_token(request)
        if not value:
            raise missing("access_token")
        token = self._world.grants.access(value)
        if token is None:
            raise TokenError("invalid_token")
        return token

    def _grant(self, asked: dict[str, str]) -> TokenPair:
        grant_type = asked.get("grant_type", "")
        if grant_type not in GRANT_TYPES:
            raise TokenError("unsupported_grant_type")
        client = self._client(asked)
        if grant_type not in client.grant_types:
            raise TokenError("unauthorized_client")
        redeem = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh_token,
            "device_code": self._by_device_code,
        }
        try:
            return redeem[grant_type](asked, client)
        except InvalidGrant as problem:
            text = f"The request has an invalid grant parameter : {problem}"
            raise TokenError("invalid_grant", text) from problem
        except NotYet as problem:
            raise TokenError(str(problem)) from problem
        except UnknownPair as problem:
            raise TokenError("invalid_code_pair") from problem
        except VerifierMissing as problem:
            raise missing("code_verifier") from problem
        except SecretMissing as problem:
            raise TokenError("invalid_client") from problem

    def _client(self, asked: dict[str, str]) -> Client:
        client_id = asked.get("client_id")
        if client_id is None:
            raise missing("client_id")
        client = self._world.clients.get(client_id)
        secret = asked.get("client_secret")
        if client is None:
            raise TokenError("invalid_client")
        if secret is not None and not client.has_secret(secret):
            raise TokenError("invalid_client")
        return client

    def _by_code(self, asked: dict[str, str], client: Client) -> TokenPair:
        for name in ("code", "redirect_uri"):
            if not asked.get(name):
                raise missing(name)
        return self._world.grants.exchange(asked["code"], client, _proof(asked))

    def _by_refresh_token(self, asked: dict[str, str], client: Client) -> TokenPair:
        if not asked.get("refresh_token"):
            raise missing("refresh_token")
        return self._world.grants.refresh(asked["refresh_token"], client, _proof(asked))

    def _by_device_code(self, asked: dict[str, str], client: Client) -> TokenPair:
        for name in ("device_code", "user_code"):
            if not asked.get(name):
                raise missing(name)
        user_id, pair = self._world.devices.poll(asked["user_code"], asked["device_code"], client.client_id)
        return self._world.grants.issue_public(user_id, client.client_id, pair.scopes)


def _proof(asked: dict[str, str]) -> Proof:
    return Proof(
        secret_shown="client_secret" in asked,
        redirect_uri=asked.get("redirect_uri"),
        verifier=asked.get("code_verifier"),
    )
