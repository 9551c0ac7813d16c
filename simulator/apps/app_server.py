"""An app's server: it holds the API key, reports what people do, asks for the rewards that become due, and keeps them.

It knows its people by their own names in the app; nothing tells it who redeemed what (rule V1).
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from simulator.apps.ad_network import WATCHED, AdNetwork, View
from simulator.apps.post import Post, tried_again
from simulator.apps.rewards_api import ApiRefused, Counted, Due, NoAnswer, Notice, RewardsApi
from simulator.campaign_file import CampaignFile, MomentIds
from simulator.event_log import EventLog
from simulator.seeded import Seeded

NOTHING_YET: Final = Counted(points=0, balance=0, tier="", next_tier="", due=())


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did in the app."""

    event_id: str
    customer: str
    kind: str
    occurred_at: datetime
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class HeldReward:
    """A reward that the app has got for a person, with its link."""

    moment_id: str
    text: str
    url: str


@dataclass(slots=True)
class Customer:
    """One person, as the app knows them."""

    name: str
    device_type: str = "Web"
    opens_in_view: bool = False
    """Whether the app shows the reward's page in a view of its own, in the playground's phone."""
    link_query: str = ""
    """What the playground adds to reward links: the phone's language, the person's country."""
    counted: Counted = NOTHING_YET
    rewards: list[HeldReward] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    """What the service said when it refused a reward, newest last."""
    refusal_codes: list[str] = field(default_factory=list)
    """The reason codes of those refusals."""
    done: dict[str, int] = field(default_factory=dict)
    """How often the person did what: `game.level` 3."""


class AppServer:
    """One app's server; its screens call it from several threads. `ads` is its ad network, where it has one."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with
        self,
        campaign: CampaignFile,
        api: RewardsApi,
        seeded: Seeded,
        log: EventLog,
        now: Callable[[], datetime],
        ads: AdNetwork | None = None,
    ) -> None:
        self.campaign = campaign
        self.post = Post(self._report)
        self.ads = ads
        if ads is not None:
            ads.on_taken = self._ad_confirmed
        self._api = api
        self._seeded = seeded
        self._log = log
        self._now = now
        self._customers: dict[str, Customer] = {}
        self._announced: dict[str, str] = {}
        self._lock = threading.RLock()

    def customer(self, name: str) -> Customer:
        """The person of that name; new people are welcome."""
        with self._lock:
            return self._customers.setdefault(name, Customer(name))

    def happened(self, name: str, kind: str, **facts: str | int) -> None:
        """A person did something that may earn points: count it and report it (rule E1).

        A watched ad is the ad network's to report, where the app has one; the app then asks where the person stands.
        """
        with self._lock:
            customer = self.customer(name)
            customer.done[kind] = customer.done.get(kind, 0) + 1
            event_id = self._seeded.uuid(f"{self.campaign.app_id}/event")
            try:
                if kind == WATCHED and self.ads is not None:
                    self.ads.watched(View(event_id, name, self._now()))
                else:
                    self.post.send(Event(event_id, name, kind, self._now(), facts))
            except (ApiRefused, NoAnswer) as failure:
                self._note_refusal(customer, "event", failure)

    def deliver_late(self, post: Post[Any]) -> None:
        """Bring the events, or the ad network's calls, that a mishap held back."""
        with self._lock:
            post.deliver_late()

    def unconfirmed(self, name: str) -> int:
        """How many films the person has watched that the ad network could not tell the service of."""
        return self.ads.unconfirmed(name) if self.ads is not None else 0

    def claim(self, name: str, moment_id: str) -> HeldReward | None:
        """Ask for a moment's reward whatever the points say, as apps with rules of their own do."""
        with self._lock:
            moment = self.moment(moment_id)
            due = Due(moment.campaign_id, moment.moment_id, moment.group_id)
            return self._get_reward(self.customer(name), due)

    def give(self, name: str, moment_id: str) -> HeldReward | None:
        """Ask for a moment's reward without naming the person, who then may get it again and again."""
        with self._lock:
            moment = self.moment(moment_id)
            due = Due(moment.campaign_id, moment.moment_id, moment.group_id)
            return self._get_reward(self.customer(name), due, named="")

    def make_link_anew(self, name: str) -> None:
        """The person lost the newest reward's link: ask for another, which takes its place."""
        with self._lock:
            customer = self.customer(name)
            lost = customer.rewards.pop()
            moment = self.moment(lost.moment_id)
            url = self._api.new_link(Due(moment.campaign_id, moment.moment_id, moment.group_id), name)
            customer.rewards.append(replace(lost, url=url))

    def moment(self, moment_id: str) -> MomentIds:
        """One of the campaign's moments. Raises LookupError."""
        for moment in self.campaign.moments():
            if moment.moment_id == moment_id:
                return moment
        raise LookupError(moment_id)

    def announcement(self, customer: Customer) -> str:
        """The words of the challenge that the person is on, from the service itself (rule P6); empty for none."""
        held = {reward.moment_id for reward in customer.rewards}
        ahead = [m for m in self.campaign.moments() if m.is_announced and m.moment_id not in held]
        if not ahead:
            return ""
        with self._lock:
            moment = ahead[0]
            if moment.moment_id not in self._announced:
                self._announced[moment.moment_id] = self._ask_announcement(moment, customer.device_type)
            return self._announced[moment.moment_id]

    def _ask_announcement(self, moment: MomentIds, device_type: str) -> str:
        due = Due(moment.campaign_id, moment.moment_id, moment.group_id)
        try:
            notice = self._api.announcement(due, device_type)
        except (ApiRefused, NoAnswer):
            return ""
        return notice.text if notice else ""

    def _report(self, event: Event) -> None:
        """With the same event id again when no answer came: the service counts it once (rule E4)."""
        facts = (event.event_id, event.customer, event.kind, event.occurred_at, event.facts)
        self._stands(event.customer, event.kind, tried_again(lambda: self._api.record(*facts)))

    def _ad_confirmed(self, view: View) -> None:
        self._stands(view.customer, WATCHED, tried_again(lambda: self._api.standing(view.customer)))

    def _stands(self, name: str, kind: str, counted: Counted) -> None:
        customer = self.customer(name)
        customer.counted = counted
        self._log.note(
            "app", "event counted", type=kind, customer=name, points=counted.points,
            balance=counted.balance, tier=counted.tier,
        )  # fmt: skip
        held = {reward.moment_id for reward in customer.rewards}
        for due in counted.due:
            if due.moment_id not in held:
                self._get_reward(customer, due)

    def _get_reward(self, customer: Customer, due: Due, named: str | None = None) -> HeldReward | None:
        key = self._seeded.uuid(f"{self.campaign.app_id}/reward")
        try:
            notice = self._asked_twice_if_lost(customer, due, key, customer.name if named is None else named)
        except (ApiRefused, NoAnswer) as failure:
            self._note_refusal(customer, "reward", failure)
            return None
        if notice is None:
            customer.refusals.append("No reward is left.")
            customer.refusal_codes.append("none-left")
            self._log.note("app", "no reward left", customer=customer.name, moment=due.moment_id)
            return None
        reward = HeldReward(due.moment_id, notice.text, notice.url)
        customer.rewards.append(reward)
        self._log.note("app", "reward received", customer=customer.name, moment=due.moment_id)
        return reward

    def _asked_twice_if_lost(self, customer: Customer, due: Due, key: str, named: str) -> Notice | None:
        try:
            return self._api.reward(due, customer.device_type, named, key)
        except NoAnswer:
            return self._api.reward(due, customer.device_type, named, key)

    def _note_refusal(self, customer: Customer, asked_for: str, failure: ApiRefused | NoAnswer) -> None:
        text = failure.text if isinstance(failure, ApiRefused) else "The service could not be reached."
        code = failure.code if isinstance(failure, ApiRefused) else "no-answer"
        customer.refusals.append(text)
        customer.refusal_codes.append(code)
        self._log.note("app", f"{asked_for} refused", customer=customer.name, code=code)
