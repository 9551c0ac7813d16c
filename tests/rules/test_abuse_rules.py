"""Too many accounts for one person, too many rewards for one account (rule R7)."""

import pytest

from redeem_app.domain.abuse import Counts, Thresholds, abuse, check_abuse
from redeem_app.domain.refusals import Reason, Refusal


def counts(reward: int = 1, person: int = 1, moment: int = 1) -> Counts:
    return Counts(accounts_for_this_reward=reward, accounts_of_this_person=person, rewards_of_this_moment=moment)


def test_r7_an_ordinary_person_is_let_through() -> None:
    assert abuse(counts()) is None
    check_abuse(counts())


@pytest.mark.parametrize(
    ("within", "beyond", "reason"),
    [
        (counts(reward=3), counts(reward=4), Reason.TOO_MANY_ACCOUNTS),
        (counts(person=2), counts(person=3), Reason.TOO_MANY_ACCOUNTS),
        (counts(moment=2), counts(moment=3), Reason.TOO_MANY_REWARDS),
    ],
)
def test_r7_each_threshold_is_the_last_that_passes(within: Counts, beyond: Counts, reason: Reason) -> None:
    assert abuse(within) is None
    assert abuse(beyond) is reason
    with pytest.raises(Refusal) as refused:
        check_abuse(beyond)
    assert refused.value.reason is reason


def test_r7_thresholds_are_data_that_an_operator_sets() -> None:
    strict = Thresholds(accounts_for_a_reward=1, accounts_of_a_person=1, rewards_of_a_moment=1)

    assert abuse(counts(), strict) is None
    assert abuse(counts(reward=2), strict) is Reason.TOO_MANY_ACCOUNTS
    assert abuse(counts(moment=2), strict) is Reason.TOO_MANY_REWARDS


def test_v1_a_refusal_tells_counts_and_no_names() -> None:
    with pytest.raises(Refusal) as refused:
        check_abuse(counts(moment=9))

    assert set(refused.value.facts) == {
        "rule",
        "accounts_for_this_reward",
        "accounts_of_this_person",
        "rewards_of_this_moment",
    }
