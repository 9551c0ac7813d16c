"""Rewarded-ad callbacks, verified as the networks sign them (rule E4).

A callback is a query string that ends in its signature. Two dialects, told apart by the key that the app states:

- **Key list** (the key is an address): AdMob's server-side verification. `…&signature=S&key_id=N`, ECDSA P-256 with
  SHA-256, base64url of DER, over the percent-decoded text before `&signature=`. That it is the decoded text is what
  Google's own verifier does and what captured callbacks with escapes show; its manual does not say so.
- **Keyed hash** (the key is a secret of ours): `…&signature=H`, HMAC-SHA256 in hex, over the text before `&signature=`
  as it was sent.

Since a signature over decoded text does not tell a separator from an escaped one, the parameters have to be the known
ones, once each, in the networks' alphabetical order, with `&` in no value but `custom_data`. Then there is one reading.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from redeem_app.domain.ads import AdWatched, callback_refused, check_timely
from redeem_app.domain.campaign import App

LONGEST_CALLBACK: Final = 8 * 1024
PARAMETERS: Final = (
    "ad_network",
    "ad_unit",
    "custom_data",
    "reward_amount",
    "reward_item",
    "timestamp",
    "transaction_id",
    "user_id",
)
"""What a callback may say, in the order in which it says it."""

_SIGNED_BY_KEY: Final = re.compile(r"(?P<content>[^#\s]+)&signature=(?P<signature>[\w-]+=*)&key_id=(?P<key>\d{1,20})")
_KEYED_HASH: Final = re.compile(r"(?P<content>[^#\s]+)&signature=(?P<signature>[0-9a-fA-F]{64})")
_TIMESTAMP: Final = re.compile(r"[0-9]{13}")
_TRANSACTION: Final = re.compile(r"[\w.:-]{1,128}", re.ASCII)


class KeyLists(Protocol):
    """Public keys by address and id."""

    def key(self, address: str, key_id: str, now: datetime) -> ec.EllipticCurvePublicKey | None:
        """None for an id that the list does not have. Raises AdKeysUnavailable."""


class AdCallbacks:
    """AdVerifier for the two dialects; keeps nothing, so that repeats are the ledger's matter."""

    def __init__(self, key_lists: KeyLists, secrets: Callable[[str], Sequence[bytes]]) -> None:
        self._key_lists = key_lists
        self._secrets = secrets

    def watched(self, app: App, network: str, callback: str, now: datetime) -> AdWatched:
        """What the callback says. Raises Refusal(BODY_INVALID), AdKeysUnavailable."""
        source = app.ad_keys.get(network)
        if source is None:
            raise callback_refused(f"is of {network!r}, for which the app states no key", cause="network")
        if len(callback) > LONGEST_CALLBACK:
            raise callback_refused(f"is longer than {LONGEST_CALLBACK} characters", cause="unreadable")
        if source.startswith(("env:", "file:")):
            content = self._by_keyed_hash(source, callback)
        else:
            content = self._by_key_list(source, callback, now)
        return _ad(network, _parameters(content), now)

    def _by_key_list(self, address: str, callback: str, now: datetime) -> str:
        """The signed part of the callback, as it was sent."""
        found = _SIGNED_BY_KEY.fullmatch(callback)
        if found is None:
            raise callback_refused("does not end in signature and key_id", cause="unreadable")
        key = self._key_lists.key(address, found["key"], now)
        if key is None:
            raise _forged()
        try:
            signature = base64.b64decode(_padded(found["signature"]), altchars=b"-_", validate=True)
            key.verify(signature, unquote(found["content"], errors="strict").encode(), ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, binascii.Error, UnicodeError):
            raise _forged() from None
        return found["content"]

    def _by_keyed_hash(self, source: str, callback: str) -> str:
        found = _KEYED_HASH.fullmatch(callback)
        if found is None:
            raise callback_refused("does not end in a signature of 64 hex digits", cause="unreadable")
        signature = bytes.fromhex(found["signature"])
        expected = [hmac.digest(secret, found["content"].encode(), hashlib.sha256) for secret in self._secrets(source)]
        if not any([hmac.compare_digest(signature, one) for one in expected]):  # noqa: C419 - same time for each key
            raise _forged()
        return found["content"]


def _padded(text: str) -> str:
    return text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)


def _forged() -> Exception:
    return callback_refused("does not carry the network's signature", cause="forged")


def _parameters(content: str) -> Mapping[str, str]:
    pairs = [pair.partition("=") for pair in content.split("&")]
    names = [name for name, _, _ in pairs]
    try:
        said = {name: unquote(value, errors="strict") for name, _, value in pairs}
    except UnicodeError:
        raise callback_refused("is not UTF-8", cause="unreadable") from None
    in_order = names == [name for name in PARAMETERS if name in said]
    if not in_order or any("&" in value for name, value in said.items() if name != "custom_data"):
        problem = f"does not say {', '.join(PARAMETERS)}, once each and in that order"
        raise callback_refused(problem, cause="unreadable")
    return said


def _ad(network: str, said: Mapping[str, str], now: datetime) -> AdWatched:
    customer_id = said.get("user_id", "")
    if not customer_id:
        raise callback_refused("has no user_id: give the network the customer's id before the ad", cause="unreadable")
    if not _TRANSACTION.fullmatch(said.get("transaction_id", "")):
        raise callback_refused("has no transaction_id", cause="unreadable")
    if not _TIMESTAMP.fullmatch(said.get("timestamp", "")):
        raise callback_refused("has no timestamp in milliseconds", cause="unreadable")
    watched_at = datetime.fromtimestamp(int(said["timestamp"]) / 1000, UTC)
    check_timely(watched_at, now)
    return AdWatched(network, said["transaction_id"], customer_id, watched_at)
