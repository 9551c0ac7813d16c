"""The applications that may ask people to sign in (Amazon's "security profiles")."""

import hmac
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

SCOPES: Final = ("profile", "profile:user_id", "postal_code")
GRANT_TYPES: Final = frozenset({"authorization_code", "refresh_token", "device_code"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One registered application.

    `lenient_pkce` takes a code without its verifier from a client that shows its secret; `plain_http` allows
    http return addresses beyond loopback, for a phone in the same network.
    """

    client_id: str
    client_secret: str
    app_id: str
    redirect_uris: tuple[str, ...]
    name: str
    scopes: frozenset[str] = frozenset(SCOPES)
    grant_types: frozenset[str] = GRANT_TYPES
    lenient_pkce: bool = False
    plain_http: bool = False
    former_secret: str = ""
    """The secret before this one, which is good as well until its owner ends it; empty: none."""

    def has_secret(self, secret: str) -> bool:
        """Whether it is one of those that are good now."""
        good = [self.client_secret, *filter(None, [self.former_secret])]
        return any(hmac.compare_digest(secret.encode(), one.encode()) for one in good)


@dataclass(slots=True)
class Clients:
    """All registered applications of one world."""

    _by_id: dict[str, Client] = field(default_factory=dict)

    def register(self, client: Client) -> None:
        """Add one, or replace the one of the same id."""
        self._by_id[client.client_id] = client

    def get(self, client_id: str | None) -> Client | None:
        """The client of an id."""
        return None if client_id is None else self._by_id.get(client_id)


def may_return_to(client: Client, redirect_uri: str, *, localhost_only: bool) -> bool:
    """Whether the address is registered (protocol, host, path and query take part) and https, or http on loopback."""
    if redirect_uri not in client.redirect_uris:
        return False
    parts = urlsplit(redirect_uri)
    if parts.scheme == "https":
        return True
    allowed = {"localhost"} if localhost_only else _LOOPBACK
    return parts.scheme == "http" and (client.plain_http or parts.hostname in allowed)
