"""States that a person can be put into at once: what the world does for it, and what to do then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from simulator import faults
from simulator.apps.app_server import HeldReward
from simulator.apps.running import RunningApp
from simulator.world import World

LONG_AFTER_THE_CAMPAIGN: Final = timedelta(days=366)


@dataclass(slots=True)
class Asked:
    """For whom a state is made, in which world."""

    world: World
    app: RunningApp
    person: str

    def fresh_reward(self) -> HeldReward | None:
        """A reward that is asked for without waiting for points; None where the service refuses it."""
        moments = sorted(self.app.server.campaign.moments(), key=lambda moment: moment.due_at_points or 0)
        free = [moment for moment in moments if moment.due_at_points is None] or moments
        return self.app.server.give(self.person, free[0].moment_id)

    def first_item(self) -> tuple[str, str, str]:
        """Campaign, reward group and item that the page offers first."""
        campaign = self.app.server.campaign.document["campaign"][0]
        group = campaign["group"][0]
        return str(campaign["id"]), str(group["id"]), str(group["item"][0]["id"])


@dataclass(frozen=True, slots=True)
class State:
    """A state by its title; `then` says what to do to see it, `breaks` names the fault that it leaves behind."""

    title: str
    then: str
    make: Callable[[Asked], object]
    breaks: str = ""


def _out_of_stock(asked: Asked) -> None:
    campaign, group, item = asked.first_item()
    asked.world.operate("campaign", "stock", campaign, group, item, "0")
    asked.fresh_reward()


def _expired(asked: Asked) -> None:
    asked.fresh_reward()
    asked.world.pass_time(LONG_AFTER_THE_CAMPAIGN)


def _suspended(asked: Asked) -> None:
    asked.fresh_reward()
    asked.world.operate("campaign", "move", asked.first_item()[0], "suspend")


def _amazon_down(asked: Asked) -> None:
    asked.fresh_reward()
    faults.named("amazon-down").begin(asked.world, None)


def _answers_lost(asked: Asked) -> None:
    asked.fresh_reward()
    faults.named("answers-lost").begin(asked.world, None)


STATES: Final[Mapping[str, State]] = {
    "fresh": State("A fresh reward", "Press Redeem now in the phone.", Asked.fresh_reward),
    "expired": State("Expired", "The clock is a year ahead. Press Redeem now.", _expired),
    "out-of-stock": State(
        "Out of stock, with an alternative", "Press Redeem now: the page says what there is instead.", _out_of_stock
    ),
    "suspended": State("Campaign suspended", "Press Redeem now.", _suspended),
    "amazon-down": State(
        "Amazon down",
        "Press Redeem now, try to sign in, then mend amazon-down and try again.",
        _amazon_down,
        "amazon-down",
    ),
    "answers-lost": State(
        "Amazon's answer lost",
        "Redeem: the page says that it takes longer. Mend answers-lost, and it goes on by itself.",
        _answers_lost,
        "answers-lost",
    ),
}
"""What can be reached with one press; the rest of the way is the person's."""
