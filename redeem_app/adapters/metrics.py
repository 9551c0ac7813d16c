"""Counters for Prometheus; with several processes, through prometheus_client's files (PROMETHEUS_MULTIPROC_DIR)."""

import os
from collections import Counter as Counted
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from redeem_app.domain.money import Money
from redeem_app.domain.reward import RewardState
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
        return generate_latest(self._counted()) + generate_latest(_of(figures))

    def _counted(self) -> CollectorRegistry:
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return self._registry
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return together


def _of(figures: Figures) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_OfRecords(figures))
    return registry


class _OfRecords(Collector):
    """The figures as metrics; every process tells the same ones, so dashboards take their maximum."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        yield from self._rewards()
        yield from self._applications()
        yield from self._budgets()
        trouble = GaugeMetricFamily(
            "redeem_partner_trouble", "1 for a trouble only an operator mends.", labels=["problem"]
        )
        for seen in self._figures.troubles:
            trouble.add_metric([seen.problem], 1)
        yield trouble

    def _rewards(self) -> Iterator[Metric]:
        states = GaugeMetricFamily("redeem_rewards", "Rewards by state.", labels=["campaign", "state"])
        issued: Counted[str] = Counted()
        applied = CounterMetricFamily("redeem_applied", "Rewards applied to an account.", labels=["campaign"])
        for (campaign, state), count in self._figures.states.items():
            states.add_metric([campaign, state], count)
            issued[campaign] += count
            if state == RewardState.APPLIED:
                applied.add_metric([campaign], count)
        ever = CounterMetricFamily("redeem_issued", "Rewards issued, whatever became of them.", labels=["campaign"])
        for name, count in issued.items():
            ever.add_metric([name], count)
        yield from (states, ever, applied)

    def _applications(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("redeem_unsettled", "Applications whose outcome is not known.", self._figures.unsettled)
        oldest = self._figures.oldest_unsettled.total_seconds()
        yield GaugeMetricFamily("redeem_unsettled_oldest_seconds", "Age of the oldest of them.", oldest)

    def _budgets(self) -> Iterator[Metric]:
        ratio = GaugeMetricFamily("redeem_budget_left_ratio", "Share of the budget left.", labels=["campaign"])
        left = GaugeMetricFamily("redeem_budget_left", "Budget left, in major units.", labels=["campaign", "currency"])
        for budget in self._figures.budgets:
            ratio.add_metric([budget.campaign_id], budget.left / budget.total if budget.total else 0)
            left.add_metric([budget.campaign_id, budget.currency], float(Money(budget.left, budget.currency).major))
        yield from (ratio, left)
