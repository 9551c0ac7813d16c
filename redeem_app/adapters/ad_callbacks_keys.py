"""Keys of ad networks: lists of public keys from an address or a file, and secrets from the environment or a file.

A list is in Google's form, `{"keys": [{"keyId": 1, "pem": "…", "base64": "…"}]}`. It is kept for at most 24 hours, as
Google asks, and fetched again for an id that it does not have, but not more often than once a minute.
"""

import base64
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from pydantic import BaseModel, Field, ValidationError

from redeem_app.domain.ads import AdKeysUnavailable

KEPT_FOR: Final = timedelta(hours=24)
FETCHED_AGAIN_AFTER: Final = timedelta(minutes=1)
LARGEST_LIST: Final = 64 * 1024
_TIMEOUT: Final = httpx.Timeout(5.0, connect=2.0)

Keys = Mapping[str, ec.EllipticCurvePublicKey]
Fetch = Callable[[str], bytes]


class _ListedKey(BaseModel):
    key_id: int = Field(alias="keyId")
    pem: str = ""
    base64: str = ""


class _List(BaseModel):
    keys: list[_ListedKey]


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: Keys
    fetched_at: datetime


class FetchedKeyLists:
    """Key lists by their address; one for a process, shared by its threads."""

    def __init__(self, fetch: Fetch | None = None) -> None:
        self._fetch = fetch or fetched
        self._kept: dict[str, _Kept] = {}
        self._tried_at: dict[str, datetime] = {}
        self._one_at_a_time = threading.Lock()

    def key(self, address: str, key_id: str, now: datetime) -> ec.EllipticCurvePublicKey | None:
        """The key, or None for an id that the list does not have. Raises AdKeysUnavailable."""
        kept = self._fresh(address, now)
        if kept is None or key_id not in kept.keys:
            with self._one_at_a_time:
                kept = self._renewed(address, key_id, now)
        if kept is None:
            raise AdKeysUnavailable(f"no key list from {address}")
        return kept.keys.get(key_id)

    def _fresh(self, address: str, now: datetime) -> _Kept | None:
        kept = self._kept.get(address)
        return kept if kept is not None and abs(now - kept.fetched_at) < KEPT_FOR else None

    def _renewed(self, address: str, key_id: str, now: datetime) -> _Kept | None:
        """Fetch, unless another thread just did or it was tried a moment ago; what is fresh outlasts a failure."""
        kept = self._fresh(address, now)
        if kept is not None and key_id in kept.keys:
            return kept
        tried = self._tried_at.get(address)
        if tried is not None and abs(now - tried) < FETCHED_AGAIN_AFTER:
            return kept
        self._tried_at[address] = now
        try:
            kept = _Kept(parsed_list(self._fetch(address)), now)
        except (httpx.HTTPError, ValueError):
            return kept
        self._kept[address] = kept
        return kept


def parsed_list(document: bytes) -> Keys:
    """The P-256 keys of a list by their id, written as digits; others are passed over. Raises ValueError."""
    try:
        listed = _List.model_validate_json(document).keys
    except ValidationError as error:
        raise ValueError(f"the key list is not in Google's form: {error.error_count()} mistakes") from error
    keys = {str(entry.key_id): _public_key(entry) for entry in listed}
    return {key_id: key for key_id, key in keys.items() if key is not None}


def _public_key(entry: _ListedKey) -> ec.EllipticCurvePublicKey | None:
    try:
        key = (
            load_pem_public_key(entry.pem.encode())
            if entry.pem
            else load_der_public_key(base64.b64decode(entry.base64, validate=True))
        )
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) else None


def fetched(address: str) -> bytes:
    """The list at the address, or in the file that `list:PATH` names. Raises httpx.HTTPError, ValueError."""
    if address.startswith("list:"):
        return _read(Path(address.removeprefix("list:")))
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client, client.stream("GET", address) as answer:
        answer.raise_for_status()
        document = b""
        for piece in answer.iter_bytes():
            document += piece
            if len(document) > LARGEST_LIST:
                raise ValueError(f"the key list is larger than {LARGEST_LIST} bytes")
        return document


def _read(path: Path) -> bytes:
    try:
        document = path.read_bytes()
    except OSError as fault:
        raise ValueError(f"the key list {path} can't be read: {fault.strerror}") from fault
    if len(document) > LARGEST_LIST:
        raise ValueError(f"the key list is larger than {LARGEST_LIST} bytes")
    return document


def shared_secrets(source: str, environment: Mapping[str, str] | None = None) -> tuple[bytes, ...]:
    """The secrets that `env:NAME` or `file:PATH` holds, separated by commas or lines, so that they can be rotated.

    Raises AdKeysUnavailable where there is none.
    """
    kind, _, place = source.partition(":")
    try:
        text = (os.environ if environment is None else environment)[place] if kind == "env" else Path(place).read_text()
    except (KeyError, OSError, UnicodeDecodeError) as fault:
        raise AdKeysUnavailable(f"there is no secret at {source}") from fault
    secrets = tuple(secret.strip().encode() for secret in text.replace("\n", ",").split(",") if secret.strip())
    if not secrets:
        raise AdKeysUnavailable(f"the secret at {source} is empty")
    return secrets
