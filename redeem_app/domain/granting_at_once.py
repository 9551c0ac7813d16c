"""Granting by one read and one write that is its own condition (rules C1, C3, C4).

What stands in the way of it is not looked into here: the call then takes the long way, `Granting.grant`, which does the
same step by step, says what it was, and is what this one has to agree with.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from redeem_app.domain.campaign import App, CampaignState
from redeem_app.domain.ids import AppId, LinkId, MomentId, RewardId
from redeem_app.domain.keyed_offers import KeyedOffer
from redeem_app.domain.ports import Clock, LinkSigner
from redeem_app.domain.records import Records
from redeem_app.domain.refusals import Refusal
from redeem_app.domain.reward_wanted import Grantable, RewardNotice, RewardWanted, named


class GrantingAtOnce:
    """Grants what nothing is in the way of."""

    def __init__(self, records: Records, clock: Clock, links: LinkSigner, new_id: Callable[[], str]) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._new_id = new_id

    def grant(self, key_hash: str, wanted: RewardWanted, lets_pass: Callable[[App], bool]) -> RewardNotice | None:
        """The reward for whoever called with that key; None, and nothing has changed, where that takes the long way.

        `lets_pass` is asked once nothing else is known to be in the way, and may raise.
        """
        now = self._clock.now()
        found = self._records.offer_to_key(key_hash, wanted.campaign_id, wanted.group_id, now)
        checked = found and _named(found.offer, wanted.app_id, wanted.moment_id, now.year, now.month)
        if not found or not checked or not _is_open(checked, wanted, now):
            return None
        remaining = checked.purse.fitting(found.left)
        if remaining < 1 or not lets_pass(found.offer.app):
            return None
        link_id = LinkId(self._new_id())
        text = checked.stored.campaign.redemption.default
        notice = checked.notice(text, self._links.token(link_id), remaining - 1)
        issue = checked.issue(wanted, RewardId(self._new_id()), link_id, notice, now)
        return notice if self._records.issue(issue) else None


def _is_open(checked: Grantable, wanted: RewardWanted, now: datetime) -> bool:
    """Whether it is issued at `now`, and to this customer: who is named has no second one, since the records keep it.

    A moment with a tier takes the long way for named customers: their points are read and spent under a lock.
    """
    if wanted.customer_key is not None and checked.moment.due_at_points is not None:
        return False
    return checked.stored.state_at(now) is CampaignState.LIVE


@lru_cache(maxsize=1024)
def _named(offer: KeyedOffer, app_id: AppId, moment_id: MomentId, year: int, month: int) -> Grantable | None:
    """What is the same for all calls of a month; None where the app or the moment is refused."""
    offered = offer.offered
    wanted = RewardWanted(app_id, offered.stored.campaign.campaign_id, moment_id, offer.group_id)
    try:
        return named(offer.app, wanted, offered, datetime(year, month, 1, tzinfo=UTC))
    except Refusal:
        return None
