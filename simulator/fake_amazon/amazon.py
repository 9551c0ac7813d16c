"""A fake Amazon to start, seed, look into and stop."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from simulator.fake_amazon.accounts import Message
from simulator.fake_amazon.application import application
from simulator.fake_amazon.applications import Application, applications_in
from simulator.fake_amazon.clock import Clock, clock_from
from simulator.fake_amazon.control.urls import ControlPlane
from simulator.fake_amazon.door import Door
from simulator.fake_amazon.faults import Faults
from simulator.fake_amazon.journal import Journal
from simulator.fake_amazon.requests_seen import RequestSeen
from simulator.fake_amazon.seeding import Seeding
from simulator.fake_amazon.server import Server
from simulator.fake_amazon.settings import Settings
from simulator.fake_amazon.tunnel import AMAZON_HOSTS, Tunnel
from simulator.fake_amazon.world import World

if TYPE_CHECKING:
    from simulator.fake_amazon.tls import Certificate


@dataclass(frozen=True, slots=True)
class _Running:
    """What a fake that serves holds open."""

    server: Server
    door: Door
    certificate: "Certificate | None"
    tunnel: Tunnel | None

    def start(self) -> None:
        self.server.start()
        if self.tunnel is not None:
            self.tunnel.start()

    def stop(self) -> None:
        self.door.stopping.set()
        self.server.stop()
        if self.tunnel is not None:
            self.tunnel.stop()
        if self.certificate is not None:
            self.certificate.remove()


class FakeAmazon(Seeding):
    """One fake Amazon, with a world of its own.

    `clock` is nothing (real time), the path of a clock file, or a clock; `seed` makes ids repeatable; `control`
    opens `/control/` to loopback callers; `journal` is a file by which it knows again, after a kill, what it did.
    """

    def __init__(
        self,
        clock: Clock | Path | str | None = None,
        seed: int = 0,
        *,
        settings: Settings | None = None,
        control: bool = False,
        journal: Path | None = None,
    ) -> None:
        super().__init__(World(clock_from(clock), seed, settings or Settings()), threading.RLock())
        self.base_url = ""
        self._control = control
        self._journal = Journal(journal) if journal is not None else None
        self._running: _Running | None = None

    def start(self, port: int = 0, host: str = "127.0.0.1", *, tls: bool = False) -> str:
        """Serve on a port (0: any free one) and tell the base URL, such as `http://127.0.0.1:40123`.

        With `tls`, over https: `certificate` is the file for a client to trust, and `https_proxy` leads Amazon's own
        host names here, for clients whose hosts can't be set. Raises OSError when the port is taken.
        """
        if self._running is not None:
            raise RuntimeError("this fake Amazon is running already")
        certificate = _certificate() if tls else None
        app = application(self.world, ControlPlane(self) if self._control else None)
        door = Door(app, self.world, self._lock, self._journal)
        server = Server(door, host, port, certificate.context if certificate else None)
        self._running = _Running(server, door, certificate, Tunnel(server.port) if tls else None)
        self._running.start()
        shown = f"[{host}]" if ":" in host else host
        self.base_url = f"{'https' if tls else 'http'}://{shown}:{server.port}"
        return self.base_url

    def stop(self) -> None:
        """Stop serving; calls that a fault holds lose their connection. What was seen and done can still be read."""
        if self._running is None:
            return
        self._running.stop()
        self._running = None

    def __enter__(self) -> Self:
        if self._running is None:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def certificate(self) -> Path | None:
        """What a client trusts of a fake that runs with `tls`."""
        return self._running.certificate.authority if self._running and self._running.certificate else None

    @property
    def https_proxy(self) -> str:
        """What a client's `HTTPS_PROXY` is set to; empty without `tls`."""
        return self._running.tunnel.url if self._running and self._running.tunnel else ""

    @property
    def clock(self) -> Clock:
        """The world's clock; `advance`, `stand_at` and `run_on` move it."""
        return self.world.clock

    @property
    def faults(self) -> Faults:
        """What is to go wrong: `faults.cut("LoadAmazonBalance")`."""
        return self.world.faults

    @property
    def settings(self) -> Settings:
        """What can be set as a whole."""
        return self.world.settings

    def set(self, **changes: object) -> None:
        """Change settings by name: `set(webviews=WebviewRule.ALLOW)`."""
        with self._lock:
            self.world.settings = replace(self.world.settings, **changes)  # type: ignore[arg-type]

    def reset(self) -> None:
        """Forget everything but the clock and the settings."""
        with self._lock:
            self.world.reset()

    @property
    def requests_seen(self) -> tuple[RequestSeen, ...]:
        """What was asked, oldest first, without what went to the control plane."""
        return self.world.requests_seen.all()

    def requests_of(self, operation: str) -> tuple[RequestSeen, ...]:
        """What was asked of one operation."""
        return self.world.requests_seen.all(operation)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The one-time codes that were sent, oldest first."""
        return tuple(self.world.accounts.messages)

    def applications(self) -> tuple[Application, ...]:
        """Every gift card issued and every balance loaded, for counting: one for each effect, not for each call."""
        with self._lock:
            return applications_in(self.world.ledger)


def _certificate() -> "Certificate":
    from simulator.fake_amazon.tls import Certificate  # noqa: PLC0415 - slow to load, seldom used

    return Certificate(AMAZON_HOSTS)
