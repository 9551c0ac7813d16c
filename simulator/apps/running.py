"""A fake app that runs: its server and its screens, on a port of its own, in threads of this process."""

from dataclasses import dataclass
from urllib.parse import urlencode

from simulator.apps import screens
from simulator.apps.app_server import AppServer
from simulator.apps.game import GAME
from simulator.apps.kinds import AppKind
from simulator.apps.rewards_api import RewardsApi
from simulator.apps.shop import SHOP
from simulator.apps.video import VIDEO
from simulator.campaign_file import CampaignFile
from simulator.fake_amazon.server import Server

KINDS = (GAME, SHOP, VIDEO)
SIGNS = {event: kind for kind in KINDS for event in kind.events}
"""Which app an earning event belongs to."""


def kind_of(campaign: CampaignFile) -> AppKind:
    """The kind of app that a campaign's earning rules speak of; without any, a game."""
    events = [str(rule["event"]) for rule in campaign.earning]
    return next((SIGNS[event] for event in events if event in SIGNS), GAME)


@dataclass(slots=True)
class RunningApp:
    """One app with its address; `stop` gives port and connections back."""

    server: AppServer
    kind: AppKind
    api: RewardsApi
    _listening: Server
    api_key: str
    url: str
    """Where its screens are. The name differs from the service's address, so that the two are different sites."""

    def screen(self, person: str, device_type: str = "Web", **further: str) -> str:
        """The address of one person's screen on a device; `further` as `screens` knows it: opens, lang, country."""
        return f"{self.url}/as/{person}/?{urlencode({'device': device_type, **further})}"

    def stop(self) -> None:
        """Accept no more."""
        self._listening.stop()
        self.api.close()
        if self.server.ads is not None:
            self.server.ads.close()


def start(server: AppServer, api: RewardsApi, api_key: str, url: str, listens_at: tuple[str, int]) -> RunningApp:
    """Start the app's screens, which phones reach at `url`, listening on an address and port."""
    kind = kind_of(server.campaign)
    listening = Server(screens.build(server, kind), *listens_at, None)
    listening.start()
    return RunningApp(server, kind, api, listening, api_key, url)
