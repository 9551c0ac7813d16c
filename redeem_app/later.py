"""A part that is slow to load and seldom used: made when it is first asked for."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Holds what `make` makes, once it was asked for; made once, whichever thread comes first."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._one_at_a_time = threading.Lock()
        self.made: T | None = None
        """None until somebody has asked."""

    def get(self) -> T:
        """The part. Raises what `make` raises; then the next one who asks tries again."""
        if self.made is None:
            with self._one_at_a_time:
                if self.made is None:
                    self.made = self._make()
        return self.made
