"""Handing over: from the view to the browser, and the outcome back to the view."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from redeem_app.domain.hand_over import KEPT_FOR, OFFERED_NUMBERS, Ending, HandOver, Progress, digest
from redeem_app.domain.ids import LinkId, RewardId, VisitId
from redeem_app.domain.ports import Clock, LinkSigner
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Chosen
from redeem_app.domain.stored import StoredCampaign


@dataclass(frozen=True, slots=True)
class Begun:
    """What the waiting view holds; neither secret is stored, and only the code leaves the view."""

    code: str = field(repr=False)
    watch: str = field(repr=False)

    @property
    def ticket(self) -> str:
        """Both in one word, for the view to show when it asks how far things are."""
        return f"{self.code}.{self.watch}"

    @classmethod
    def of(cls, ticket: str) -> "Begun":
        """From the word; nonsense gives secrets that fit nothing."""
        code, _, watch = ticket.partition(".")
        return cls(code, watch)


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser asks: which of these numbers does the app show?"""

    stored: StoredCampaign
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The browser that named the number carries on: with this reward, and this choice."""

    token: str
    chosen: Chosen


class HandingOver:
    """From the view to the browser, and the outcome back to the view."""

    def __init__(
        self,
        records: Records,
        clock: Clock,
        links: LinkSigner,
        new_secret: Callable[[], str],
        draw_numbers: Callable[[int], tuple[str, ...]],
    ) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._new_secret = new_secret
        self._draw_numbers = draw_numbers

    def begin(self, token: str, chosen: Chosen, replacing: str = "") -> Begun:
        """A new code and number for one reward; ends the hand-over that `replacing` watches. Raises Refusal."""
        now = self._clock.now()
        if self._links.is_test(token):
            self._links.read(token)
            raise Refusal(Reason.TEST_MODE)
        link_id = LinkId(self._links.read(token))
        begun = Begun(self._new_secret(), self._new_secret())
        number, *others = self._draw_numbers(OFFERED_NUMBERS)

        def work(tx: Transaction) -> None:
            reward_id = _reward_of(tx, link_id)
            tx.hand_overs.forget_before(now - KEPT_FOR)
            if replacing:
                tx.hand_overs.end(digest(replacing), Ending.REPLACED)
            tx.hand_overs.add(
                HandOver(
                    digest(begun.code),
                    digest(begun.watch),
                    link_id,
                    reward_id,
                    chosen,
                    number,
                    tuple(sorted((number, *others))),
                    now,
                )
            )

        self._records.write(work)
        return begun

    def watched(self, token: str, watch: str) -> HandOver | None:
        """The hand-over that the view began for this reward; None where there is none, or the view stopped it."""
        found = self._records.read(lambda tx: tx.hand_overs.of_watch(digest(watch)))
        if found is None or found.ending in {Ending.STOPPED, Ending.REPLACED}:
            return None
        return found if self._links.token(found.link_id) == token else None

    def stop(self, watch: str) -> None:
        """The view takes it back: the browser's part ends with it, unless the reward is on its way already."""

        def work(tx: Transaction) -> None:
            found = tx.hand_overs.of_watch(digest(watch))
            if found is not None and not _has_its_outcome(tx, found):
                tx.hand_overs.end(found.watch_hash, Ending.STOPPED)

        self._records.write(work)

    def ask(self, code: str, browser: VisitId | None) -> Question | TakenOver:
        """What the code's address shows to this browser; changes nothing. Raises Refusal(HAND_OVER_ENDED)."""
        now = self._clock.now()
        return self._records.read(lambda tx: self._ask(tx, code, browser, now))

    def _ask(self, tx: Transaction, code: str, browser: VisitId | None, now: datetime) -> Question | TakenOver:
        found = tx.hand_overs.of_code(digest(code))
        if found is None:
            raise Refusal(Reason.HAND_OVER_ENDED)
        progress = found.progress(now)
        if progress is Progress.OPENED and browser is not None and found.browser_hash == digest(browser):
            return self._taken_over(found)
        link = tx.rewards.linked(found.link_id)
        if progress is not Progress.WAITING or link is None:
            raise Refusal(Reason.HAND_OVER_ENDED, progress=progress)
        return Question(link.stored, found.numbers)

    def confirm(self, code: str, number: str, browser: VisitId) -> TakenOver:
        """The browser names the number: right, and it carries on; wrong, and the code is spent.

        Raises Refusal(NUMBER_DIFFERS) or Refusal(HAND_OVER_ENDED).
        """
        now = self._clock.now()
        right = self._records.write(lambda tx: self._confirm(tx, code, number, browser, now))
        if right is None:
            raise Refusal(Reason.NUMBER_DIFFERS)
        return right

    def _confirm(self, tx: Transaction, code: str, number: str, browser: VisitId, now: datetime) -> TakenOver | None:
        asked = self._ask(tx, code, browser, now)
        if isinstance(asked, TakenOver):
            return asked
        found = tx.hand_overs.of_code(digest(code))
        if found is None or number != found.number:
            if found is not None:
                tx.hand_overs.end(found.watch_hash, Ending.WRONG_NUMBER)
            return None
        if not tx.hand_overs.confirm(found.code_hash, digest(browser), now):
            raise Refusal(Reason.HAND_OVER_ENDED)
        return self._taken_over(found)

    def _taken_over(self, found: HandOver) -> TakenOver:
        return TakenOver(self._links.token(found.link_id), found.chosen)


def _reward_of(tx: Transaction, link_id: LinkId) -> RewardId:
    """Whether it was used is told after sign-in only, and so to the browser (rule V1)."""
    link = tx.rewards.linked(link_id)
    if link is None:
        raise Refusal(Reason.LINK_INVALID)
    return link.reward.reward_id


def _has_its_outcome(tx: Transaction, hand_over: HandOver) -> bool:
    """Whether the account that the browser signed in with is the one that the reward went, or goes, to."""
    link = tx.rewards.linked(hand_over.link_id)
    if link is None or link.application is None or not hand_over.browser_hash:
        return False
    signed_in = tx.visits.signed_in(hand_over.browser_hash, hand_over.reward_id)
    return signed_in is not None and signed_in.account_id == link.application.account_id
