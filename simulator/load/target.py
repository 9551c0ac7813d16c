"""What a load is aimed at: a world of its own, or a service that runs already."""

import json
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

import httpx

from simulator import campaign_file
from simulator.campaign_file import CampaignFile
from simulator.load.shape import Shape
from simulator.people import Person
from simulator.verdict import Applied
from simulator.visitors.app_calls import AppCalls
from simulator.world import ACCESS_KEY, LOOPBACK, PARTNER_ID, World, WorldPlan

AS_OFTEN_AS_THEY_LIKE: Final = "1000000"
CONTROL_SECONDS: Final = 30.0
BOOKS_SECONDS: Final = 300.0


class TargetFailed(Exception):
    """The target does not do what a load needs of it; the text says what."""


class Target(Protocol):
    """A service with what stands around it. `books` and `applied` give None where they can't be looked at."""

    @property
    def calls(self) -> AppCalls:
        """The app's."""
        ...

    @property
    def app_name(self) -> str:
        """As its page names it."""
        ...

    @property
    def can_sign_in(self) -> bool:
        """Whether there is a fake Amazon: nobody's real account is ever used."""
        ...

    @property
    def cost(self) -> int | None:
        """Of each reward in minor units, where the books can be held to it."""
        ...

    @property
    def already(self) -> set[str]:
        """Request ids that had their effect before."""
        ...

    def expect(self, people: Iterable[Person]) -> None:
        """Give those an Amazon account who have one. Raises TargetFailed."""
        ...

    def books(self) -> Mapping[str, Any] | None:
        """The service's books, once nothing is under way any more. Raises TargetFailed."""
        ...

    def applied(self) -> list[Applied] | None:
        """What has taken effect at the fake Amazon."""
        ...


@dataclass(frozen=True, slots=True)
class OwnWorld:
    """A world that was started for this load alone."""

    world: World
    calls: AppCalls
    app_name: str
    cost: int | None
    can_sign_in: bool = True
    already: set[str] = field(default_factory=set)

    def expect(self, people: Iterable[Person]) -> None:
        """Give those an Amazon account who have one."""
        for person in people:
            if person.has_account:
                amazon = self.world.amazon
                amazon.add_account(person.email, person.password, person.full_name, prime=person.prime)

    def books(self) -> Mapping[str, Any]:
        """By the operator's command, after a last sweep."""
        self.world.operate("sweep")
        return self.world.service.operate_json("books", "--json")

    def applied(self) -> list[Applied]:
        """What has taken effect."""
        return [Applied(done.request_id, done.user_id) for done in self.world.amazon.applications() if not done.undone]


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service that somebody else runs; `amazon_url` is a fake Amazon with its control plane open, or empty.

    `books_command` prints the service's books as JSON (`redeem books --json`, perhaps on another machine); empty: none.
    """

    calls: AppCalls
    app_name: str
    amazon_url: str = ""
    books_command: str = ""
    cost: int | None = None
    already: set[str] = field(default_factory=set)

    @property
    def can_sign_in(self) -> bool:
        """Only there."""
        return bool(self.amazon_url)

    def expect(self, people: Iterable[Person]) -> None:
        """Give those an Amazon account who have one."""
        if not self.amazon_url:
            return
        with httpx.Client(base_url=self.amazon_url, timeout=CONTROL_SECONDS, trust_env=False) as control:
            for person in people:
                if person.has_account:
                    order = {"email": person.email, "password": person.password, "name": person.full_name}
                    _told(control.post("/control/accounts", json=order))
        self.already.update(done.request_id for done in self.applied() or [])

    def books(self) -> Mapping[str, Any] | None:
        """What the command prints."""
        if not self.books_command:
            return None
        command = shlex.split(self.books_command)
        done = subprocess.run(command, capture_output=True, text=True, timeout=BOOKS_SECONDS, check=False)  # noqa: S603 - the caller's own command
        try:
            return dict(json.loads(done.stdout))
        except ValueError:
            raise TargetFailed(f"`{self.books_command}` printed no JSON: {done.stderr.strip()[-500:]}") from None

    def applied(self) -> list[Applied] | None:
        """What has taken effect."""
        if not self.amazon_url:
            return None
        told = _told(httpx.get(f"{self.amazon_url}/control/applications", timeout=CONTROL_SECONDS, trust_env=False))
        return [Applied(one["request_id"], one["user_id"]) for one in told["applications"] if not one["undone"]]


@contextmanager
def own_world(shape: Shape, people: int, seed: int, address: str = LOOPBACK) -> Iterator[OwnWorld]:
    """A world at an address, with budget, stock and funds for so many people. Raises ServiceFailed, NoSuchCampaign."""
    campaign = for_many(campaign_file.named(shape.campaign), people)
    plan = WorldPlan(
        seed=seed,
        campaigns=(campaign,),
        runs_in_real_time=True,
        address=address,
        amazon={"calls_per_second": None},
        service_variables={
            "REDEEM_API_CALLS_PER_SECOND": AS_OFTEN_AS_THEY_LIKE,
            "REDEEM_OTHER_CALLS_PER_SECOND": AS_OFTEN_AS_THEY_LIKE,
            # Each person says to come from an address of their own, whichever machine plays them.
            "REDEEM_TRUSTED_PROXIES": "127.0.0.0/8" if address == LOOPBACK else "0.0.0.0/0, ::/0",
            "REDEEM_LOG_LEVEL": "ERROR",
        },
    )
    with World(plan) as world:
        funds = 2 * people * cost_of(campaign)
        world.amazon.register_partner(PARTNER_ID, ACCESS_KEY, world.seeded.secret("partner"), funds)
        calls = calls_of(campaign, shape, world.service.url, world.app.api_key, world.seeded.secret("ads"))
        yield OwnWorld(world, calls, campaign.app_name, int(cost_of(campaign) * 100))


def for_many(campaign: CampaignFile, people: int) -> CampaignFile:
    """The campaign with enough of everything for so many people."""
    plenty = 2 * people * cost_of(campaign) + 1000
    group = campaign.document["campaign"][0]["group"][0]
    stock = {f"campaign.0.group.0.item.{place}.stock": 2 * people for place in range(len(group["item"]))}
    caps = {"campaign_month_cap": plenty, "account_month_cap": plenty}
    return campaign.varied({"campaign.0.budget": plenty, "operator": caps, **stock})


def cost_of(campaign: CampaignFile) -> Decimal:
    """What each reward costs, in dollars."""
    return Decimal(campaign.document["campaign"][0]["cost_per_action"])


def calls_of(campaign: CampaignFile, shape: Shape, url: str, api_key: str, ads_secret: str) -> AppCalls:
    """The app's calls for the moment that the shape rewards. Raises TargetFailed."""
    for moment in campaign.moments():
        if moment.moment_id == shape.moment:
            return AppCalls(
                url,
                campaign.app_id,
                api_key,
                moment.campaign_id,
                moment.moment_id,
                moment.group_id,
                ads_secret=ads_secret if campaign.has_ad_network else "",
                is_due_by_points=moment.due_at_points is not None,
            )
    raise TargetFailed(f"The campaign file has no moment {shape.moment!r}, which the shape rewards.")


def _told(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        raise TargetFailed(
            f"The fake Amazon's control plane answered {answer.status_code};"
            " `simulator amazon --control` starts one with it open."
        )
    return dict(answer.json())
