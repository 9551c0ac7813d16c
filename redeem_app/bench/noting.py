"""Puts what the load generator brought back into the figures."""

from redeem_app.bench import load
from redeem_app.bench.figures import OpenLoop, Row


def note(row: Row, outcome: load.Outcome, connections: int) -> None:
    """Add a slot's figures to its path's."""
    row.rates.append(round(outcome.rate, 1))
    row.p50_ms.append(round(outcome.percentile(0.5) * 1000, 2))
    row.p99_ms.append(round(outcome.percentile(0.99) * 1000, 2))
    row.little.append(round(outcome.percentile(0.5) * outcome.rate / connections, 2))
    row.generator.append(round(outcome.busy, 2))
    row.answer_bytes = outcome.answer_bytes


def note_times(row: OpenLoop, outcome: load.Outcome, bare: load.Outcome) -> None:
    """The same at a fixed rate, beside the bare view's."""
    p99 = outcome.percentile(0.99)
    row.p50_ms.append(round(outcome.percentile(0.5) * 1000, 2))
    row.p99_ms.append(round(p99 * 1000, 2))
    row.ratios.append(p99 / (bare.percentile(0.99) or 1))
