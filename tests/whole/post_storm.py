"""Many posts at once over connections that stay open; a client that costs little, so that the service is what races."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

CONNECTIONS = 200


class PostStorm:
    """Sends each request of a list over every one of its connections at the same time."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), parts.port

    def send(self, requests: Sequence[bytes]) -> list[list[str]]:
        """For each request, the status and `Location` of every answer."""
        # On a thread of its own: Playwright's loop runs on this one where a browser was used before.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(self._send(requests))).result()

    async def _send(self, requests: Sequence[bytes]) -> list[list[str]]:
        streams = [await asyncio.open_connection(self._host, self._port) for _ in range(CONNECTIONS)]
        try:
            return [await asyncio.gather(*(_answer(*stream, request) for stream in streams)) for request in requests]
        finally:
            for _, writer in streams:
                writer.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> str:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    await reader.readexactly(int(headers.get("content-length", "0")))
    return f"{status.split()[1]} {headers.get('location', '')}"
