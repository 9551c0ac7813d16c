"""A loop on a thread of its own, whose requests share that thread, as those of the service do on SQLite."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextvars import Context
from types import TracebackType
from typing import Any, Self, TypeVar

from redeem_app.adapters.sqlite_database import SqliteDatabase
from redeem_app.adapters.transactions import Connection
from redeem_app.cooperative import Requests

T = TypeVar("T")


class ALoop:
    """`submit` as a pool of threads has it; each call is a request."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.requests = Requests(self.loop)
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def submit(self, act: Callable[..., T], *given: Any) -> Future[T]:
        """Begin a request."""
        return asyncio.run_coroutine_threadsafe(self.requests.run(lambda: act(*given), Context()), self.loop)

    def at_once(self, acts: Sequence[Callable[[], object]]) -> list[BaseException | None]:
        """Run requests that arrive together; what each raised."""

        async def gathered() -> list[object]:
            return await asyncio.gather(*(self.requests.run(act, Context()) for act in acts), return_exceptions=True)

        results = asyncio.run_coroutine_threadsafe(gathered(), self.loop).result(30)
        return [result if isinstance(result, BaseException) else None for result in results]


class AskedOnALoop(SqliteDatabase):
    """A database that is read and written by requests on a loop, whoever asks."""

    def on(self, loop: ALoop) -> Self:
        """Have its requests run there."""
        self._asked = loop
        return self

    def read(self, work: Callable[[Connection], T]) -> T:
        asked: Future[T] = self._asked.submit(super().read, work)
        return asked.result(30)

    def write(self, work: Callable[[Connection], T]) -> T:
        asked: Future[T] = self._asked.submit(super().write, work)
        return asked.result(30)
