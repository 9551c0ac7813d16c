"""Signing keys, API keys and Amazon's secrets rotate under load, with two processes, and nobody sees a failure."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace

import httpx

from simulator.drill.stand import Stand, StandPlan
from simulator.service import Service
from simulator.visitors.pages import Page
from simulator.visitors.sending import HttpxSender
from simulator.visitors.way import PHONE
from simulator.world import CLIENT_ID, PARTNER_ID

PEOPLE = 30


class Pair:
    """Two processes behind the proxy, restarted one after the other as the handbook says."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        second = stand.a_service("second")
        second.start()
        self.services = [stand.service, second]
        self._named = {"service": 0, "second": 1}
        self._put_back()

    def restarts_with(self, **variables: str) -> None:
        self.stand.variables.update(variables)
        for name, place in self._named.items():
            self.stand.front.pass_on_to(self.services[1 - place].url)
            self.services[place].stop()
            self.services[place] = self.stand.a_service(name)
            self.services[place].start()
            self._put_back()
        self.stand.service = self.services[0]

    def _put_back(self) -> None:
        self.stand.front.pass_on_to(*(service.url for service in self.services))


def page_of(link: str) -> str:
    return Page(link, httpx.get(link, trust_env=False, headers={"user-agent": PHONE}).text).name


def steps(service: Service) -> Mapping[str, str]:
    """What `redeem keys rotate` shows: the new key and its steps."""
    told = service.operate("keys", "rotate")
    key = re.search(r"A new key: (\S+)", told)
    assert key is not None
    assert told.index("at the END") < told.index("to the FRONT") < told.index("Take the old key out")
    return {"key": key[1]}


def test_everything_rotates_under_load_without_a_failure() -> None:
    with Stand(StandPlan(people=PEOPLE, pause=0.8)) as stand, HttpxSender() as sender:
        pair = Pair(stand)
        old_key = stand.variables["REDEEM_SECRET_KEYS"]
        old_link = stand.crowd.calls.gets_reward(sender, "holds-an-old-link")

        new_key = steps(stand.service)["key"]
        pair.restarts_with(REDEEM_SECRET_KEYS=f"{old_key},{new_key}")
        pair.restarts_with(REDEEM_SECRET_KEYS=f"{new_key},{old_key}")
        new_link = stand.crowd.calls.gets_reward(sender, "has-a-new-link")

        old_api_key = stand.crowd.calls.api_key
        stand.crowd.calls = replace(
            stand.crowd.calls, api_key=stand.service.operate("key", "add", stand.crowd.calls.app_id).strip()
        )

        back = [f"{stand.front.url}/reward/sign-in/return"]
        old_secret, new_secret = stand.variables["REDEEM_AMAZON_CLIENT_SECRET"], secrets.token_hex(32)
        client = {"client_id": CLIENT_ID, "redirect_uris": back}
        stand.amazon.tell("clients", **client, client_secret=new_secret, former_secret=old_secret)
        partner = {"access_key": "AKSECONDPARTNERKEY00", "secret_key": secrets.token_hex(20)}
        stand.amazon.tell("partners", partner_id=PARTNER_ID, **partner, funds={"USD": 1_000_000})
        pair.restarts_with(
            REDEEM_AMAZON_CLIENT_SECRET=new_secret,
            REDEEM_AMAZON_ACCESS_KEY=partner["access_key"],
            REDEEM_AMAZON_SECRET_KEY=partner["secret_key"],
        )
        stand.amazon.tell("clients", **client, client_secret=new_secret)
        stand.service.operate("key", "retire", "--key", old_api_key)
        under_load = stand.crowd.applied
        stand._probes += 2
        checks = stand.finish()
        seen_with_both = [page_of(old_link), page_of(new_link)]
        pair.restarts_with(REDEEM_SECRET_KEYS=new_key)
        seen_with_new = [page_of(old_link), page_of(new_link)]

    assert stand.crowd.troubles == []
    assert under_load > 0
    assert [check for check in checks if not check.went_well] == []
    assert seen_with_both == ["offer", "offer"]
    assert seen_with_new == ["refusal", "offer"]
