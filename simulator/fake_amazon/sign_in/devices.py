"""Sign-in for devices without a browser: a pair of codes, one polled by the device, one typed by the person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulator.fake_amazon.mint import Mint
from simulator.fake_amazon.settings import Settings


@dataclass(slots=True, kw_only=True)
class CodePair:
    """One device's wish to be signed in; `user_id` is whoever typed the code."""

    user_code: str
    device_code: str
    client_id: str
    scopes: tuple[str, ...]
    expires_at: datetime
    user_id: str | None = None
    polled_at: datetime | None = None


class NotYet(Exception):
    """The device must go on asking; tells the error of RFC 8628 s. 3.5."""


class UnknownPair(Exception):
    """No such pair of codes, or no more."""


@dataclass(slots=True)
class Devices:
    """All pairs of one world."""

    mint: Mint
    settings: Callable[[], Settings]
    now: Callable[[], datetime]
    _pairs: dict[str, CodePair] = field(default_factory=dict)

    def begin(self, client_id: str, scopes: tuple[str, ...]) -> CodePair:
        """A new pair."""
        pair = CodePair(
            user_code=self.mint.user_code(),
            device_code=self.mint.word("device-code", 40),
            client_id=client_id,
            scopes=scopes,
            expires_at=self.now() + self.settings().device_code_lifetime,
        )
        self._pairs[pair.user_code] = pair
        return pair

    def enter(self, user_code: str, user_id: str) -> CodePair:
        """A person who is signed in types the code. Raises UnknownPair."""
        pair = self._live(user_code)
        pair.user_id = user_id
        return pair

    def poll(self, user_code: str, device_code: str, client_id: str) -> tuple[str, CodePair]:
        """Who typed the code; the pair is then used up. Raises NotYet, UnknownPair."""
        pair = self._live(user_code)
        if (pair.device_code, pair.client_id) != (device_code, client_id):
            raise UnknownPair
        now, before = self.now(), pair.polled_at
        pair.polled_at = now
        if pair.user_id is not None:
            del self._pairs[pair.user_code]
            return pair.user_id, pair
        too_soon = before is not None and now - before < self.settings().device_poll_interval
        raise NotYet("slow_down" if too_soon else "authorization_pending")

    def _live(self, user_code: str) -> CodePair:
        pair = self._pairs.get(user_code.strip().upper())
        if pair is None or self.now() >= pair.expires_at:
            raise UnknownPair
        return pair
