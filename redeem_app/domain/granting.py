"""Granting: an app looks at a reward, and gets one (rules C1, C3, C4)."""

from collections.abc import Callable
from datetime import datetime

from redeem_app.domain.budget import PoolEmpty
from redeem_app.domain.campaign import App
from redeem_app.domain.ids import LinkId, RewardId
from redeem_app.domain.issuing import Issue
from redeem_app.domain.named_customers import NamedCustomer
from redeem_app.domain.ports import Clock, LinkSigner
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward_wanted import Grantable, RewardNotice, RewardWanted, grantable


class Granting:
    """Looks at rewards and grants them, for one app at a time."""

    def __init__(self, records: Records, clock: Clock, links: LinkSigner, new_id: Callable[[], str]) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._new_id = new_id

    def look(self, app: App, wanted: RewardWanted) -> RewardNotice | None:
        """What would be granted; consumes and charges nothing (rule C3). None: no reward is left."""
        now = self._clock.now()

        def work(tx: Transaction) -> RewardNotice | None:
            checked = _checked(tx, app, wanted, now)
            customer = _customer(app, wanted, checked)
            if customer is not None and not checked.is_test:
                customer.check_not_issued(tx)
            remaining = checked.purse.remaining(tx)
            if remaining < 1 and not checked.is_test:
                return None
            return checked.notice(checked.stored.campaign.announcement.default, "", remaining)

        return self._records.read(work)

    def grant(self, app: App, wanted: RewardWanted) -> RewardNotice | None:
        """Reserve one unit and one charge, and make the link, in one transaction (rule C3). None: none is left.

        In test mode the answer is the campaign's one test link, and nothing is consumed (rule C1).
        """
        now = self._clock.now()
        try:
            return self._records.write(lambda tx: self._grant(tx, app, wanted, now))
        except PoolEmpty:
            return None

    def grant_within(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice:
        """`grant` as a part of a larger transaction, which must roll back on Refusal and PoolEmpty."""
        return self._grant(tx, app, wanted, now)

    def given_before(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice | None:
        """What the same repeatable call was granted before."""
        return self._again(tx, app, wanted, now)

    def refusal_of(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> Refusal | None:
        """Why nothing would be granted at this moment; changes nothing."""
        try:
            checked = _checked(tx, app, wanted, now)
            customer = _customer(app, wanted, checked)
            if customer is not None and not checked.is_test:
                customer.check_not_issued(tx)
                customer.check_due(tx, now)
            if checked.is_test:
                return None
            return checked.purse.shortage(tx)
        except Refusal as refusal:
            return refusal

    def _grant(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice:
        """Step by step in one transaction, in which calls of one customer, or with one key, wait for each other."""
        _hold(tx, app, wanted)
        if (again := self._again(tx, app, wanted, now)) is not None:
            return again
        checked = _checked(tx, app, wanted, now)
        customer = _customer(app, wanted, checked)
        if customer is not None and not checked.is_test:
            customer.check_not_issued(tx)
            customer.check_due(tx, now)
        decided = self._decided(tx, checked, wanted, now)
        if decided is None:
            checked.purse.reserve(tx)  # says which is spent, before anything is written
            raise PoolEmpty
        notice, issue = decided
        if issue is not None:
            issue.write_rows(tx)
            if customer is not None:
                customer.exchange_points(tx, issue.reward.reward_id, now)
            # The hot rows come last, so that nobody waits for them longer than the commit takes.
            checked.purse.reserve(tx)
        return notice

    def _decided(
        self, tx: Transaction, checked: Grantable, wanted: RewardWanted, now: datetime
    ) -> tuple[RewardNotice, Issue | None] | None:
        """The answer, with what is to be written for it; None where nothing is left."""
        campaign, remaining = checked.stored.campaign, checked.purse.remaining(tx)
        if checked.is_test:
            token = self._links.test_token(campaign.campaign_id)
            return checked.notice(campaign.redemption.default, token, remaining), None
        if remaining < 1:
            return None
        link_id = LinkId(self._new_id())
        notice = checked.notice(campaign.redemption.default, self._links.token(link_id), remaining - 1)
        return notice, checked.issue(wanted, RewardId(self._new_id()), link_id, notice, now)

    def _again(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice | None:
        """What this call was answered with before. Raises Refusal(IDEMPOTENCY_MISMATCH) for another body."""
        if wanted.repeatable is None:
            return None
        given = tx.answers.given(app.app_id, wanted.repeatable.key_hash, now)
        if given is None:
            return None
        if given.request_hash != wanted.repeatable.request_hash:
            raise Refusal(Reason.IDEMPOTENCY_MISMATCH)
        link = tx.rewards.of_reward(given.reward_id)
        if link is None:
            raise LookupError(f"reward {given.reward_id} has no link")
        token = self._links.token(link.link_id)
        return RewardNotice(given.text, token, given.image_url, given.remaining, given.ends_at)


def _hold(tx: Transaction, app: App, wanted: RewardWanted) -> None:
    if wanted.customer_key is not None:
        tx.points.hold(app.app_id, wanted.customer_key)
    if wanted.repeatable is not None:
        tx.answers.hold(app.app_id, wanted.repeatable.key_hash)


def _checked(tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> Grantable:
    return grantable(app, wanted, tx.campaigns.offered(wanted.campaign_id, wanted.group_id), now)


def _customer(app: App, wanted: RewardWanted, checked: Grantable) -> NamedCustomer | None:
    if wanted.customer_key is None:
        return None
    return NamedCustomer(app, checked.stored.campaign, checked.moment, wanted.customer_key)
