"""HMAC-SHA256 with a key of the service, one purpose at a time."""

import hmac


class HmacHash:
    """KeyedHash; the key must stay for as long as the hashes are compared."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def of(self, purpose: str, *parts: str) -> str:
        framed = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
        return hmac.digest(self._key, framed.encode(), "sha256").hex()
