"""HMAC-SHA256 with a key of the service, one purpose at a time."""

from redeem_app.keyed_digest import KeyedDigest


class HmacHash:
    """KeyedHash; the key must stay for as long as the hashes are compared."""

    def __init__(self, key: str) -> None:
        self._digest = KeyedDigest(key.encode(), "sha256")

    def of(self, purpose: str, *parts: str) -> str:
        framed = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
        return self._digest(framed.encode()).hex()
