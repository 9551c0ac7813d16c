"""Tells who asks for it that this process was told to end, beside the server, which has the signals for itself."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Final

_ENDS: Final = frozenset({signal.SIGTERM, signal.SIGINT})


def when_told_to_end(act: Callable[[], None]) -> None:
    """Call `act` once, in a thread of its own. From the main thread only, and once a process.

    Python writes the number of each signal that has a handler into a pipe (`signal.set_wakeup_fd`), whoever sets the
    handler, and whenever.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def listen() -> None:
        while number := os.read(heard, 1):
            if number[0] in _ENDS:
                act()
                return

    threading.Thread(target=listen, name="process-end", daemon=True).start()
