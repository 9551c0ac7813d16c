"""The request that a client sends a person with (`GET /ap/oa`): what is asked, and what is wrong with it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from simulator.fake_amazon.sign_in.clients import Client, Clients, may_return_to

ACCESS_NOT_PERMITTED: Final = "Access not permitted."
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LONGEST_CLIENT_ID: Final = 100


class NoReturn(Exception):
    """The request is not answered by a redirect but by a page: the client or its return address is not known."""


class ReturnWithError(Exception):
    """The browser goes back to the client with an error (RFC 6749 s. 4.1.2.1)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class ChallengeMethod(StrEnum):
    """How a PKCE challenge is made of its verifier; `plain` is what a request without a method means."""

    PLAIN = "plain"
    S256 = "S256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """One well-formed request. `optional` are the scopes that the person may untick."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    state: str | None = None
    challenge: str | None = None
    method: ChallengeMethod = ChallengeMethod.PLAIN
    languages: str = ""
    """The language tags that the request asked for, the preferred one first."""


def client_of(asked: Mapping[str, str], clients: Clients, *, localhost_only: bool) -> Client:
    """The client, if it may get an answer by redirect at all. Raises NoReturn."""
    client_id = asked.get("client_id", "")
    client = clients.get(client_id)
    if client is None or len(client_id.encode()) > _LONGEST_CLIENT_ID:
        raise NoReturn("An unknown client was requested: client_id")
    redirect_uri = asked.get("redirect_uri")
    if not redirect_uri:
        raise NoReturn("The request is missing a required parameter : redirect_uri")
    if not may_return_to(client, redirect_uri, localhost_only=localhost_only):
        raise NoReturn("The redirect URI you provided has not been whitelisted for your application")
    return client


def authorization_of(asked: Mapping[str, str], client: Client) -> Authorization:
    """The request of a known client. Raises ReturnWithError."""
    response_type = asked.get("response_type")
    if not response_type:
        raise ReturnWithError("invalid_request", "The request is missing a required parameter : response_type")
    if response_type != "code":
        raise ReturnWithError("unsupported_response_type", "The response type is not supported : response_type")
    if "authorization_code" not in client.grant_types:
        raise ReturnWithError("unauthorized_client", "The client is not authorized to request an authorization code")
    scopes = _scopes(asked.get("scope", ""), client)
    challenge, method = _challenge(asked)
    return Authorization(
        client_id=client.client_id,
        redirect_uri=asked["redirect_uri"],
        scopes=scopes,
        optional=_optional(asked.get("scope_data"), scopes),
        state=asked.get("state"),
        challenge=challenge,
        method=method,
        languages=f"{asked.get('ui_locales', '')} {asked.get('language', '')}".strip(),
    )


def return_address(redirect_uri: str, answer: Mapping[str, str | None]) -> str:
    """The client's address with the answer added to its query, what is None left out."""
    parts = urlsplit(redirect_uri)
    added = urlencode({name: value for name, value in answer.items() if value is not None})
    query = f"{parts.query}&{added}" if parts.query else added
    return urlunsplit(parts._replace(query=query))


def _scopes(text: str, client: Client) -> tuple[str, ...]:
    if not text.strip():
        raise ReturnWithError("invalid_request", "The request is missing a required parameter : scope")
    scopes = tuple(dict.fromkeys(text.split()))
    if any(scope not in client.scopes for scope in scopes):
        raise ReturnWithError("invalid_scope", "An unknown scope was requested")
    return scopes


def _challenge(asked: Mapping[str, str]) -> tuple[str | None, ChallengeMethod]:
    challenge = asked.get("code_challenge")
    named = asked.get("code_challenge_method") or ChallengeMethod.PLAIN
    if named not in set(ChallengeMethod):
        text = "The request has an invalid parameter : code_challenge_method"
        raise ReturnWithError("invalid_request", text)
    if challenge and not _CHALLENGE.fullmatch(challenge):
        raise ReturnWithError("invalid_request", "The request has an invalid parameter : code_challenge")
    return challenge or None, ChallengeMethod(named)


def _optional(scope_data: str | None, scopes: tuple[str, ...]) -> frozenset[str]:
    """Those that `scope_data` calls not essential. Raises ReturnWithError when it is not the documented JSON."""
    if not scope_data:
        return frozenset()
    try:
        told = json.loads(scope_data)
        return frozenset(scope for scope in scopes if told.get(scope, {}).get("essential") is False)
    except (ValueError, AttributeError) as problem:
        text = "The request has an invalid parameter : scope_data"
        raise ReturnWithError("invalid_request", text) from problem
