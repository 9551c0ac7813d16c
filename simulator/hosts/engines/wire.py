"""A host script as a process: one JSON object a line, what is asked on its stdin, answers and events on its stdout.

Asked: `{"id", "do": "load" | "evaluate" | "press" | "snapshot" | "close", ...}`. Answered: `{"id", "value"}` or
`{"id", "error"}`; in between, `{"event", ...}`. The script ends when its stdin does.
"""

import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulator.hosts.engines.engine import CRASHED, EngineFailed, Event

ANSWER_SECONDS: Final = 60.0
END_SECONDS: Final = 10.0
_LAST_WORDS: Final = 1500


class HostProcess:
    """One host script while it runs. Raises EngineFailed where it doesn't start."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            command,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            bufsize=1,
        )
        self._told: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._events: list[Event] = []
        self._asked = 0
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            self.name = self.wait_event("started").text
        except EngineFailed:
            self.close()
            raise

    def ask(self, do: str, **more: Any) -> Any:
        """Ask for something and wait for the answer. Raises EngineFailed."""
        self._asked += 1
        asked = json.dumps({"id": self._asked, "do": do, **more})
        try:
            print(asked, file=self._process.stdin, flush=True)
        except (OSError, ValueError):
            raise EngineFailed(f"The engine's process has ended. {self._last_words()}") from None
        while True:
            told = self._next(f"an answer to {do!r}")
            if told.get("id") == self._asked:
                if "error" in told:
                    raise EngineFailed(str(told["error"]))
                return told.get("value")

    def wait_event(self, *kinds: str) -> Event:
        """The next event of these kinds that nobody has taken. Raises EngineFailed when none comes."""
        while True:
            found = next((event for event in self._events if event.kind in kinds), None)
            if found is not None:
                self._events.remove(found)
                return found
            self._next(f"the event {' or '.join(kinds)}")

    def forget(self, *kinds: str) -> None:
        """Leave out all events of these kinds that have come."""
        while not self._told.empty():
            self._next("an event")
        self._events = [event for event in self._events if event.kind not in kinds]

    def events(self) -> list[Event]:
        """All events so far that nobody has taken."""
        while not self._told.empty():
            self._next("an event")
        taken, self._events = self._events, []
        return taken

    def close(self) -> None:
        """End the process."""
        if self._process.poll() is None and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    def _listen(self) -> None:
        if self._process.stdout is None:
            return
        for line in self._process.stdout:
            self._told.put(json.loads(line))
        self._told.put(None)

    def _next(self, wanted: str) -> dict[str, Any]:
        try:
            told = self._told.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise EngineFailed(f"The engine gave no sign: waited for {wanted}.") from None
        if told is None:
            raise EngineFailed(f"The engine's process has ended: waited for {wanted}. {self._last_words()}")
        if "event" in told:
            text = told.get("message") or told.get("url") or told.get("engine") or ""
            self._events.append(Event(str(told["event"]), str(text)))
            if told["event"] == CRASHED:
                raise EngineFailed("The page's process has crashed.")
        return told

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-_LAST_WORDS:].strip()
