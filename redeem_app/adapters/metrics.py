"""Counters for Prometheus; with several processes, through prometheus_client's files (PROMETHEUS_MULTIPROC_DIR)."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

from redeem_app.domain.watching import Figures

_LATENCIES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 12.0)


class PrometheusMeter:
    """Meter that `/metrics` reads out, together with the figures from the records."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._opened = Counter("redeem_opened", "Reward pages shown.", registry=self._registry)
        self._refused = Counter("redeem_refused", "Refusals.", ["reason", "whom"], registry=self._registry)
        self._settled = Counter(
            "redeem_settled", "Applications that came to an outcome.", ["outcome"], registry=self._registry
        )
        self._partner = Histogram(
            "redeem_partner_seconds",
            "How long Amazon took to answer.",
            ["call", "outcome"],
            buckets=_LATENCIES,
            registry=self._registry,
        )

    def opened(self) -> None:
        self._opened.inc()

    def refused(self, reason: str, whom: str) -> None:
        self._refused.labels(reason, whom).inc()

    def settled(self, outcome: str) -> None:
        self._settled.labels(outcome).inc()

    def partner_answered(self, call: str, outcome: str, seconds: float) -> None:
        self._partner.labels(call, outcome).observe(seconds)

    def exposition(self, figures: Figures) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._counted()) + generate_latest(_gauges(figures))

    def _counted(self) -> CollectorRegistry:
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return self._registry
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return together


def _gauges(figures: Figures) -> CollectorRegistry:
    registry = CollectorRegistry()
    rewards = Gauge("redeem_rewards", "Rewards by state.", ["state"], registry=registry)
    for state, count in figures.states.items():
        rewards.labels(state).set(count)
    Gauge("redeem_unsettled", "Applications whose outcome is not known.", registry=registry).set(figures.unsettled)
    Gauge("redeem_unsettled_oldest_seconds", "Age of the oldest of them.", registry=registry).set(
        figures.oldest_unsettled.total_seconds()
    )
    left = Gauge("redeem_budget_left_ratio", "Share of the budget left.", ["campaign"], registry=registry)
    for budget in figures.budgets:
        left.labels(budget.campaign_id).set(budget.left / budget.total if budget.total else 0)
    trouble = Gauge("redeem_partner_trouble", "1 for a trouble only an operator mends.", ["problem"], registry=registry)
    for seen in figures.troubles:
        trouble.labels(seen.problem).set(1)
    return registry


class NoMeter:
    """Meter for where nobody looks."""

    def opened(self) -> None:
        pass

    def refused(self, reason: str, whom: str) -> None:
        pass

    def settled(self, outcome: str) -> None:
        pass

    def partner_answered(self, call: str, outcome: str, seconds: float) -> None:
        pass
