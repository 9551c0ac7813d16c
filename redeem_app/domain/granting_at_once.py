"""Granting by one read and one write that is its own condition (rules C1, C3, C4).

What stands in the way of it is not looked into here: the call then takes the long way, `Granting.grant`, which does the
same step by step, says what it was, and is what this one has to agree with.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from redeem_app.domain.campaign import App
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.ids import AppId, LinkId, MomentId, RewardId
from redeem_app.domain.issuing import Issue
from redeem_app.domain.keyed_offers import KeyedOffer
from redeem_app.domain.limits import CountedCall
from redeem_app.domain.ports import Clock, LinkSigner
from redeem_app.domain.records import Records
from redeem_app.domain.refusals import Refusal
from redeem_app.domain.reward_wanted import Grantable, RewardNotice, RewardWanted, named


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the app whose key it is may make the call that is under way."""

    lets_pass: Callable[[App], bool]
    """Asked once, since it counts the call; may raise."""
    to_count: Callable[[App], CountedCall | None] = lambda _: None
    """Asked first: the call, if it may come from there, and the records can count it by what they write for it."""


class GrantingAtOnce:
    """Grants what nothing is in the way of."""

    def __init__(self, records: Records, clock: Clock, links: LinkSigner, new_id: Callable[[], str]) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._new_id = new_id

    def grant(self, key_hash: str, wanted: RewardWanted, gate: Gate) -> RewardNotice | None:
        """The reward for whoever called with that key; None, and nothing has changed, where that takes the long way.

        The gate is asked once nothing else is known to be in the way, and may raise.
        """
        now = self._clock.now()
        known = None if wanted.repeatable else self._records.known_offer(wanted.campaign_id, wanted.group_id)
        if known is not None:
            return self._grant_known(key_hash, known, wanted, now, gate)
        found = self._records.offer_to_key(key_hash, wanted.campaign_id, wanted.group_id, now)
        checked = found and _open(found.offer, wanted, now)
        if not found or not checked:
            return None
        remaining = checked.purse.fitting(found.left)
        if remaining < 1 or not gate.lets_pass(found.offer.app):
            return None
        issue, notice = self._issue(checked, wanted, remaining, now)
        return notice if self._records.issue(issue) else None

    def _grant_known(
        self, key_hash: str, offer: KeyedOffer, wanted: RewardWanted, now: datetime, gate: Gate
    ) -> RewardNotice | None:
        """Without a reading: the write itself finds out whether the offer is still what it was."""
        checked = _open(offer, wanted, now)
        if not checked:
            return None
        call = gate.to_count(offer.app)
        if call is None and not gate.lets_pass(offer.app):
            return None
        issue, notice = self._issue(checked, wanted, 1, now)
        left = self._records.issue_known(key_hash, offer, issue, call)
        return None if left is None else replace(notice, remaining=max(0, checked.purse.fitting(left) - 1))

    def _issue(
        self, checked: Grantable, wanted: RewardWanted, remaining: int, now: datetime
    ) -> tuple[Issue, RewardNotice]:
        link_id, text = LinkId(self._new_id()), checked.stored.campaign.redemption.default
        notice = checked.notice(text, self._links.token(link_id), remaining - 1)
        return checked.issue(wanted, RewardId(self._new_id()), link_id, notice, now), notice


def _open(offer: KeyedOffer, wanted: RewardWanted, now: datetime) -> Grantable | None:
    """What is issued at `now`, and to this customer: who is named has no second one, since the records keep it.

    A moment with a tier takes the long way for named customers: their points are read and spent under a lock.
    """
    checked = _named(offer, wanted.app_id, wanted.moment_id, now.year, now.month)
    if checked is None or checked.stored.state_at(now) is not CampaignState.LIVE:
        return None
    return None if wanted.customer_key is not None and checked.moment.due_at_points is not None else checked


@lru_cache(maxsize=1024)
def _named(offer: KeyedOffer, app_id: AppId, moment_id: MomentId, year: int, month: int) -> Grantable | None:
    """What is the same for all calls of a month; None where the app or the moment is refused."""
    offered = offer.offered
    wanted = RewardWanted(app_id, offered.stored.campaign.campaign_id, moment_id, offer.group_id)
    try:
        return named(offer.app, wanted, offered, datetime(year, month, 1, tzinfo=UTC))
    except Refusal:
        return None
