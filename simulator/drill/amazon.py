"""The fake Amazon of a drill: a process of its own with a journal, spoken to through its control plane."""

import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx

from simulator.drill.process import Process
from simulator.service import ServiceFailed, free_port
from simulator.verdict import Applied

READY_SECONDS: Final = 60.0
LOOK_EVERY: Final = 0.02
START: Final = "from simulator.cli import main; main()"
OF_THE_DELIVERY: Final = "LoadAmazonBalance"


class AmazonOfTheDrill:
    """May be killed at any time; started again, it knows what it did."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        port = free_port()
        self.clock = folder / "clock"
        self.url = f"http://localhost:{port}"
        command = [sys.executable, "-c", START, "amazon", "--port", str(port), "--control"]
        files = ["--journal", str(folder / "journal"), "--clock-file", str(self.clock)]
        self.process = Process([*command, *files], folder)
        self._control = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10.0, trust_env=False)

    def start(self) -> None:
        """Start and wait until it answers. Raises ServiceFailed."""
        self.process.start()
        until(lambda: self._ask("GET", "/control/settings") is not None, "the fake Amazon answers", READY_SECONDS)

    def close(self) -> None:
        """End it."""
        self.process.stop()
        self._control.close()

    def tell(self, order: str, **what: Any) -> None:
        """An order of the control plane. Raises ServiceFailed."""
        answer = self._control.post(f"/control/{order}", json=what)
        if not answer.is_success:
            raise ServiceFailed(f"The fake Amazon refused {order}: {answer.text}")

    def holds_deliveries(self, *, applied: bool, times: int | None = 1) -> None:
        """The next deliveries get no answer; `applied`: they take effect all the same."""
        self.tell("faults", operation=OF_THE_DELIVERY, kind="never", applied=applied, times=times)

    def is_well(self) -> None:
        """No fault waits any more."""
        self._control.delete("/control/faults")

    def wait_until_held(self, number: int = 1) -> None:
        """Until so many deliveries have been asked for and are held. Raises ServiceFailed."""
        until(lambda: self._held() >= number, "a delivery is under way", READY_SECONDS)

    def applied(self) -> list[Applied]:
        """What has taken effect."""
        told = self._ask("GET", "/control/applications") or {"applications": []}
        return [Applied(one["request_id"], one["user_id"]) for one in told["applications"] if not one["undone"]]

    def _held(self) -> int:
        told = self._ask("GET", f"/control/requests?operation={OF_THE_DELIVERY}") or {"requests": []}
        return sum(one["fault"] == "never" for one in told["requests"])

    def _ask(self, method: str, path: str) -> dict[str, Any] | None:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            answer = self._control.request(method, path)
            return dict(answer.json()) if answer.is_success else None
        return None


def until(seen: Callable[[], bool], what: str, seconds: float) -> float:
    """Look again and again; gives how many seconds it took. Raises ServiceFailed when it never comes."""
    began = time.monotonic()
    while not seen():
        if time.monotonic() - began > seconds:
            raise ServiceFailed(f"Waited {seconds:.0f} s in vain until {what}.")
        time.sleep(LOOK_EVERY)
    return time.monotonic() - began
