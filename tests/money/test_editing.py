"""What an operator may change of a campaign, in which state, and what it does to what is under way (C1, C4, C6, R3)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from redeem_app.domain.campaign import Campaign, Words
from redeem_app.domain.campaign_states import CampaignMove, CampaignState
from redeem_app.domain.ids import AppId, DeveloperId, RewardGroupId
from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason, Refusal
from tests.campaign_builders import NOW, a_campaign, a_developer, a_group, an_app, an_item
from tests.money.people import SPRING, US, books_of, gets_reward, left, redeems
from tests.service_under_test import ServiceUnderTest

CHARGE = Money(2_750, "USD")
BUDGET = a_campaign().budget


def facts_of_refusal(under_test: ServiceUnderTest, campaign: Campaign) -> Mapping[str, object]:
    with pytest.raises(Refusal) as refused:
        under_test.load(campaign, live=False)
    assert refused.value.reason is Reason.MOVE_NOT_ALLOWED
    return refused.value.facts


def move(under_test: ServiceUnderTest, *moves: CampaignMove) -> None:
    for one in moves:
        under_test.service.running.move(SPRING, one)


def state(under_test: ServiceUnderTest) -> CampaignState:
    return next(state for _, state in under_test.service.running.campaigns())


def test_c1_a_draft_is_replaced(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign(a_group(an_item(stock=5)), budget=Money(10_000, "USD")), live=False)

    under_test.load(a_campaign(a_group(an_item("torch", stock=3)), budget=Money(6_000, "USD")))

    assert left(under_test, "budget/spring") == 6_000
    assert left(under_test, "pool/spring/US") == 3


@pytest.mark.parametrize(
    "moves",
    [
        (CampaignMove.SUBMIT,),
        (CampaignMove.SUBMIT, CampaignMove.REJECT),
        (CampaignMove.SUBMIT, CampaignMove.APPROVE, CampaignMove.GO_LIVE, CampaignMove.FINISH),
    ],
    ids=["pending", "rejected", "finished"],
)
def test_c1_a_frozen_campaign_can_not_be_edited_but_loaded_unchanged(
    under_test: ServiceUnderTest, moves: tuple[CampaignMove, ...]
) -> None:
    campaign = a_campaign(starts_at=NOW + timedelta(days=1))
    under_test.load(campaign, live=False)
    move(under_test, *moves)
    before = state(under_test)

    facts = facts_of_refusal(under_test, replace(campaign, name="Summer"))
    under_test.load(campaign, live=False)

    assert (facts["move"], facts["fixed"]) == ("edit", "everything")
    assert state(under_test) is before


def test_c1_a_campaign_that_finished_by_its_date_can_not_be_edited(under_test: ServiceUnderTest) -> None:
    under_test.load()
    under_test.clock.moment = a_campaign().ends_at

    facts = facts_of_refusal(under_test, a_campaign(ends_at=NOW + timedelta(days=90)))

    assert facts["state"] is CampaignState.FINISHED


def test_c1_a_live_campaign_may_change_its_words_and_raise_what_it_offers(under_test: ServiceUnderTest) -> None:
    under_test.load()
    redeems(under_test, gets_reward(under_test), "ann")
    item = an_item(stock=110, title=Words("A better lamp"))

    under_test.load(a_campaign(a_group(item), announcement=Words("New!"), budget=BUDGET + CHARGE), live=False)

    assert left(under_test, "budget/spring") == BUDGET.amount
    assert left(under_test, "pool/spring/US") == 109
    assert left(under_test, "item/spring/US/lamp") == 109
    assert books_of(under_test).issued == 1


@pytest.mark.parametrize(
    ("changes", "fixed"),
    [
        ({"ends_at": NOW + timedelta(days=60)}, "ends_at"),
        ({"cost_per_action": Money(3_000, "USD")}, "cost_per_action"),
        ({"budget": Money(400_000, "USD")}, "budget below 500000"),
        ({"groups": (a_group(an_item(stock=99)),)}, "US lamp stock below 100"),
        ({"groups": (a_group(an_item(), an_item("torch")),)}, "US items"),
        ({"groups": (a_group(), a_group(group_id="DE"))}, "groups"),
        ({"groups": (a_group(currency="CAD"),)}, "US currency"),
        ({"moments": ()}, "moments"),
        ({"app_id": AppId("other")}, "app"),
    ],
)
def test_c1_a_live_campaign_keeps_what_issued_rewards_rest_on(
    under_test: ServiceUnderTest, changes: dict[str, object], fixed: str
) -> None:
    under_test.load()

    facts = facts_of_refusal(under_test, replace(a_campaign(), **changes))  # type: ignore[arg-type]

    assert facts["fixed"] == fixed
    assert left(under_test, "budget/spring") == BUDGET.amount


def test_c1_a_suspended_campaign_resumes_by_its_dates(under_test: ServiceUnderTest) -> None:
    under_test.load()
    move(under_test, CampaignMove.SUSPEND)
    suspended = state(under_test)

    move(under_test, CampaignMove.RESUME)

    assert (suspended, state(under_test)) == (CampaignState.SUSPENDED, CampaignState.LIVE)
    gets_reward(under_test)


def test_r3_pieces_taken_out_by_hand_stay_out_when_the_file_is_loaded_again(under_test: ServiceUnderTest) -> None:
    under_test.load()
    under_test.service.running.set_stock(SPRING, US, "lamp", 3)

    under_test.load(a_campaign(announcement=Words("New!")), live=False)

    assert left(under_test, "item/spring/US/lamp") == 3
    assert left(under_test, "pool/spring/US") == 3


def test_r3_no_more_rewards_are_issued_than_there_are_pieces_for(under_test: ServiceUnderTest) -> None:
    under_test.load()
    for _ in range(2):
        gets_reward(under_test)

    under_test.service.running.set_stock(SPRING, RewardGroupId("US"), "lamp", 1)
    promised = left(under_test, "pool/spring/US")
    under_test.service.running.set_stock(SPRING, RewardGroupId("US"), "lamp", 5)

    assert promised == 0
    assert left(under_test, "pool/spring/US") == 3
    assert books_of(under_test).open == 2


def refusal_at_the_cap(under_test: ServiceUnderTest) -> Reason:
    with pytest.raises(Refusal) as refused:
        gets_reward(under_test)
    return refused.value.reason


def test_c4_an_operator_raises_a_campaigns_cap_and_it_counts_at_once(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign(month_cap=CHARGE))
    gets_reward(under_test)
    at_the_cap = refusal_at_the_cap(under_test)

    under_test.service.running.set_cap(SPRING, CHARGE + CHARGE)
    gets_reward(under_test)

    assert at_the_cap is refusal_at_the_cap(under_test) is Reason.CAMPAIGN_MONTH_CAP
    assert books_of(under_test).issued == 2


def test_c4_an_operator_raises_an_accounts_cap_and_it_counts_at_once(under_test: ServiceUnderTest) -> None:
    under_test.load(developer=a_developer(month_cap=CHARGE))
    gets_reward(under_test)
    at_the_cap = refusal_at_the_cap(under_test)

    under_test.service.running.set_account_cap(DeveloperId("dev"), CHARGE + CHARGE)
    gets_reward(under_test)

    assert at_the_cap is refusal_at_the_cap(under_test) is Reason.ACCOUNT_MONTH_CAP
    assert books_of(under_test).issued == 2


def test_c4_a_file_does_not_take_back_what_an_operator_raised(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign(month_cap=CHARGE), developer=a_developer(month_cap=CHARGE))
    under_test.service.running.set_cap(SPRING, CHARGE + CHARGE)
    under_test.service.running.set_account_cap(DeveloperId("dev"), CHARGE + CHARGE)

    under_test.load(a_campaign(month_cap=CHARGE), app=an_app(), developer=a_developer(month_cap=CHARGE), live=False)

    for _ in range(2):
        gets_reward(under_test)
    assert refusal_at_the_cap(under_test) is Reason.CAMPAIGN_MONTH_CAP


def test_c4_a_new_month_begins_with_the_cap_as_it_stands(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign(month_cap=CHARGE, ends_at=NOW + timedelta(days=60)))
    gets_reward(under_test)
    under_test.service.running.set_cap(SPRING, CHARGE + CHARGE)
    gets_reward(under_test)
    under_test.clock.moment = NOW.replace(month=4, day=1)

    for _ in range(2):
        gets_reward(under_test)

    assert refusal_at_the_cap(under_test) is Reason.CAMPAIGN_MONTH_CAP
    assert books_of(under_test).issued == 4
