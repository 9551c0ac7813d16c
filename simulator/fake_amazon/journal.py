"""What a fake Amazon did, on disk, so that it can be killed and know it again; the real one forgets nothing either.

Each call is written down, durably, before it takes effect, and done again at the start. Ids come from the seed, so
they are the same. What was to go wrong (faults) and the clock are not kept; moments are those of the new start.
"""

import base64
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NOT_KEPT: Final = ("/control/faults", "/control/clock", "/control/reset")
_SERVER: Final[dict[str, Any]] = {
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class Journal:
    """One file of calls, oldest first; a last line that was cut off by a kill is left out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def calls(self) -> Iterator[tuple["WSGIEnvironment", bytes]]:
        """What was written down in earlier lives."""
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                environ, body = json.loads(line)
            except ValueError:
                return
            yield {**_SERVER, **environ}, base64.b64decode(body)

    def note(self, environ: "WSGIEnvironment", body: bytes) -> None:
        """Write a call down before it takes effect."""
        if str(environ.get("PATH_INFO", "")).startswith(NOT_KEPT) or _changes_nothing(environ):
            return
        kept = {name: value for name, value in environ.items() if isinstance(value, str)}
        line = json.dumps([kept, base64.b64encode(body).decode("ascii")]) + "\n"
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


def _changes_nothing(environ: "WSGIEnvironment") -> bool:
    return environ["REQUEST_METHOD"] == "GET" and str(environ.get("PATH_INFO", "")).startswith("/control/")
