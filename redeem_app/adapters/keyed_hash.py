"""HMAC-SHA256 with a key of the service, one purpose at a time."""

import hashlib
import hmac


class HmacHash:
    """KeyedHash; the key must stay for as long as the hashes are compared."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def of(self, purpose: str, *parts: str) -> str:
        framed = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
        return hmac.new(self._key, framed.encode(), hashlib.sha256).hexdigest()
