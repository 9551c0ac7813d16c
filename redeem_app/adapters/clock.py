"""The time: real, or in a sandbox moved by a file that every process of the world reads."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """Real time plus the offset in a file (`+86400`), or the moment that it names (`=1767225600`), in seconds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] = (0, 0)
        self._text = ""

    def now(self) -> datetime:
        text = self._current()
        if text.startswith("="):
            return datetime.fromtimestamp(float(text[1:]), UTC)
        return datetime.fromtimestamp(time.time() + float(text or 0), UTC)

    def _current(self) -> str:
        """The file's text; read again only when the file has changed."""
        try:
            status = os.stat(self._path)  # noqa: PTH116 - on the path of every request
        except FileNotFoundError:
            return ""
        seen = (status.st_mtime_ns, status.st_ino)
        if seen != self._seen:
            self._text = self._path.read_text(encoding="utf-8").strip()
            self._seen = seen
        return self._text
