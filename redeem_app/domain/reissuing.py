"""Reissuing: a reward whose card was cancelled by hand at the partner goes on under a new request id (rule R7).

Only where the partner itself has said that all was taken back under the earlier id, and only at an operator's word.
"""

from contextlib import suppress
from dataclasses import replace

from redeem_app.domain.auditing import Audit
from redeem_app.domain.ids import RewardId
from redeem_app.domain.ports import Clock, DeliveryFailed, DeliveryProblem, KeyedHash
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.request_ids import MOST_GENERATIONS, request_id_of
from redeem_app.domain.reward import Application, RewardState, check_redeemable
from redeem_app.domain.settling import Ways


class Reissuing:
    """Gives rewards a new request id."""

    def __init__(self, records: Records, clock: Clock, ways: Ways, hashes: KeyedHash) -> None:
        self._records = records
        self._clock = clock
        self._ways = ways
        self._audit = Audit(hashes)

    def reissue(self, reward_id: RewardId) -> str:
        """The new request id. Raises Refusal(REWARD_UNKNOWN), Refusal(REWARD_EXPIRED), Refusal(NOT_CANCELLED)."""
        link = self._records.read(lambda tx: tx.rewards.of_reward(reward_id))
        if link is None:
            raise Refusal(Reason.REWARD_UNKNOWN, reward=reward_id)
        if link.application is not None and link.reward.state is RewardState.APPLIED:
            self._ask_about_applied(link.application)
        request_id = self._records.write(lambda tx: self._renew(tx, reward_id))
        if link.application is not None and link.reward.state is RewardState.APPLIED:
            self._apply_anew(replace(link.application, request_id=request_id))
        return request_id

    def _renew(self, tx: Transaction, reward_id: RewardId) -> str:
        now = self._clock.now()
        link = tx.rewards.of_reward(reward_id)
        if link is None:
            raise Refusal(Reason.REWARD_UNKNOWN, reward=reward_id)
        state = link.reward.state
        if state is not RewardState.APPLIED:
            check_redeemable(link.reward, now)
        generation = tx.request_ids.generation(reward_id)
        following = generation + 1
        if state in {RewardState.APPLYING, RewardState.UNKNOWN} or following > MOST_GENERATIONS:
            raise Refusal(Reason.NOT_CANCELLED, reward=reward_id, state=state)
        if not tx.request_ids.renew(reward_id, generation, now):
            raise Refusal(Reason.NOT_CANCELLED, reward=reward_id, state=state)
        request_id = request_id_of(reward_id, following)
        if state is RewardState.APPLIED:
            tx.applications.change_request_id(reward_id, request_id)
        self._audit.write(tx, now, "reissue-request", reward_id, state=state, generation=following)
        return request_id

    def _ask_about_applied(self, application: Application) -> None:
        """Ask by the id that is applied, which can apply nothing more: the partner answers what it is now."""
        try:
            self._ways.deliver(application)
        except DeliveryFailed as failed:
            if failed.problem is not DeliveryProblem.CANCELLED:
                raise Refusal(Reason.AMAZON_UNAVAILABLE, problem=failed.problem) from failed
            now, reward_id = self._clock.now(), application.reward_id
            self._records.write(
                lambda tx: tx.request_ids.note_used_up(reward_id, tx.request_ids.generation(reward_id), now)
            )

    def _apply_anew(self, application: Application) -> None:
        """The person has pressed the button already; what is not heard now, their page asks for by the same id."""
        with suppress(DeliveryFailed):
            self._ways.deliver(application)
