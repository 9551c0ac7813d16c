"""Reads what the frameworks' serializers signed, with each key derived once instead of at every reading.

Deriving the keys and making the signers costs more than verifying. Whatever is not plainly a valid value goes to the
serializer itself, which is the reference and says what is wrong with it.
"""

import hmac
import time
from collections.abc import Sequence
from typing import Any

from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode, bytes_to_int

from redeem_app.keyed_digest import KeyedDigest

_DIGEST = "sha1"
"""What the frameworks sign with by default; as an HMAC it is sound."""


class PreparedSerializer(URLSafeTimedSerializer):
    """`URLSafeTimedSerializer` for several keys, the oldest first, that sign with HMAC-SHA1."""

    def __init__(self, keys: Sequence[str], salt: str, *, key_derivation: str, serializer: Any = None) -> None:
        super().__init__(list(keys), salt=salt, serializer=serializer, signer_kwargs={"key_derivation": key_derivation})
        signer = TimestampSigner(list(keys), salt=salt, key_derivation=key_derivation)
        self._newest_first = [KeyedDigest(signer.derive_key(key), _DIGEST) for key in reversed(keys)]

    def loads(  # type: ignore[override]
        self, s: str | bytes, max_age: int | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """The value. Raises BadSignature, or SignatureExpired where it is older than `max_age` seconds."""
        payload = None if args or kwargs or not isinstance(s, str) else self._verified(s, max_age)
        return super().loads(s, max_age, *args, **kwargs) if payload is None else self.load_payload(payload)

    def _verified(self, text: str, max_age: int | None) -> bytes | None:
        if not text.isascii():
            return None
        signed, _, signature = text.encode().rpartition(b".")
        if not any(hmac.compare_digest(base64_encode(digest(signed)), signature) for digest in self._newest_first):
            return None
        payload, _, made_at = signed.rpartition(b".")
        if max_age is not None and not 0 <= int(time.time()) - bytes_to_int(base64_decode(made_at)) <= max_age:
            return None
        return payload
