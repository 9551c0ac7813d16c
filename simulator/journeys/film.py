"""What is kept of a journey: one frame for each step, with a picture, its time, and what was seen."""

import shlex
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation and what was seen instead, if it was something else."""

    name: str
    wanted: object
    seen: object

    @property
    def holds(self) -> bool:
        """Whether what was seen is what was expected."""
        return self.wanted == self.seen


@dataclass(slots=True)
class Frame:
    """One step as it went."""

    verb: str
    who: str
    note: str
    at: str
    """The world's time when it began, ISO 8601."""
    told: str = ""
    """The verb in words, with what it was given: `breaks (amazon-down)`."""
    seconds: float = 0.0
    """Real time that it took."""
    saw: str = ""
    picture: bytes = b""
    checks: list[Check] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    """What stands in the way of people with disabilities; only of pages of the service, and where it was looked for."""
    error: str = ""

    @property
    def words(self) -> str:
        """Who did what."""
        return f"{self.who} {self.told or self.verb.replace('_', ' ')}"

    @property
    def went_well(self) -> bool:
        """Whether it could be done and everything expected was seen."""
        return not self.error and all(check.holds for check in self.checks)

    @property
    def trouble(self) -> str:
        """What went wrong, in a sentence; empty where nothing did."""
        if self.error:
            return self.error
        wrong = [c for c in self.checks if not c.holds]
        return "; ".join(f"expected {c.name} {c.wanted!r}, saw {c.seen!r}" for c in wrong)


@dataclass(slots=True)
class Film:
    """One journey: a scenario on a device and host with a seed, frame by frame."""

    scenario: str
    title: str
    device: str
    host: str
    seed: int
    known_as: str
    """What a command calls the scenario."""
    frames: list[Frame] = field(default_factory=list)
    ledger: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """What Amazon was asked, and how it answered."""
    told: list[str] = field(default_factory=list)
    """What pages told the app around them."""
    traces: list[str] = field(default_factory=list)
    """Playwright's traces of a journey that went wrong, in the report's folder."""
    event_log: str = ""
    seconds: float = 0.0
    error: str = ""
    """Why it could not be played at all."""
    broken: list[str] = field(default_factory=list)
    """What held no longer at the end, though it must after every journey: a sentence for each."""

    @property
    def went_well(self) -> bool:
        """Whether every step went as expected."""
        steps_went_well = bool(self.frames) and all(frame.went_well for frame in self.frames)
        return not self.error and not self.broken and steps_went_well

    @property
    def trouble(self) -> str:
        """The first thing that went wrong; empty where nothing did."""
        steps = (f"{f.verb}: {f.trouble}" for f in self.frames if not f.went_well)
        return self.error or next(steps, "") or " ".join(self.broken)

    @property
    def again(self) -> str:
        """The command that plays this journey again."""
        on = f"--device {self.device} --host {self.host} --seed {self.seed}"
        return f"python3 -m simulator run {shlex.quote(self.known_as)} {on}"
