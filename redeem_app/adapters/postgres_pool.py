"""Connections to PostgreSQL, of which those in use are kept at hand between two statements.

The driver's pool opens them, bounds them, replaces those that broke and ends those that are old. Going through it for
each statement takes locks and costs as much of a core as the statement itself. So what was taken out of it stays out
for some time, on a stack; whoever finds none there waits at the pool, and gets the next that is free.
"""

import math
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any, Final

import psycopg
import psycopg_pool

from redeem_app.adapters.postgres_connection import PostgresConnection
from redeem_app.adapters.transactions import Row

AT_HAND: Final = 60.0
"""Seconds for which a connection stays out of the pool, which looks at its age when it comes back."""

_SILENCE: Final = {
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}
"""A server whose machine or network is gone says nothing; whoever waits for it is told after some twenty seconds."""


class Pooled(psycopg.Connection[Row]):
    """A connection as the pool knows it, with what runs statements on it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.statements = PostgresConnection(self)
        self.at_hand_until = 0.0


class Connections:
    """`size` of them at most; whoever gets none within `patience` seconds hears of it as of any fault."""

    def __init__(self, url: str, size: int, patience: float) -> None:
        self._pool = psycopg_pool.ConnectionPool(
            url,
            connection_class=Pooled,
            min_size=1,
            max_size=size,
            timeout=patience,
            open=False,
            kwargs={
                "cursor_factory": psycopg.RawCursor,
                "prepare_threshold": None,
                "autocommit": True,
                "connect_timeout": max(2, math.ceil(patience)),
                **_SILENCE,
            },
        )
        self._mutex = threading.Lock()
        self._is_open = False
        self._at_hand: deque[Pooled] = deque()
        self._waiting = 0
        """How many are at the pool; while there are any, and once it is closed, everything goes back to it."""

    def take(self) -> Pooled:
        """One that nothing has happened to while nobody used it: no server speaks to who does not ask."""
        while True:
            raw = self._next()
            if not raw.closed and not raw.statements.is_spoken_to:
                return raw
            raw.close()
            self._pool.putconn(raw)

    def give(self, raw: Pooled) -> None:
        """Bring back what was taken, in whatever state it is."""
        now, is_good = time.monotonic(), raw.statements.is_good
        if is_good and now < raw.at_hand_until and not self._is_awaited():
            self._at_hand.append(raw)
            if self._is_awaited():  # whoever came meanwhile may have looked before it was there
                self._put_back(math.inf)
            return
        if not is_good:
            raw.close()
        self._pool.putconn(raw)
        self._put_back(now)

    def close(self) -> None:
        """Close what nobody uses, and each of the others once it is brought back."""
        with self._mutex:
            self._waiting += 1
        self._pool.close()
        self._put_back(math.inf)

    def _is_awaited(self) -> bool:
        return self._waiting > 0

    def _next(self) -> Pooled:
        with suppress(IndexError):
            return self._at_hand.pop()
        self._open()
        with self._mutex:
            self._waiting += 1
        try:
            return self._from_pool()
        finally:
            with self._mutex:
                self._waiting -= 1

    def _from_pool(self) -> Pooled:
        with suppress(IndexError):  # one may have come before this one was known to wait
            return self._at_hand.pop()
        raw = self._pool.getconn()
        raw.at_hand_until = time.monotonic() + AT_HAND
        return raw

    def _put_back(self, until: float) -> None:
        """Give the pool those that are at hand until then at most."""
        with suppress(IndexError):
            while self._at_hand[0].at_hand_until <= until:
                self._pool.putconn(self._at_hand.popleft())

    def _open(self) -> None:
        # At first use, so that each process of a forking server has a pool of its own.
        if not self._is_open:
            with self._mutex:
                if not self._is_open:
                    self._pool.open()
                    self._is_open = True
