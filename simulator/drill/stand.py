"""The small installation that a drill breaks: service, sweeper, database, fake Amazon, each a process of its own."""

import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from simulator import campaign_file, verdict
from simulator.drill.amazon import AmazonOfTheDrill, until
from simulator.drill.crowd import Crowd
from simulator.drill.front import Front
from simulator.drill.servers import Cluster, RedisServer
from simulator.drill.small_disk import SmallDisk
from simulator.fake_amazon.clock import FileClock
from simulator.load.target import AS_OFTEN_AS_THEY_LIKE, for_many
from simulator.opened import Opened
from simulator.seeded import Seeded
from simulator.service import Service, ServiceFailed, ServiceSettings, free_port
from simulator.verdict import Check
from simulator.visitors.app_calls import AppCalls
from simulator.visitors.sending import HttpxSender, NotHeard
from simulator.visitors.way import WrongAnswer
from simulator.world import ACCESS_KEY, CLIENT_ID, PARTNER_ID

MOMENT: Final = "comeback"
FUNDS: Final = 10_000_000
SERVES_AGAIN_WITHIN: Final = 90.0
DONE_WITHIN: Final = 120.0
STEP: Final = timedelta(minutes=2)
_PATIENCE: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StandPlan:
    """What is wanted of a stand."""

    people: int = 24
    seed: int = 1
    postgres: bool = False
    redis: bool = False
    small_disk: int = 0
    """Megabytes of a disk that the database has to itself, where such a disk can be mounted."""
    pause: float = 0.0
    """Between two people of a row, in seconds, so that fewer people make a longer load."""
    program: tuple[str, ...] = (sys.executable, "-m", "redeem_app")
    variables: Mapping[str, str] | None = None


class Stand(Opened):
    """Between entering, which lets the crowd come, and leaving it. Entering raises ServiceFailed."""

    def __init__(self, plan: StandPlan) -> None:
        super().__init__()
        self.plan = plan
        self.seeded = Seeded(plan.seed)
        self.cluster: Cluster | None = None
        self.redis: RedisServer | None = None
        self.disk: SmallDisk | None = None
        self.played = ""
        """What of the drill was only played, where this machine did not let it be real."""
        self._probes = self._events = 0

    def a_service(self, name: str, *, sweeps: bool = False, **changes: Any) -> Service:
        """Another process of the service, not started yet."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        variables = {**self.variables, "REDEEM_SWEEP_SECONDS": "0.3" if sweeps else "0"}
        settings = ServiceSettings(
            folder,
            free_port(),
            {**variables, **changes.get("variables", {})},
            changes.get("program", self.plan.program),
        )
        service = Service(settings)
        self._stack.callback(service.stop)
        return service

    def serves_again(self, began: float) -> float:
        """Seconds from a moment until the app gets a reward again. Raises ServiceFailed."""
        self._probes += 1
        customer = f"probe-{self._probes}"
        with HttpxSender(timeout=10.0) as sender:

            def gets_one() -> bool:
                with contextlib.suppress(NotHeard, WrongAnswer):
                    return bool(self.crowd.calls.gets_reward(sender, customer))
                return False

            until(gets_one, "the service gives rewards again", SERVES_AGAIN_WITHIN)
        return time.monotonic() - began

    def a_link(self) -> str:
        """Of one more reward. Raises ServiceFailed."""
        self._probes += 1
        with HttpxSender(timeout=_PATIENCE) as sender:
            try:
                return self.crowd.calls.gets_reward(sender, f"link-{self._probes}")
            except (NotHeard, WrongAnswer) as wrong:
                raise ServiceFailed(f"The app got no link: {wrong}") from wrong

    def get_reward(self) -> httpx.Response:
        """One more call of the app; 200 counts as a reward."""
        self._probes += 1
        calls = self.crowd.calls
        of = {"campaignId": calls.campaign_id, "momentId": calls.moment_id, "rewardGroupId": calls.group_id}
        answer = self._post("/GetReward", {"appId": calls.app_id, "deviceType": "Web", **of})
        self._probes -= answer.status_code != httpx.codes.OK
        return answer

    def event(self) -> httpx.Response:
        """One more event of a customer."""
        self._events += 1
        moment = self.clock.now().isoformat()
        body = {"eventId": f"probe-{self._events}", "customerId": "probe", "type": "game.level", "occurredAt": moment}
        return self._post("/v1/events", body)

    def _post(self, path: str, body: Mapping[str, str]) -> httpx.Response:
        headers = {"x-api-key": self.crowd.calls.api_key}
        return httpx.post(self.front.url + path, json=body, headers=headers, timeout=_PATIENCE, trust_env=False)

    def status_of(self, path: str) -> int:
        """What the front answers to a GET."""
        return httpx.get(self.front.url + path, timeout=_PATIENCE, trust_env=False).status_code

    def pass_time(self, span: timedelta) -> None:
        """Move the service's clock and Amazon's alike."""
        self.clock.advance(span)
        self.amazon_clock.advance(span)

    def finish(self) -> list[Check]:
        """Let everybody come to their end, time going on for what is asked again, and see whether it adds up."""
        began = time.monotonic()
        while not self.crowd.is_done() and time.monotonic() - began < DONE_WITHIN:
            if not self.crowd.wait(2.0):
                self.pass_time(STEP)
        self.crowd.send_home()
        told = self.service.operate_json("books", "--json")
        crowd = self.crowd
        finished = Check("everybody has their reward", crowd.is_done(), f"{crowd.applied} of {crowd.size}")
        return [
            finished,
            *verdict.of_books(told, self.cost),
            *verdict.of_people(told, crowd.rewarded + self._probes, crowd.applied),
            *verdict.of_amazon(told, self.amazon.applied()),
        ]

    def _open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="simulator-drill-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.clock = FileClock(self.folder / "clock")
        self.front = Front()
        self.front.start()
        self._stack.callback(self.front.stop)
        self._open_amazon()
        self._open_servers()
        self.variables = self._variables()
        self.service = self.a_service("service")
        self.front.pass_on_to(self.service.url)
        self.crowd = self._a_crowd()
        self.service.start()
        self.sweeper = self.a_service("sweeper", sweeps=True)
        self.sweeper.start()
        self._stack.callback(self.crowd.send_home)
        self.crowd.start()

    def _open_amazon(self) -> None:
        self.amazon = AmazonOfTheDrill(self.folder / "amazon")
        self._stack.callback(self.amazon.close)
        self.amazon.start()
        self.amazon_clock = FileClock(self.amazon.clock)
        self.amazon.tell("settings", throttled=False)
        back = f"{self.front.url}/reward/sign-in/return"
        secret = self.seeded.secret("client")
        self.amazon.tell("clients", client_id=CLIENT_ID, client_secret=secret, redirect_uris=[back])
        keys = {"access_key": ACCESS_KEY, "secret_key": self.seeded.secret("partner")}
        self.amazon.tell("partners", partner_id=PARTNER_ID, **keys, funds={"USD": FUNDS})

    def _open_servers(self) -> None:
        if self.plan.small_disk:
            self.disk = SmallDisk(self.folder / "disk", self.plan.small_disk)
            self._stack.callback(self.disk.close)
        if self.plan.postgres:
            self.cluster = Cluster(self._of_the_database / "postgres")
            self._stack.callback(self.cluster.stop, "immediate")
            self.cluster.start()
        if self.plan.redis:
            self.redis = RedisServer(self.folder / "redis")
            self._stack.callback(self.redis.process.stop)
            self.redis.start()

    @property
    def _of_the_database(self) -> Path:
        return self.disk.folder if self.disk else self.folder

    def _variables(self) -> dict[str, str]:
        database = self.cluster.url if self.cluster else f"sqlite:///{self._of_the_database / 'drill.sqlite3'}"
        return {
            "REDEEM_MODE": "sandbox",
            "REDEEM_DATABASE_URL": database,
            "REDEEM_REDIS_URL": self.redis.url if self.redis else "",
            "REDEEM_SECRET_KEYS": self.seeded.secret("service"),
            "REDEEM_HASH_KEY": self.seeded.secret("hash"),
            "REDEEM_PUBLIC_URL": self.front.url,
            "REDEEM_AMAZON_URL": self.amazon.url,
            "REDEEM_AMAZON_CLIENT_ID": CLIENT_ID,
            "REDEEM_AMAZON_CLIENT_SECRET": self.seeded.secret("client"),
            "REDEEM_AMAZON_PARTNER_ID": PARTNER_ID,
            "REDEEM_AMAZON_ACCESS_KEY": ACCESS_KEY,
            "REDEEM_AMAZON_SECRET_KEY": self.seeded.secret("partner"),
            "REDEEM_CLOCK_FILE": str(self.folder / "clock"),
            "REDEEM_API_CALLS_PER_SECOND": AS_OFTEN_AS_THEY_LIKE,
            "REDEEM_TRUSTED_PROXIES": "127.0.0.0/8",
            **(self.plan.variables or {}),
        }

    def _a_crowd(self) -> Crowd:
        campaign = for_many(campaign_file.named("demo"), 10 * self.plan.people)
        self.cost = int(campaign.document["campaign"][0]["cost_per_action"] * 100)
        path = campaign.write(self.folder / "campaign")
        applied = self.service.operate_json("campaign", "apply", str(path), "--json", "--live")
        apps = applied["apps"]
        if not isinstance(apps, list):
            raise ServiceFailed("`redeem campaign apply` gave no API key.")
        moment = next(one for one in campaign.moments() if one.moment_id == MOMENT)
        ids = (moment.campaign_id, moment.moment_id, moment.group_id)
        calls = AppCalls(self.front.url, campaign.app_id, apps[0]["apiKey"], *ids)
        crowd = Crowd(calls, campaign.app_name, self.plan.people, self.plan.pause)
        for person in crowd.people():
            self.amazon.tell("accounts", email=person.email, password=person.password, name=person.full_name)
        return crowd
