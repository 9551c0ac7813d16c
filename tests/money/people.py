"""What people and apps do, through the use cases, and what the books say about it."""

from redeem_app.domain.bookkeeping import CampaignBooks
from redeem_app.domain.ids import AppId, CampaignId, ItemId, MomentId, RewardGroupId, VisitId
from redeem_app.domain.redemption import Journey, Returned
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Chosen
from redeem_app.domain.reward_wanted import RewardWanted
from tests.campaign_builders import an_app
from tests.service_under_test import ServiceUnderTest

SPRING = CampaignId("spring")
US = RewardGroupId("US")


def wanted(campaign: str = "spring", group: str = "US") -> RewardWanted:
    return RewardWanted(AppId("game"), CampaignId(campaign), MomentId("level-5"), RewardGroupId(group))


def gets_reward(under_test: ServiceUnderTest, campaign: str = "spring", group: str = "US") -> str:
    """The token of a reward that was issued now."""
    notice = under_test.service.granting.grant(an_app(), wanted(campaign, group))
    assert notice is not None
    return notice.token


def signs_in(under_test: ServiceUnderTest, token: str, account: str, item: str = "lamp") -> VisitId:
    visit = VisitId(f"{account}-{token}")
    redemption = under_test.service.redemption
    redemption.start_sign_in(token, Chosen(ItemId(item)), visit, Journey(state=visit, code_verifier="v" * 43))
    redemption.finish_sign_in(visit, visit, Returned(visit, code=account))
    return visit


def presses_apply(under_test: ServiceUnderTest, token: str, visit: VisitId, item: str = "lamp") -> Reason | None:
    """Why it was refused; None where it was not."""
    try:
        under_test.service.applying.apply(token, visit, Chosen(ItemId(item)))
    except Refusal as refusal:
        return refusal.reason
    return None


def redeems(under_test: ServiceUnderTest, token: str, account: str, item: str = "lamp") -> Reason | None:
    return presses_apply(under_test, token, signs_in(under_test, token, account, item), item)


def books_of(under_test: ServiceUnderTest, campaign: str = "spring") -> CampaignBooks:
    """The campaign's books, of which none may disagree."""
    balance = under_test.service.bookkeeping.balance()
    assert balance.disagreements == ()
    return next(books for books in balance.books if books.campaign_id == campaign)


def left(under_test: ServiceUnderTest, counter: str) -> int:
    return under_test.service.records.read(lambda tx: tx.counters.left((counter,))[counter])
