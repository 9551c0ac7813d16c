"""What a bench found, as data: for the table, for the JSON file, for whoever compares two runs."""

import statistics
from dataclasses import dataclass, field
from typing import Final

from redeem_app.bench.machine import Machine


@dataclass
class Row:
    """One path of one subject, over all rounds."""

    subject: str
    path: str
    rates: list[float] = field(default_factory=list)
    """Answers per second, a figure for each round."""
    ratios: list[float] = field(default_factory=list)
    """To the bare view measured just before, round by round."""
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    little: list[float] = field(default_factory=list)
    """p50 times rate over connections: near 1, or connections were starved."""
    generator: list[float] = field(default_factory=list)
    """Share of a core that the load generator took; near 1, it was the limit."""
    errors: int = 0
    answer_bytes: int = 0


@dataclass
class OpenLoop:
    """Times at a fixed rate, from the moment a request was due."""

    subject: str
    path: str
    rate: int
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    """p99 over that of the bare view in the same round."""
    errors: int = 0


_MOST_BARE_THREADS: Final = 4


@dataclass
class Found:
    """Everything one run found."""

    machine: Machine
    workers: int
    threads: int
    connections: int
    rows: list[Row] = field(default_factory=list)
    growth: list[Row] = field(default_factory=list)
    """The same paths on tables of growing size; `subject` names the size, ratios are to the smallest."""
    hot: list[Row] = field(default_factory=list)
    """GetReward on one campaign; ratios are to the same on twenty."""
    open_loop: list[OpenLoop] = field(default_factory=list)
    instructions: dict[str, dict[str, float]] = field(default_factory=dict)
    """Per request, by size of the tables and by path; counted under cachegrind."""
    memory_mb: dict[str, float] = field(default_factory=dict)
    """Of one worker process, by subject."""
    durability: dict[str, str] = field(default_factory=dict)
    audits: dict[str, list[str]] = field(default_factory=dict)
    """What did not add up, by subject; empty lists are good."""
    noise_after: float = 0.0
    interrupted: bool = False

    @property
    def bare_threads(self) -> int:
        """Those of the bare view: with more it is slower, and the service would look the better for it."""
        return min(_MOST_BARE_THREADS, self.threads)

    @property
    def is_true(self) -> bool:
        """Whether every audit passed; if not, no speed is told."""
        return not any(self.audits.values())


def middle(values: list[float]) -> float:
    """The median; 0 of nothing."""
    return statistics.median(values) if values else 0.0


def ratio_and_range(values: list[float]) -> str:
    """`0.61 (0.58 to 0.64)`."""
    return f"{middle(values):.2f} ({min(values):.2f} to {max(values):.2f})" if values else "-"
