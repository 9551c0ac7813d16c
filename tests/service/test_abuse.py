"""R7: one person's reward through many accounts, and one account with many persons' rewards, are refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, ItemId, MomentId, RewardGroupId, VisitId
from redeem_app.domain.redemption import Journey, Returned
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Chosen
from redeem_app.domain.reward_wanted import RewardWanted
from tests.campaign_builders import an_app
from tests.service_under_test import ServiceUnderTest

LAMP = Chosen(ItemId("lamp"))


def a_token(under_test: ServiceUnderTest, customer: str | None = None) -> str:
    wanted = RewardWanted(
        AppId("game"),
        CampaignId("spring"),
        MomentId("level-5"),
        RewardGroupId("US"),
        CustomerKey(customer) if customer else None,
    )
    notice = under_test.service.granting.grant(an_app(), wanted)
    assert notice is not None
    return notice.token


def signs_in(under_test: ServiceUnderTest, token: str, account: str) -> VisitId:
    visit = VisitId(f"{account}-{token[:6]}")
    redemption = under_test.service.redemption
    redemption.start_sign_in(token, LAMP, visit, Journey(state=f"{visit}", code_verifier="v" * 43))
    redemption.finish_sign_in(visit, visit, Returned(f"{visit}", code=account))
    return visit


def refusal_of(act: Callable[[], object]) -> Reason | None:
    try:
        act()
    except Refusal as refusal:
        return refusal.reason
    return None


def applies(under_test: ServiceUnderTest, token: str, account: str) -> Reason | None:
    visit = signs_in(under_test, token, account)
    return refusal_of(lambda: under_test.service.applying.apply(token, visit, LAMP))


def test_r7_a_reward_tried_through_many_accounts_is_refused(under_test: ServiceUnderTest) -> None:
    under_test.load()
    token = a_token(under_test)
    for account in ("ann", "ben", "cem"):
        signs_in(under_test, token, account)

    refused = applies(under_test, token, "dan")

    assert refused is Reason.TOO_MANY_ACCOUNTS
    assert under_test.delivery.asked == []


def test_r7_an_account_that_collects_a_moments_rewards_is_refused(under_test: ServiceUnderTest) -> None:
    under_test.load()

    outcomes = [applies(under_test, a_token(under_test), "ann") for _ in range(3)]

    assert outcomes == [None, None, Reason.TOO_MANY_REWARDS]


def test_r7_the_threshold_holds_when_an_account_asks_for_many_at_once(under_test: ServiceUnderTest) -> None:
    under_test.load()
    tokens = [a_token(under_test) for _ in range(8)]
    visits = [signs_in(under_test, token, "ann") for token in tokens]
    applying = under_test.service.applying

    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda pair: refusal_of(lambda: applying.apply(pair[0], pair[1], LAMP)),
                zip(tokens, visits, strict=True),
            )
        )

    assert len(under_test.delivery.applied) == 2


def test_r7_200_simultaneous_applications_of_one_reward_give_one(under_test: ServiceUnderTest) -> None:
    under_test.load()
    token = a_token(under_test)
    visit = signs_in(under_test, token, "ann")

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda _: under_test.service.applying.apply(token, visit, LAMP), range(200)))

    assert len(under_test.delivery.asked) == 1
