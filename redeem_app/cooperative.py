"""Many requests on one thread: each in a greenlet, which lets the others on for as long as it waits.

The code of a request stays plain code, one step after the other. Where it would wait, for a commit or for another
machine, it waits at a `place`, or has it done `in_thread`; on a thread of its own it simply waits. Whatever else it
calls has to be quick, since nobody else is answered meanwhile, and no lock may be held where it waits.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import cache
from typing import Any, Final, TypeVar

from greenlet import GreenletExit, getcurrent, greenlet

T = TypeVar("T")

THREADS: Final = 32
"""Calls `in_thread` that are under way at once; as many as an adapter of Amazon has connections."""


class _Request(greenlet):
    """What runs on a loop for one request, and then for the next: a new one for each would cost more than most need."""

    def __init__(self, loop: asyncio.AbstractEventLoop, hub: greenlet) -> None:
        super().__init__()
        self.loop = loop
        self.hub = hub
        """Awaits what it is given, and comes back then."""

    def run(self, act: Callable[[], Any], context: Context) -> None:
        while True:
            result, fault = None, None
            try:
                result = context.run(act)
            except GreenletExit:  # nobody waits for it any more
                raise
            except BaseException as raised:  # noqa: BLE001 - its caller's
                fault = raised
            del act, context
            act, context = self.hub.switch((result, fault))


class OnThread:
    """Where a thread waits until it is called, once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def wait(self) -> None:
        """Return when called, at once if that has been."""
        self._lock.acquire()

    def call(self) -> None:
        """Have who waits go on; from any thread."""
        self._lock.release()


class OnLoop:
    """Where a request waits until it is called, once, while its loop goes on with others."""

    def __init__(self, request: _Request) -> None:
        self.loop = request.loop
        self._request = request
        self._called = request.loop.create_future()

    def wait(self) -> None:
        """Return when called, at once if that has been."""
        self._request.hub.switch(self._called)

    def call(self) -> None:
        """Have who waits go on; from any thread."""
        self.loop.call_soon_threadsafe(self.call_here)

    def call_here(self) -> None:
        """Have who waits go on; from the loop's thread."""
        if not self._called.done():  # it is, where the server gave the request up
            self._called.set_result(None)


Place = OnThread | OnLoop


def place() -> Place:
    """A place for whoever calls this to wait at."""
    current = getcurrent()
    return OnLoop(current) if isinstance(current, _Request) else OnThread()


def call_all(places: Iterable[Place]) -> None:
    """Have them all go on; a loop is told once."""
    of_loops: dict[asyncio.AbstractEventLoop, list[OnLoop]] = {}
    for waiting in places:
        if isinstance(waiting, OnLoop):
            of_loops.setdefault(waiting.loop, []).append(waiting)
        else:
            waiting.call()
    for loop, here in of_loops.items():
        loop.call_soon_threadsafe(_call_here, here)


def _call_here(places: list[OnLoop]) -> None:
    for waiting in places:
        waiting.call_here()


class Requests:
    """The requests of one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._idle: list[_Request] = []

    async def run(self, act: Callable[[], T], context: Context) -> T:
        """What `act` gives, run in `context` on this thread; while it waits at a place, the loop goes on."""
        request = self._idle.pop() if self._idle else _Request(self._loop, getcurrent())
        given = request.switch(act, context)
        while isinstance(given, asyncio.Future):
            await given
            given = request.switch()
        self._idle.append(request)
        result, fault = given
        if fault is not None:
            raise fault
        found: T = result
        return found


def in_thread(act: Callable[[], T]) -> T:
    """What `act` gives, which may wait for anything: on another thread, if this one is a loop's."""
    current = getcurrent()
    if not isinstance(current, _Request):
        return act()
    done, here = _pool().submit(copy_context().run, act), OnLoop(current)
    done.add_done_callback(lambda _: here.call())
    here.wait()
    return done.result()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="waiting")
