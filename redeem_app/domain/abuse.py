"""Abuse: one person's reward tried through several accounts, one account with several persons' rewards (rule R7).

The counts are of accounts and rewards, never of names: accounts and customers are known by keyed hashes only.
"""

from dataclasses import dataclass
from typing import Final

from redeem_app.domain.refusals import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much of each is still a household or a mistake; the next one is refused."""

    accounts_for_a_reward: int = 3
    """Accounts that signed in for one reward before it was applied."""
    accounts_of_a_person: int = 2
    """Accounts to which rewards of one person of one app were applied."""
    rewards_of_a_moment: int = 2
    """Rewards of one moment, so of as many persons, that one account collected: a couple may share an account."""


DEFAULT_THRESHOLDS: Final = Thresholds()


@dataclass(frozen=True, slots=True)
class Counts:
    """What is on record when an account asks for a reward; each counts as if it were applied now."""

    accounts_for_this_reward: int
    """Different accounts that signed in for the reward, this one included."""
    accounts_of_this_person: int
    """Different accounts that hold rewards of the same person in the same app, this one included; 1 where the app
    does not say who the person is."""
    rewards_of_this_moment: int
    """Rewards of the same moment that this account holds, this one included."""


def abuse(counts: Counts, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Reason | None:
    """Why the reward is not applied; None if nothing speaks against it."""
    if (
        counts.accounts_for_this_reward > thresholds.accounts_for_a_reward
        or counts.accounts_of_this_person > thresholds.accounts_of_a_person
    ):
        return Reason.TOO_MANY_ACCOUNTS
    if counts.rewards_of_this_moment > thresholds.rewards_of_a_moment:
        return Reason.TOO_MANY_REWARDS
    return None


def check_abuse(counts: Counts, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> None:
    """Raises Refusal(TOO_MANY_ACCOUNTS) or Refusal(TOO_MANY_REWARDS); the reward stays as it is."""
    reason = abuse(counts, thresholds)
    if reason is not None:
        raise Refusal(
            reason,
            rule="R7",
            accounts_for_this_reward=counts.accounts_for_this_reward,
            accounts_of_this_person=counts.accounts_of_this_person,
            rewards_of_this_moment=counts.rewards_of_this_moment,
        )
