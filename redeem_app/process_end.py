"""How a worker process hears that it was told to end: once, in a thread of its own, whoever tells it and how often.

A terminal's Ctrl-C and a service manager tell every process, and then the first of them tells its workers again. A
handler that is run by the second signal in the middle of the first can hang, so the signals are kept from all threads
and taken by one, which does what is to be done and then what the server's own handler would have done.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

_ENDS: Final = frozenset({signal.SIGTERM, signal.SIGINT})
_LOOKS: Final = 400
_LOOK_SECONDS: Final = 0.05

Handler = Callable[[int, FrameType | None], object]


def keep_signals() -> None:
    """Keep the signals from this thread and from all that it starts; before any is started."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)


def keep_signals_of_workers() -> None:
    """Likewise from every process that is forked from now on, so that none is lost before it can hear of it."""
    os.register_at_fork(before=keep_signals, after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS))


def when_told_to_end(act: Callable[[], None]) -> None:
    """Call `act` once, then the server's handler; signals have to be kept, and the server's handler to come later."""
    before = signal.getsignal(signal.SIGTERM)

    def end(number: int) -> None:
        act()
        handler = _servers_handler(before)
        if handler is None:  # told before the server began: it ends as any program does
            signal.raise_signal(signal.SIGKILL)
        else:
            handler(number, None)

    _listen(end)


def when_told_to_end_on(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    """The same for a server whose handler is the loop's, and is there; from the loop's thread."""

    def hand_on(number: int) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        signal.raise_signal(number)

    def end(number: int) -> None:
        act()
        loop.call_soon_threadsafe(hand_on, number)

    _listen(end)


def _listen(end: Callable[[int], None]) -> None:
    threading.Thread(target=lambda: end(signal.sigwait(_ENDS)), name="process-end", daemon=True).start()


def _servers_handler(before: object) -> Handler | None:
    """The handler that came after ours, waited for while the server begins."""
    pause = threading.Event()
    for _ in range(_LOOKS):
        handler = signal.getsignal(signal.SIGTERM)
        if handler is not before and callable(handler):
            return handler
        pause.wait(_LOOK_SECONDS)
    return None
