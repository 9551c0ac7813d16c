"""What one person of a load does from coming to leaving; knows nothing of Locust."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from simulator.habits import Deed, Habits, Opens
from simulator.load.outcome import Outcome
from simulator.load.plan import DAYS_AT_MOST, Plan
from simulator.load.shape import Persona, Stops
from simulator.people import SECONDS
from simulator.robots import ROBOTS
from simulator.visitors.app_calls import Report
from simulator.visitors.pages import Page
from simulator.visitors.sending import NotHeard, Sender
from simulator.visitors.way import OK, Way, WrongAnswer

CARDS: Final = frozenset({"preview", "offer"})
LOOKS_AT_MOST: Final = 30
MAIL_SCANNER: Final = "outlook-safelinks"


@dataclass(frozen=True, slots=True)
class Life:
    """One person by number. `wait` takes seconds."""

    plan: Plan
    number: int
    sender: Sender
    outcome: Outcome
    wait: Callable[[float], None]

    def live(self) -> WrongAnswer | NotHeard | None:
        """From coming to leaving; what went wrong is counted, and given back."""
        self.outcome.count("came")
        try:
            self._go(self.plan.shape.persona_of(self.number, self.plan.seed))
        except WrongAnswer as wrong:
            self.outcome.note_wrong(str(wrong))
            return wrong
        except NotHeard as lost:
            self.outcome.count("unheard")
            return lost
        finally:
            self.outcome.count("finished")
        return None

    def _go(self, persona: Persona) -> None:
        link = self._earn(persona.habits)
        self.outcome.count("rewarded")
        for name in list(ROBOTS)[: persona.robots]:
            self._visited_by(name, link)
        if persona.stops is Stops.ROBOTS:
            return
        if persona.habits.opens is Opens.MAIL:
            self._visited_by(MAIL_SCANNER, link)
        self.wait(self.plan.lasts(persona.habits.delay))
        way = Way(persona.numbered(self.number), link, self.sender, self.plan.app_name)
        self._redeem(way, persona)

    def _earn(self, habits: Habits) -> str:
        """Do in the app what makes the reward due, and let the app ask for it."""
        deeds = list(habits.day.deeds())
        if deeds:
            self._play_as_usual(deeds, habits)
        for before in self.plan.shape.before if not deeds else ():
            for time in range(before.times):
                self._does(Deed("", before.event), f"{before.event}-{time}")
        return self.plan.calls.gets_reward(self.sender, self._customer)

    def _play_as_usual(self, deeds: list[Deed], habits: Habits) -> None:
        """Usual days, until the reward is due; only one where it needs no points."""
        for day in range(DAYS_AT_MOST if self.plan.calls.is_due_by_points else 1):
            if day:
                self.wait(self.plan.lasts(habits.absence))
            for number, deed in enumerate(deeds):
                self.outcome.count("deeds")
                if self._does(deed, f"{day}-{number}"):
                    return

    def _does(self, deed: Deed, mark: str) -> bool:
        """One thing in the app; whether the load's reward is due after it."""
        at, event_id = datetime.now(UTC), f"{self._customer}-{mark}"
        report = Report(self._customer, event_id, at, deed.event, deed.category)
        return self.plan.calls.moment_id in self.plan.calls.reports(self.sender, report)

    @property
    def _customer(self) -> str:
        return f"{self.plan.seed}-{self.plan.people}-p{self.number}"

    def _redeem(self, way: Way, persona: Persona) -> None:
        offer = way.opens(self.number)
        self._think(persona)
        if persona.stops is Stops.OFFER or not self.plan.can_sign_in:
            way.looks_again("offer")
            return
        if persona.habits.hesitation:
            self.wait(self.plan.lasts(persona.habits.hesitation))
            offer = way.looks_again("offer")
            self.outcome.count("came back")
        confirm = way.signs_in(offer)
        self._think(persona)
        if persona.stops is Stops.CONFIRM:
            way.looks_again("confirm")
            return
        self._wait_for_success(way, way.applies(confirm))
        self.outcome.count("applied")

    def _wait_for_success(self, way: Way, page: Page) -> None:
        for _ in range(LOOKS_AT_MOST):
            if page.name == "applied":
                return
            self.wait(1.0)
            page = way.looks_again("applied", "applying")
        raise WrongAnswer("looks again", "the reward is still under way")

    def _visited_by(self, name: str, link: str) -> None:
        robot, step = ROBOTS[name], f"a robot opens the link ({ROBOTS[name].method})"
        headers = {"user-agent": robot.user_agent, "accept": "*/*", **robot.headers}
        answer = self.sender.send(step, robot.method, link, headers=headers)
        self.outcome.count("robots")
        if answer.status != OK:
            raise WrongAnswer(step, f"{name} got status {answer.status}")
        if robot.method != "HEAD" and Page(link, answer.text).name not in CARDS:
            raise WrongAnswer(step, f"{name} got no page of ours")

    def _think(self, persona: Persona) -> None:
        least, most = SECONDS[persona.pace]
        chance = random.Random(f"{self.plan.seed}/think/{self.number}")  # noqa: S311 - repeatable on purpose
        self.wait(chance.uniform(least, most) * self.plan.hurry)
