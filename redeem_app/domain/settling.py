"""Settling: the partner is asked once a reward is committed to, and asked again until its answer is known (R7).

The request id is the same in every asking, so that the partner applies once however often it is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from redeem_app.domain.applications import Settlement
from redeem_app.domain.offering import stock_of
from redeem_app.domain.ports import (
    Clock,
    Delivered,
    DeliveryFailed,
    DeliveryProblem,
    DeliveryRequest,
    GiftDelivery,
    Meter,
)
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Application, RewardState
from redeem_app.domain.stored import LinkedReward


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of delivery of one partner account; an application is settled by the way that began it."""

    partner: str
    by_name: Mapping[str, GiftDelivery]
    chosen: str
    """For new applications."""

    def deliver(self, application: Application) -> Delivered:
        """Ask, or ask again. Raises DeliveryFailed."""
        way = self.by_name.get(application.delivery)
        if way is None or application.partner != self.partner:
            detail = f"begun by {application.delivery} with partner {application.partner}, which is not ours now"
            raise DeliveryFailed(DeliveryProblem.PARTNER_BLOCKED, settled=False, detail=detail)
        return way.deliver(DeliveryRequest(application.request_id, application.account_id, application.value))


class Settling:
    """Brings applications to their end."""

    def __init__(self, records: Records, clock: Clock, ways: Ways, meter: Meter) -> None:
        self._records = records
        self._clock = clock
        self.ways = ways
        self._meter = meter

    def claim_code(self, application: Application) -> str:
        """The code again, from the partner and by the same request id, since it is never stored; empty if unheard."""
        if application.delivery != "claim-code":
            return ""
        try:
            return self.ways.deliver(application).claim_code or ""
        except DeliveryFailed:
            return ""

    def settle(self, application: Application, before: RewardState) -> RewardState:
        """Ask the partner, or ask again with the same request id, and write down what it says.

        `before` is the state the reward is in. Raises Refusal where the partner surely applied nothing.
        """
        try:
            delivered = self.ways.deliver(application)
        except DeliveryFailed as failed:
            unheard = not _applied_nothing(before, failed)
            self._meter.settled("unknown" if unheard else "refused")
            return self._settle_failure(application, before, failed)
        self._meter.settled("applied")
        self._records.settle(Settlement(application.reward_id, delivered.reference, self._clock.now()))
        return RewardState.APPLIED

    def _settle_failure(self, application: Application, before: RewardState, failed: DeliveryFailed) -> RewardState:
        if not _applied_nothing(before, failed):
            if before is RewardState.APPLYING:
                self._move(application, RewardState.APPLYING, RewardState.UNKNOWN)
            return RewardState.UNKNOWN
        self._records.write(lambda tx: self._write_released(tx, application, before, failed.problem))
        reason = _REASONS[failed.problem]
        raise Refusal(reason, problem=failed.problem) from failed

    def _write_released(
        self, tx: Transaction, application: Application, before: RewardState, problem: DeliveryProblem
    ) -> None:
        now = self._clock.now()
        if problem is DeliveryProblem.CANCELLED:
            generation = tx.request_ids.generation(application.reward_id)
            tx.request_ids.note_used_up(application.reward_id, generation, now)
        if tx.rewards.move(application.reward_id, before, RewardState.ISSUED, now):
            link = tx.rewards.of_reward(application.reward_id)
            tx.applications.drop(application.reward_id)
            if link is not None:
                tx.counters.give_back(stock_of(link, application.chosen.item_id), 1)

    def _move(self, application: Application, before: RewardState, after: RewardState) -> None:
        now = self._clock.now()
        self._records.write(lambda tx: tx.rewards.move(application.reward_id, before, after, now))

    def sweep(self, *, lease: timedelta, limit: int = 100) -> dict[str, int]:
        """Settle applications whose outcome was not heard within `lease`, by asking again.

        Each is left alone for twice as long after each asking, up to 64 leases. Returns how many ended in which
        state; `refused` counts rewards that are open again.
        """
        now = self._clock.now()
        outcomes: dict[str, int] = {}
        for link in self._records.read(lambda tx: tx.applications.unsettled(now - lease, limit)):
            if not _is_due(link, now, lease):
                continue
            outcome = self._settle_again(link, now)
            if outcome:
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
        return outcomes

    def _settle_again(self, link: LinkedReward, now: datetime) -> str:
        application = link.application
        if application is None:
            return ""
        taken = self._records.write(
            lambda tx: tx.applications.note_attempt(application.reward_id, application.tried_at, now)
        )
        if not taken:
            return ""
        if link.reward.state is RewardState.APPLYING:
            self._move(application, RewardState.APPLYING, RewardState.UNKNOWN)
        try:
            return str(self.settle(replace(application, tried_at=now), RewardState.UNKNOWN))
        except Refusal:
            return "refused"


def _is_due(link: LinkedReward, now: datetime, lease: timedelta) -> bool:
    application = link.application
    return application is not None and now - application.tried_at >= lease * min(2 ** (application.attempts - 1), 64)


_REASONS: Final = {
    DeliveryProblem.TEMPORARY: Reason.AMAZON_UNAVAILABLE,
    DeliveryProblem.THROTTLED: Reason.DELIVERY_DELAYED,
    DeliveryProblem.FUNDS_LOW: Reason.DELIVERY_DELAYED,
    DeliveryProblem.PARTNER_BLOCKED: Reason.DELIVERY_DELAYED,
    DeliveryProblem.INVALID: Reason.DELIVERY_DELAYED,
    DeliveryProblem.CANCELLED: Reason.DELIVERY_DELAYED,
    DeliveryProblem.ACCOUNT_REFUSED: Reason.ACCOUNT_CANNOT_RECEIVE,
}

_ABOUT_THE_ID: Final = frozenset({DeliveryProblem.ACCOUNT_REFUSED, DeliveryProblem.INVALID, DeliveryProblem.CANCELLED})
"""Answers the partner gives only where nothing stands under this request id: none succeeded, or it was taken back."""


def _applied_nothing(before: RewardState, failed: DeliveryFailed) -> bool:
    """Whether no call with this request id can have been applied.

    `settled` speaks of one call. After an unheard answer, a throttled or unsent call says nothing of the earlier one.
    """
    return failed.settled and (before is RewardState.APPLYING or failed.problem in _ABOUT_THE_ID)
