"""Tiers: how far a person has come in a campaign, which moments are due, and what each costs in points (rules E2, E3).

A moment's reward is exchanged for the points between its tier and the tier below. So whoever reaches 300 points, with
tiers at 100 and 300, has two rewards for 300 points in all, in whatever order they are issued; the same points never
pay twice, in this campaign or in another of the same app.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from redeem_app.domain.campaign import Moment
from redeem_app.domain.ids import MomentId


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands in one campaign."""

    spendable: int
    collected: int
    """Spendable points, and those that were exchanged in this campaign: what a points bar shows."""
    reached: Moment | None
    """The highest tier reached."""
    ahead: Moment | None
    """The next tier; None at the top."""
    due: tuple[Moment, ...]
    """Reached and not rewarded yet, the lowest first."""


def tiers(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The moments that points make due, the lowest first."""
    return tuple(sorted((m for m in moments if m.due_at_points), key=lambda m: (m.due_at_points or 0, m.moment_id)))


def exchange_points(moments: Iterable[Moment], moment_id: MomentId) -> int:
    """What the moment's reward costs in points; nothing for a moment that the app decides on."""
    below = 0
    for moment in tiers(moments):
        at = moment.due_at_points or 0
        if moment.moment_id == moment_id:
            return at - below
        below = at
    return 0


def standing(moments: Collection[Moment], granted: Collection[MomentId], spendable: int) -> Standing:
    """Where a person stands who has `spendable` points and was rewarded for the moments in `granted`."""
    rising = tiers(moments)
    collected = spendable + sum(exchange_points(moments, m.moment_id) for m in rising if m.moment_id in granted)
    reached = [m for m in rising if (m.due_at_points or 0) <= collected]
    ahead = next((m for m in rising if (m.due_at_points or 0) > collected), None)
    open_ = [m for m in reached if m.moment_id not in granted]
    due = tuple(m for m in open_ if exchange_points(moments, m.moment_id) <= spendable)
    return Standing(spendable, collected, reached[-1] if reached else None, ahead, due)
