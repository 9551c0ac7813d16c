"""A whole world of its own: a clock, the fake Amazon, the service with a database of its own, and the fake apps.

Everything is on free ports of the loopback address and in one temporary folder. Leaving the world, by any way,
leaves nothing behind: what runs in threads is stopped, what runs in processes is watched by a guard.
"""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from simulator import campaign_file
from simulator.apps import running
from simulator.apps.ad_network import SECRET_NAME, AdNetwork
from simulator.apps.app_server import AppServer, HeldReward
from simulator.apps.rewards_api import Calls, RewardsApi
from simulator.apps.running import RunningApp
from simulator.campaign_file import CampaignFile
from simulator.database import database_server, empty_database, redis_server
from simulator.event_log import EventLog
from simulator.fake_amazon import FakeAmazon
from simulator.fake_amazon.clock import FileClock
from simulator.opened import Opened
from simulator.phone_network import PhoneNetwork
from simulator.ports import reserved_port
from simulator.seeded import Seeded
from simulator.service import PROGRAM, Service, ServiceFailed, ServiceSettings

BEGINNING: Final = datetime(2030, 3, 4, 10, 0, tzinfo=UTC)
"""Where the time of a repeatable world begins: ahead of real time, so that no cookie of it has run out."""

LOOPBACK: Final = "127.0.0.1"
CLIENT_ID: Final = "amzn1.application-oa2-client.5e1f0c7d9b3a4e68a2d4c6f8b0917e35"
PARTNER_ID: Final = "Simul"
ACCESS_KEY: Final = "AKSIMULATEDPARTNER00"
FUNDS: Final = 1_000_000
"""What the partner has at the fake Amazon, in dollars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPlan:
    """What is wanted of a world."""

    seed: int = 0
    campaigns: tuple[CampaignFile, ...] = field(default_factory=lambda: (campaign_file.named("demo"),))
    live: bool = True
    """Whether the operator submits and approves the campaigns after loading them, so that their dates count."""
    runs_in_real_time: bool = False
    """True: time begins now and passes. False: it stands at BEGINNING and moves only when moved."""
    delivery: str = "load-balance"
    amazon: Mapping[str, object] = field(default_factory=dict)
    """Settings of the fake Amazon that differ from its own."""
    amazon_control: bool = False
    """Whether its control plane is open to programs on this machine."""
    database: str = field(default_factory=database_server)
    """A PostgreSQL server; empty for a SQLite file in the world's folder."""
    redis: str = field(default_factory=redis_server)
    service_variables: Mapping[str, str] = field(default_factory=dict)
    """Settings of the service that differ from the world's own."""
    address: str = LOOPBACK
    """Where everything listens: the loopback address, or one of this machine's in a network that is trusted."""
    shown_at: str = ""
    """Origin of a page that frames the app's screens, and in them the reward pages; empty for none."""
    phone_network: bool = False
    """Whether phones reach the world through a network that can be made bad (`phone_network.PhoneNetwork`)."""
    program: Sequence[str] = PROGRAM
    """What is started as the service; tests put one with a planted fault here."""


@dataclass(frozen=True, slots=True)
class _Door:
    """Where something listens, and the address by which phones reach it."""

    address: str
    port: int
    url: str


class World(Opened):
    """A world, between entering and leaving it. Entering raises ServiceFailed."""

    def __init__(self, plan: WorldPlan) -> None:
        super().__init__()
        self.plan = plan
        self.seeded = Seeded(plan.seed)
        self.apps: dict[str, RunningApp] = {}
        self.phone_network: PhoneNetwork | None = None

    @property
    def app(self) -> RunningApp:
        """The first app, which is the only one in most worlds."""
        return next(iter(self.apps.values()))

    def pass_time(self, span: timedelta) -> None:
        """Move everybody's clock."""
        self.clock.advance(span)

    def let_time_run(self) -> None:
        """From where the clock stands, time passes by itself from now on."""
        ahead = self.clock.now() - datetime.now(UTC)
        self.clock.write(f"{ahead.total_seconds():+.6f}")

    def fresh_reward(self, customer: str) -> HeldReward:
        """A reward that the app asks for without waiting for points. Raises LookupError when it is refused."""
        moments = sorted(self.app.server.campaign.moments(), key=lambda moment: moment.due_at_points or 0)
        reward = self.app.server.claim(customer, moments[0].moment_id)
        if reward is None:
            raise LookupError(self.app.server.customer(customer).refusals[-1])
        return reward

    def operate(self, *arguments: str) -> str:
        """Run a command of the service as its operator. Raises ServiceFailed."""
        return self.service.operate(*arguments)

    def _open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="simulator-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.clock = FileClock(self.folder / "clock")
        if not self.plan.runs_in_real_time:
            self.clock.stand_at(BEGINNING)
        self.log = EventLog(self.clock.now)
        if self.plan.phone_network:
            self.phone_network = self._stack.enter_context(PhoneNetwork())
        self._open_amazon()
        self._open_service()
        for campaign in self.plan.campaigns:
            self._open_app(campaign)

    def _door(self, *, has_servers: bool = False) -> _Door:
        """Where something of the world listens; behind the phone network, where there is one."""
        port = self._stack.enter_context(reserved_port(self.plan.address))
        url = f"http://{self.plan.address}:{port}"
        if self.phone_network is None:
            return _Door(self.plan.address, port, url)
        behind = self._stack.enter_context(reserved_port())
        self.phone_network.lead(self.plan.address, port, (LOOPBACK, behind), has_servers=has_servers)
        return _Door(LOOPBACK, behind, url)

    def _open_amazon(self) -> None:
        self.amazon = FakeAmazon(clock=self.clock, seed=self.plan.seed, control=self.plan.amazon_control)
        self.amazon.set(**self.plan.amazon)
        door = self._door(has_servers=True)
        self.amazon.start(door.port, door.address)
        self._stack.callback(self.amazon.stop)
        # Under a name of its own, so that to browsers Amazon is another site than the service, as it is in truth.
        self.amazon_url = door.url.replace(LOOPBACK, "localhost")
        self.amazon.register_partner(PARTNER_ID, ACCESS_KEY, self.seeded.secret("partner"), FUNDS)
        for campaign in self.plan.campaigns:
            for item in campaign.items():
                self.amazon.add_item(item.shop_id, item.title, item.price, item.currency, item.tax, kind=item.shop_kind)

    def _open_service(self) -> None:
        door = self._door()
        self.public_url = door.url
        secret = self.seeded.secret("client")
        beyond_loopback = self.plan.address != LOOPBACK
        self.amazon.register_client(
            CLIENT_ID,
            secret,
            [f"{door.url}/reward/sign-in/return"],
            name=self.plan.campaigns[0].app_name,
            plain_http=beyond_loopback,
        )
        self.database_url = self._stack.enter_context(empty_database(self.plan.database, self.folder))
        variables = {
            "REDEEM_MODE": "sandbox",
            "REDEEM_DATABASE_URL": self.database_url,
            "REDEEM_REDIS_URL": self.plan.redis,
            "REDEEM_SECRET_KEYS": self.seeded.secret("service"),
            "REDEEM_PUBLIC_URL": door.url,
            "REDEEM_AMAZON_URL": self.amazon_url,
            "REDEEM_AMAZON_CLIENT_ID": CLIENT_ID,
            "REDEEM_AMAZON_CLIENT_SECRET": secret,
            "REDEEM_AMAZON_PARTNER_ID": PARTNER_ID,
            "REDEEM_AMAZON_ACCESS_KEY": ACCESS_KEY,
            "REDEEM_AMAZON_SECRET_KEY": self.seeded.secret("partner"),
            "REDEEM_AMAZON_DELIVERY": self.plan.delivery,
            "REDEEM_CLOCK_FILE": str(self.folder / "clock"),
            SECRET_NAME: self.seeded.secret("ads"),
            **self.plan.service_variables,
        }
        self.service = Service(ServiceSettings(self.folder, door.port, variables, self.plan.program, door.address))
        self._stack.callback(self.service.stop)
        self.service.start()

    def _load(self, campaign: CampaignFile) -> str:
        """Load a campaign as its operator would, and bring it live; gives the app's API key."""
        path = campaign.write(self.folder / campaign.app_id)
        live = ("--live",) if self.plan.live else ()
        applied = self.service.operate_json("campaign", "apply", str(path), "--json", *live)
        return _api_key(applied, campaign.app_id)

    def _open_app(self, campaign: CampaignFile) -> None:
        # Under a name of its own, as Amazon is; its port is known before, since the campaign says who may frame pages.
        door = self._door()
        url = door.url.replace(LOOPBACK, "localhost")
        if self.plan.shown_at:
            campaign = campaign.varied({"app.frame_origins": [self.plan.shown_at, url]})
        api_key = self._load(campaign)
        api = RewardsApi(self.service.url, campaign.app_id, api_key)
        server = AppServer(campaign, api, self.seeded, self.log, self.clock.now, self._ads_of(campaign))
        app = running.start(server, api, api_key, url, (door.address, door.port))
        self._stack.callback(app.stop)
        self.apps[campaign.app_id] = app

    def _ads_of(self, campaign: CampaignFile) -> AdNetwork | None:
        if not campaign.has_ad_network:
            return None
        return AdNetwork(Calls(self.service.url), campaign.app_id, self.seeded.secret("ads"), self.log)


def _api_key(applied: Mapping[str, object], app_id: str) -> str:
    apps = applied.get("apps")
    for app in apps if isinstance(apps, list) else []:
        if app.get("appId") == app_id and app.get("apiKey"):
            return str(app["apiKey"])
    raise ServiceFailed(f"`redeem campaign apply` gave no API key for the app {app_id}.")
