"""The network between a phone in a person's hands and the world: a relay for each address, as good or bad as wanted.

A browser of ours can be told to be slow; a frame in somebody's own browser, or a real phone, can't. So the way there is
slowed: bytes wait here, or find nobody. What servers say to one another does not come this way, or passes untouched.
"""

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final, Self

CHUNK: Final = 4096
ON_THE_WAY: Final = 64
"""Chunks of one connection that are under way at most; the sender waits for the rest."""
UnderWay = asyncio.Queue[tuple[bytes, float]]
"""Chunks, and when each arrives; an empty one is the end."""
_BROWSER: Final = b"\r\nuser-agent: mozilla/"


@dataclass(frozen=True, slots=True)
class Conditions:
    """How good a network is: `latency` in seconds from a question to its answer, `throughput` in bytes a second."""

    latency: float = 0.0
    throughput: float = float("inf")
    is_there: bool = True


WELL: Final = Conditions()
OFFLINE: Final = Conditions(is_there=False)
SLOW_3G: Final = Conditions(latency=2.0, throughput=50_000)


@dataclass(slots=True)
class _Lead:
    """From one address to another. `has_servers`: servers call there too; whoever is no browser is one."""

    address: str
    port: int
    to: tuple[str, int]
    has_servers: bool
    listening: asyncio.Server | None = None


class _Line:
    """One direction, which all connections of the phone share: a byte leaves when those before it have left."""

    def __init__(self) -> None:
        self._free_at = 0.0

    def arrival(self, size: int, conditions: Conditions) -> float:
        """When so many bytes, sent now, arrive at the other end."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + size / conditions.throughput
        return self._free_at + conditions.latency / 2


class PhoneNetwork:
    """Relays in a thread of their own, between entering and leaving; `becomes` changes all of them at once."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="phone-network", daemon=True)
        self._conditions = WELL
        self._leads: list[_Lead] = []
        self._carried: dict[asyncio.Task[None], bool] = {}
        """What is under way, and whether a phone is at its end."""
        self._up, self._down = _Line(), _Line()

    def __enter__(self) -> Self:
        """Ready for leads."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Carry nothing any more."""
        self._wait_for(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def lead(self, address: str, port: int, to: tuple[str, int], *, has_servers: bool = False) -> None:
        """From now on, what connects to `address` and `port` is carried on to `to`. Raises OSError."""
        new = _Lead(address, port, to, has_servers)
        self._wait_for(self._listen(new))
        self._leads.append(new)

    def becomes(self, conditions: Conditions) -> None:
        """From now on the network is like this, for connections that are open too."""
        self._wait_for(self._change(conditions))

    def _wait_for(self, act: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(act, self._loop).result()

    async def _listen(self, lead: _Lead) -> None:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._accept(lead, reader, writer)

        lead.listening = await asyncio.start_server(accept, lead.address, lead.port)

    async def _change(self, conditions: Conditions) -> None:
        self._conditions = conditions
        if not conditions.is_there:
            await self._hang_up(phones_only=True)
        for lead in self._leads:
            # Where servers call too, somebody has to listen and see who it is.
            is_open = conditions.is_there or lead.has_servers
            if is_open and lead.listening is None:
                await self._listen(lead)
            elif not is_open and lead.listening is not None:
                lead.listening.close()
                lead.listening = None

    async def _end(self) -> None:
        for lead in self._leads:
            if lead.listening is not None:
                lead.listening.close()
        await self._hang_up(phones_only=False)

    async def _hang_up(self, *, phones_only: bool) -> None:
        ended = [task for task, is_phones in self._carried.items() if is_phones or not phones_only]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def _accept(self, lead: _Lead, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio calls this in a task
        self._carried[task] = not lead.has_servers
        try:
            first = await reader.read(CHUNK)
            is_phones = self._carried[task] = not lead.has_servers or _BROWSER in first.lower()
            if first and (self._conditions.is_there or not is_phones):
                await self._carry(first, reader, writer, lead.to, is_phones=is_phones)
        except (OSError, asyncio.CancelledError):
            pass  # whoever is at the other end sees the connection break off, and that is all that happens
        finally:
            del self._carried[task]
            writer.transport.abort()

    async def _carry(
        self,
        first: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        to: tuple[str, int],
        *,
        is_phones: bool,
    ) -> None:
        further, onward = await asyncio.open_connection(*to)
        up, down = (self._up, self._down) if is_phones else (None, None)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._move(first, reader, onward, up))
                both.create_task(self._move(b"", further, writer, down))
        except* OSError:
            pass
        finally:
            onward.transport.abort()

    async def _move(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line | None
    ) -> None:
        """Everything that one end says to the other, each chunk when it would arrive."""
        under_way: UnderWay = asyncio.Queue(ON_THE_WAY)
        async with asyncio.TaskGroup() as both_ends:
            both_ends.create_task(_arrive(under_way, writer))
            chunk = first or await reader.read(CHUNK)
            while chunk:
                await under_way.put((chunk, line.arrival(len(chunk), self._conditions) if line else 0.0))
                chunk = await reader.read(CHUNK)
            await under_way.put((b"", 0.0))


async def _arrive(under_way: UnderWay, writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    while True:
        chunk, at = await under_way.get()
        if not chunk:
            break
        await asyncio.sleep(max(0.0, at - loop.time()))
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()
