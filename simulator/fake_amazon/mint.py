"""Makes ids, codes and tokens: the same seed and the same order of acts give the same values.

They are not secrets: whoever knows the seed can foretell them, which is what a repeatable run wants.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator
from typing import Final

_UPPER: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_HEX: Final = "0123456789abcdef"
_MIXED: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_CODE_LENGTH: Final = 22
_TOKEN_LENGTH: Final = 360


class Mint:
    """One counter for each purpose, so that an extra sign-in does not change the gift cards after it."""

    def __init__(self, seed: int) -> None:
        self._key = f"fake-amazon:{seed}".encode()
        self._made: Counter[str] = Counter()

    def account_id(self) -> str:
        """Such as `amzn1.account.A` and 27 more capitals and digits."""
        return f"amzn1.account.A{self._text('account', _UPPER, 27)}"

    def client_id(self) -> str:
        """Such as `amzn1.application-oa2-client.` and 32 hexadecimal digits."""
        return f"amzn1.application-oa2-client.{self._text('client', _HEX, 32)}"

    def application_id(self) -> str:
        """Such as `amzn1.application.` and 32 hexadecimal digits."""
        return f"amzn1.application.{self._text('application', _HEX, 32)}"

    def authorization_code(self) -> str:
        """18 to 128 characters, as Amazon's."""
        return f"AN{self._text('code', _MIXED, _CODE_LENGTH)}"

    def access_token(self) -> str:
        """`Atza|` and enough characters to be over 350 in all."""
        return f"Atza|{self._text('access-token', _MIXED, _TOKEN_LENGTH)}"

    def refresh_token(self) -> str:
        """`Atzr|` and enough characters to be over 350 in all."""
        return f"Atzr|{self._text('refresh-token', _MIXED, _TOKEN_LENGTH)}"

    def claim_code(self) -> str:
        """`XXXX-XXXXXX-XXXX`."""
        text = self._text("claim-code", _UPPER, 14)
        return f"{text[:4]}-{text[4:10]}-{text[10:]}"

    def gift_card_id(self) -> str:
        """14 capitals and digits."""
        return f"A{self._text('gift-card', _UPPER, 13)}"

    def one_time_code(self) -> str:
        """Six digits."""
        return self._text("one-time-code", "0123456789", 6)

    def user_code(self) -> str:
        """What a person types for a device: six capitals and digits."""
        return self._text("user-code", _UPPER, 6)

    def word(self, purpose: str, length: int = 20) -> str:
        """An id of any other kind, of letters and digits."""
        return self._text(purpose, _MIXED, length)

    def request_id(self) -> str:
        """A UUID-like id, as Amazon sends with every answer."""
        text = self._text("request", _HEX, 32)
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _text(self, purpose: str, alphabet: str, length: int) -> str:
        self._made[purpose] += 1
        stream = self._bytes(f"{purpose}:{self._made[purpose]}")
        return "".join(alphabet[next(stream) % len(alphabet)] for _ in range(length))

    def _bytes(self, label: str) -> Iterator[int]:
        block = 0
        while True:
            yield from hmac.digest(self._key, f"{label}:{block}".encode(), hashlib.sha256)
            block += 1
