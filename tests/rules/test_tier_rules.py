"""Tiers: which moments are due, and what their rewards cost in points."""

from hypothesis import given
from hypothesis import strategies as st

from redeem_app.domain.campaign import Moment, Words
from redeem_app.domain.ids import MomentId
from redeem_app.domain.tiers import exchange_points, standing


def a_moment(moment_id: str, due_at_points: int | None = None) -> Moment:
    return Moment(MomentId(moment_id), Words(moment_id), due_at_points=due_at_points, tier=moment_id.title())


BRONZE, SILVER, GOLD = a_moment("bronze", 100), a_moment("silver", 300), a_moment("gold", 600)
MOMENTS = (a_moment("surprise"), GOLD, BRONZE, SILVER)


def names(moments: tuple[Moment, ...]) -> list[str]:
    return [moment.moment_id for moment in moments]


def test_e2_reaching_a_tier_makes_its_moment_due() -> None:
    before, after = standing(MOMENTS, [], 99), standing(MOMENTS, [], 100)

    assert (before.reached, before.ahead, before.due) == (None, BRONZE, ())
    assert (after.reached, after.ahead, after.due) == (BRONZE, SILVER, (BRONZE,))


def test_e2_two_tiers_at_once_make_both_moments_due_the_lowest_first() -> None:
    assert names(standing(MOMENTS, [], 599).due) == ["bronze", "silver"]
    assert standing(MOMENTS, [], 600).ahead is None


def test_e3_the_points_of_a_reward_are_gone_and_still_count_as_collected() -> None:
    assert exchange_points(MOMENTS, BRONZE.moment_id) == 100
    assert exchange_points(MOMENTS, GOLD.moment_id) == 300

    now = standing(MOMENTS, [BRONZE.moment_id], 150)

    assert (now.spendable, now.collected) == (150, 250)
    assert now.due == ()
    assert standing(MOMENTS, [BRONZE.moment_id], 200).due == (SILVER,)


def test_e3_a_reached_tier_that_points_no_longer_pay_for_is_not_due() -> None:
    """The reward of the higher tier was issued, then a refund took the rest."""
    now = standing(MOMENTS, [SILVER.moment_id], 0)

    assert now.reached == BRONZE
    assert now.due == ()


def test_e3_points_pay_once_for_two_campaigns() -> None:
    """After the first campaign's tier was exchanged, the second one begins with what is left."""
    left = 100 - exchange_points([BRONZE], BRONZE.moment_id)

    assert standing([a_moment("other", 100)], [], left).due == ()


def test_a_moment_of_the_apps_own_choice_costs_no_points() -> None:
    assert exchange_points(MOMENTS, MomentId("surprise")) == 0
    assert exchange_points(MOMENTS, MomentId("unknown")) == 0


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=5, unique=True), st.integers(0, 2000), st.data())
def test_e2_every_reached_tier_can_be_paid_for_in_every_order(ats: list[int], points: int, data: st.DataObject) -> None:
    moments = [a_moment(f"m{at}", at) for at in ats]
    granted = list[MomentId]()
    while due := standing(moments, granted, points).due:
        chosen = data.draw(st.sampled_from(due))
        granted.append(chosen.moment_id)
        points -= exchange_points(moments, chosen.moment_id)

    now = standing(moments, granted, points)
    assert points >= 0
    assert set(granted) == {m.moment_id for m in moments if (m.due_at_points or 0) <= now.collected}
