"""HMAC with a key that is used again and again: what depends on the key alone is computed once.

`hmac.digest` looks its algorithm up and prepares the key anew at every call, which takes more than half of its time.
"""

import hmac


class KeyedDigest:
    """`hmac.digest(key, message, algorithm)` as a function of the message."""

    __slots__ = ("_prepared",)

    def __init__(self, key: bytes, algorithm: str) -> None:
        """`algorithm` is one that hashlib knows. Raises ValueError for others."""
        self._prepared = hmac.new(key, digestmod=algorithm)

    def __call__(self, message: bytes) -> bytes:
        digest = self._prepared.copy()
        digest.update(message)
        return digest.digest()
