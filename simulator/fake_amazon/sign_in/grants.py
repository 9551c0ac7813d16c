"""What people have granted: requests under way, consents, authorization codes, tokens."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from simulator.fake_amazon.mint import Mint
from simulator.fake_amazon.settings import Settings
from simulator.fake_amazon.sign_in.authorization import Authorization, ChallengeMethod
from simulator.fake_amazon.sign_in.clients import Client


class InvalidGrant(Exception):
    """A code or refresh token that is unknown, used, expired, revoked, or another client's."""


class VerifierMissing(Exception):
    """The code was asked for with a PKCE challenge, and comes without the verifier."""


class SecretMissing(Exception):
    """The client shows no secret, and nothing else proves who it is."""


class TokenKind(StrEnum):
    """What a token is good for."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(slots=True, kw_only=True)
class Code:
    """An authorization code; used once, within minutes."""

    value: str
    user_id: str
    asked: Authorization
    scopes: tuple[str, ...]
    expires_at: datetime
    family: str
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token; `family` is all that came from one consent, and is revoked together."""

    value: str
    kind: TokenKind
    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    family: str
    issued_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a grant is exchanged for."""

    access: Token
    refresh: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a client shows at the token endpoint beside the code; a right secret was checked before."""

    secret_shown: bool
    redirect_uri: str | None = None
    verifier: str | None = None


@dataclass(slots=True)
class Grants:
    """All of them in one world."""

    mint: Mint
    settings: Callable[[], Settings]
    now: Callable[[], datetime]
    _pending: dict[str, Authorization] = field(default_factory=dict)
    _consents: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)
    _tokens: dict[str, Token] = field(default_factory=dict)
    _public_families: set[str] = field(default_factory=set)

    def keep(self, asked: Authorization) -> str:
        """Keep a request while the person signs in, makes an account or changes browsers; the key names it."""
        key = self.mint.word("pending")
        self._pending[key] = asked
        return key

    def pending(self, key: str | None) -> Authorization | None:
        """The request of a key."""
        return None if key is None else self._pending.get(key)

    def done(self, key: str) -> None:
        """The request is answered."""
        self._pending.pop(key, None)

    def consented(self, user_id: str, asked: Authorization) -> bool:
        """Whether no page needs to ask: only the bare id is wanted, or the person agreed to all of it before."""
        if set(asked.scopes) == {"profile:user_id"}:
            return True
        agreed = self._consents.get((user_id, asked.client_id))
        return agreed is not None and set(asked.scopes) <= agreed

    def consent(self, user_id: str, asked: Authorization, scopes: tuple[str, ...]) -> None:
        """Remember what the person agreed to; what was unticked is asked again."""
        key = (user_id, asked.client_id)
        self._consents[key] = self._consents.get(key, frozenset()) | set(scopes)

    def apps_of(self, user_id: str) -> tuple[str, ...]:
        """The ids of the clients that a person has agreed to."""
        return tuple(client_id for holder, client_id in self._consents if holder == user_id)

    def remove_app(self, user_id: str, client_id: str) -> None:
        """The person removes an app: consent and all tokens end."""
        self._consents.pop((user_id, client_id), None)
        held = [token for token in self._tokens.values() if (token.user_id, token.client_id) == (user_id, client_id)]
        for token in held:
            del self._tokens[token.value]

    def issue_code(self, user_id: str, asked: Authorization, scopes: tuple[str, ...]) -> Code:
        """A code for the client to exchange."""
        code = Code(
            value=self.mint.authorization_code(),
            user_id=user_id,
            asked=asked,
            scopes=scopes,
            expires_at=self.now() + self.settings().code_lifetime,
            family=self.mint.word("family"),
        )
        self._codes[code.value] = code
        return code

    def exchange(self, value: str, client: Client, proof: Proof) -> TokenPair:
        """Tokens for a code; one that comes twice revokes what it gave.

        Raises InvalidGrant, VerifierMissing, SecretMissing.
        """
        code = self._codes.get(value)
        if code is None or code.asked.client_id != client.client_id:
            raise InvalidGrant("code")
        if code.used:
            self._revoke(code.family)
            raise InvalidGrant("code")
        if self.now() >= code.expires_at or code.asked.redirect_uri != proof.redirect_uri:
            raise InvalidGrant("code")
        _verify(code.asked, client, proof)
        code.used = True
        if not proof.secret_shown:
            self._public_families.add(code.family)
        return self.issue_tokens(code.user_id, client.client_id, code.scopes, code.family)

    def refresh(self, value: str, client: Client, proof: Proof) -> TokenPair:
        """New tokens for a refresh token, which stays good. Raises InvalidGrant, SecretMissing."""
        token = self._tokens.get(value)
        if token is None or token.kind is not TokenKind.REFRESH or token.client_id != client.client_id:
            raise InvalidGrant("refresh_token")
        if not proof.secret_shown and token.family not in self._public_families:
            raise SecretMissing
        return self.issue_tokens(token.user_id, client.client_id, token.scopes, token.family)

    def access(self, value: str | None) -> Token | None:
        """The access token of a value, if it is good now."""
        token = None if value is None else self._tokens.get(value)
        if token is None or token.kind is not TokenKind.ACCESS or token.expires_at is None:
            return None
        return token if self.now() < token.expires_at else None

    def issue_tokens(self, user_id: str, client_id: str, scopes: tuple[str, ...], family: str) -> TokenPair:
        """An access token of an hour and a refresh token without an end."""
        now = self.now()
        expires_at = now + self.settings().token_lifetime
        access, refresh = (
            Token(
                value=value,
                kind=kind,
                user_id=user_id,
                client_id=client_id,
                scopes=scopes,
                family=family,
                issued_at=now,
                expires_at=until,
            )
            for value, kind, until in (
                (self.mint.access_token(), TokenKind.ACCESS, expires_at),
                (self.mint.refresh_token(), TokenKind.REFRESH, None),
            )
        )
        self._tokens |= {access.value: access, refresh.value: refresh}
        return TokenPair(access, refresh)

    def issue_public(self, user_id: str, client_id: str, scopes: tuple[str, ...]) -> TokenPair:
        """Tokens for a device, which has no secret to show later either."""
        family = self.mint.word("family")
        self._public_families.add(family)
        return self.issue_tokens(user_id, client_id, scopes, family)

    def _revoke(self, family: str) -> None:
        self._tokens = {value: token for value, token in self._tokens.items() if token.family != family}


def _verify(asked: Authorization, client: Client, proof: Proof) -> None:
    """A public client has only the verifier; one with a secret may leave it out if it is registered as lenient."""
    if asked.challenge is None:
        if not proof.secret_shown:
            raise SecretMissing
        return
    if not proof.verifier:
        if proof.secret_shown and client.lenient_pkce:
            return
        raise VerifierMissing
    if not hmac.compare_digest(_challenge_of(proof.verifier, asked.method).encode(), asked.challenge.encode()):
        raise InvalidGrant("code_verifier")


def _challenge_of(verifier: str, method: ChallengeMethod) -> str:
    if method is ChallengeMethod.PLAIN:
        return verifier
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
