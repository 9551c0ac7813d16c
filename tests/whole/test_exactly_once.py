"""R7 over HTTP, with a service process and the fake Amazon: one reward is applied once, whatever happens at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from simulator.world import World, WorldPlan
from tests.whole.http_person import HttpPerson, Page

EMAIL, PASSWORD = "ada@example.com", "a-made-up-password"


@pytest.fixture
def world() -> Iterator[World]:
    with World(WorldPlan(seed=7)) as world:
        world.amazon.add_account(EMAIL, PASSWORD, "Ada Example")
        yield world


def a_link(world: World) -> str:
    campaign = world.plan.campaigns[0]
    body = {
        "appId": campaign.app_id,
        "momentId": "comeback",
        "deviceType": "Android",
        "campaignId": campaign.campaign_ids[0],
        "rewardGroupId": "US",
    }
    answer = httpx.post(f"{world.service.url}/GetReward", json=body, headers={"x-api-key": world.app.api_key})
    return str(answer.json()["rewardNotificationUrl"])


def test_r7_200_simultaneous_posts_apply_one_reward_once(world: World) -> None:
    with HttpPerson(a_link(world), EMAIL, PASSWORD) as ada:
        confirm = ada.signs_in()
        cookies = ada.client.cookies

        def press(_: int) -> int:
            with httpx.Client(cookies=cookies, timeout=60) as tab:
                return tab.post(confirm.action, data=confirm.fields).status_code

        with ThreadPoolExecutor(40) as pool:
            statuses = list(pool.map(press, range(200)))
        seen = ada.opens()

    assert set(statuses) == {303}
    assert seen.name == "applied"
    assert len(world.amazon.applications()) == 1


def test_the_http_person_reads_the_pages(world: World) -> None:
    with HttpPerson(a_link(world), EMAIL, PASSWORD) as ada:
        offer: Page = ada.opens()
        confirm = ada.signs_in()
        applied = ada.applies()

    assert [offer.name, confirm.name, applied.name] == ["offer", "confirm", "applied"]
