"""Rewards that are issued by themselves once their points are there, in the event's own transaction (rules E2, C3).

Money and stock are taken as by GetReward. Where they refuse, the event counts all the same, and the reward stays due:
the customer's next event tries again, and so may the app by GetReward.
"""

from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain.budget import PoolEmpty
from redeem_app.domain.campaign import App, Campaign, Moment
from redeem_app.domain.given_answers import Repeatable
from redeem_app.domain.granting import Granting
from redeem_app.domain.ids import CampaignId, MomentId, RewardGroupId
from redeem_app.domain.points import PointsEvent
from redeem_app.domain.ports import KeyedHash
from redeem_app.domain.records import Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward_wanted import RewardNotice, RewardWanted


@dataclass(frozen=True, slots=True)
class DueMoment:
    """A moment that the person has reached and not been rewarded for."""

    campaign_id: CampaignId
    moment_id: MomentId
    group_id: RewardGroupId
    is_issued_by_itself: bool = False


@dataclass(frozen=True, slots=True)
class IssuedReward:
    """A reward that an event led to."""

    due: DueMoment
    notice: RewardNotice


@dataclass(frozen=True, slots=True)
class Withheld:
    """A reward that is due and could not be issued, and why."""

    due: DueMoment
    refusal: Refusal


class TakenMeanwhile(Exception):
    """Another took the last piece, or the last of the money, while this transaction ran: it begins anew."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class DueRewards:
    """Issues what is due, once for each event id."""

    def __init__(self, granting: Granting, hashes: KeyedHash) -> None:
        self._granting = granting
        self._hashes = hashes

    def issued_before(self, tx: Transaction, app: App, event: PointsEvent, now: datetime) -> list[IssuedReward]:
        """What this event id was answered with before, so that an answer that got lost is not lost for good."""
        issued = []
        for stored in tx.campaigns.campaigns_of(app.app_id):
            for moment in stored.campaign.moments:
                due = due_moment(stored.campaign, moment)
                wanted = self._wanted(app, event, due)
                if due.is_issued_by_itself and (notice := self._granting.given_before(tx, app, wanted, now)):
                    issued.append(IssuedReward(due, notice))
        return issued

    def issue(
        self, tx: Transaction, app: App, event: PointsEvent, due: DueMoment, now: datetime
    ) -> IssuedReward | Withheld:
        """The reward, or why it is not issued; what refuses has changed nothing. Raises TakenMeanwhile."""
        wanted = self._wanted(app, event, due)
        refusal = self._granting.refusal_of(tx, app, wanted, now)
        if refusal is not None:
            return Withheld(due, refusal)
        try:
            return IssuedReward(due, self._granting.grant_within(tx, app, wanted, now))
        except PoolEmpty:
            raise TakenMeanwhile(Refusal(Reason.OUT_OF_STOCK, group=due.group_id)) from None
        except Refusal as taken:
            raise TakenMeanwhile(taken) from taken

    def _wanted(self, app: App, event: PointsEvent, due: DueMoment) -> RewardWanted:
        key = self._hashes.of("event-reward", app.app_id, event.event_id, due.campaign_id, due.moment_id)
        return RewardWanted(
            app.app_id, due.campaign_id, due.moment_id, due.group_id, event.customer_key, Repeatable(key, key)
        )


def due_moment(campaign: Campaign, moment: Moment) -> DueMoment:
    """The moment with the reward group that it leads to."""
    group_id = moment.group_id or campaign.groups[0].group_id
    return DueMoment(campaign.campaign_id, moment.moment_id, group_id, moment.issued_when_due)
