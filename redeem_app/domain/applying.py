"""Applying: the signed-in person presses the button, and the reward is applied once (rule R7)."""

from datetime import datetime

from redeem_app.domain.abuse import DEFAULT_THRESHOLDS, check_abuse
from redeem_app.domain.applications import Beginning, Pressed
from redeem_app.domain.campaign import Item
from redeem_app.domain.ids import LinkId, VisitId
from redeem_app.domain.offering import check_offered, offered_items, stock_of
from redeem_app.domain.ports import Clock, KeyedHash, LinkSigner
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.request_ids import request_id_of
from redeem_app.domain.reward import Application, Chosen, RewardState
from redeem_app.domain.settling import Settling
from redeem_app.domain.stored import LinkedReward, SignedIn
from redeem_app.domain.visiting import (
    account_key,
    check_open,
    check_own,
    digest,
    is_fresh,
    real_link,
    valid_link,
    who_signed_in,
)


class Applying:
    """The one act that spends a reward."""

    def __init__(
        self, records: Records, clock: Clock, links: LinkSigner, settling: Settling, hashes: KeyedHash
    ) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._settling = settling
        self._hashes = hashes

    def apply(self, token: str, visit: VisitId, chosen: Chosen) -> None:
        """Apply the reward to the account that signed in, exactly once. Raises Refusal.

        Returns when the outcome is known, or known to be unknown; a second call while the first is under way
        changes nothing.
        """
        now = self._clock.now()
        link_id = real_link(self._links, token)
        application = self._begin_at_once(link_id, visit, chosen, now)
        if application is None:
            application = self._records.write(lambda tx: self._begin(tx, link_id, visit, chosen, now))
        if application is not None:
            self._settling.settle(application, RewardState.APPLYING)

    def _begin_at_once(self, link_id: LinkId, visit: VisitId, chosen: Chosen, now: datetime) -> Application | None:
        """Decide by what is committed, then write with nothing in between; None where that found anything in the way.

        The write is its own condition, so what was read can't have been outrun where it counts. The long way, `_begin`,
        finds out what was in the way, and stand-ins for sold-out items go it too.
        """
        pressed = self._records.read(lambda tx: tx.applications.pressed(link_id, digest(visit)))
        if pressed is None or not _is_plainly_open(pressed, now):
            return None
        link, item = pressed.link, _plainly_offered(pressed.link, chosen)
        if item is None:
            return None
        application = self._application(link, pressed.signed_in, chosen, item, pressed.generation, now)
        beginning = Beginning(
            application,
            link.reward,
            link_id,
            link.stored.state,
            pressed.generation,
            stock_of(link, item.item_id),
            DEFAULT_THRESHOLDS,
        )
        return application if self._records.begin(beginning) else None

    def _begin(
        self, tx: Transaction, link_id: LinkId, visit: VisitId, chosen: Chosen, now: datetime
    ) -> Application | None:
        """Commit to one application, by one conditional write; None when it was begun before."""
        link = valid_link(tx, link_id)
        signed_in = who_signed_in(tx, visit, link, now)
        if signed_in is None:
            raise Refusal(Reason.SIGN_IN_NEEDED)
        if link.application is not None:
            check_own(link.application, signed_in)
            return None
        check_open(link, now)
        account = account_key(self._hashes, signed_in)
        tx.abuse.hold_account(account)
        # Before all that may refuse: a second press must not hear that the first one took the last piece.
        if not tx.rewards.move(link.reward.reward_id, RewardState.ISSUED, RewardState.APPLYING, now):
            return None
        check_abuse(tx.abuse.counts(link.reward, account))
        item = check_offered(offered_items(tx, link), link, chosen)
        if not tx.counters.take(stock_of(link, item.item_id), 1):
            raise Refusal(Reason.OUT_OF_STOCK, item=item.item_id)
        generation = tx.request_ids.generation(link.reward.reward_id)
        application = self._application(link, signed_in, chosen, item, generation, now)
        tx.applications.begin(application)
        return application

    def _application(  # noqa: PLR0913, PLR0917 - an application has many sides
        self, link: LinkedReward, signed_in: SignedIn, chosen: Chosen, item: Item, generation: int, now: datetime
    ) -> Application:
        return Application(
            reward_id=link.reward.reward_id,
            request_id=request_id_of(link.reward.reward_id, generation),
            account_id=signed_in.account_id,
            account_key=account_key(self._hashes, signed_in),
            account_label=signed_in.account_label,
            chosen=chosen,
            value=item.value,
            delivery=self._settling.ways.chosen,
            partner=self._settling.ways.partner,
            started_at=now,
            tried_at=now,
        )


def _is_plainly_open(pressed: Pressed, now: datetime) -> bool:
    link = pressed.link
    if link.replaced_at is not None or link.application is not None or not is_fresh(pressed.signed_in, now):
        return False
    try:
        check_open(link, now)
    except Refusal:
        return False
    return True


def _plainly_offered(link: LinkedReward, chosen: Chosen) -> Item | None:
    """The item, if it is one of the offer itself: then it can be chosen for as long as there is a piece of it."""
    for item in link.offer.items:
        if item.item_id == chosen.item_id:
            return item if chosen.size in (item.sizes or ("",)) else None
    return None
