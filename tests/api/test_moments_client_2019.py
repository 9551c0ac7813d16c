"""A client as apps wrote it for Amazon Moments: only host and key change, and it never looks at the status."""

import http.client
import json
import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from tests.api.api_caller import ApiCaller


class MomentsClient2019:
    """What an app's server had: the stage in its path, the body by hand, the text shown whatever came."""

    STAGE = "/prod"

    def __init__(self, host: str, key: str) -> None:
        self.host = host
        self.key = key

    def get_reward_info(self, moment: str) -> str:
        told: str = self._call("GetRewardInfo", moment)["rewardNotificationText"]
        return told

    def get_reward(self, moment: str) -> tuple[str, str | None, str | None]:
        temp = self._call("GetReward", moment)
        return temp["rewardNotificationText"], temp["rewardNotificationUrl"], temp["campaignEndDate"]

    def _call(self, operation: str, moment: str) -> dict[str, str]:
        connection = http.client.HTTPConnection(self.host, timeout=10)
        body = {
            "appId": "game",
            "momentId": moment,
            "deviceType": "Android",
            "campaignId": "spring",
            "rewardGroupId": "US",
        }
        headers = {"x-api-key": self.key, "Content-Type": "application/json", "accept": "application/json"}
        connection.request("POST", f"{self.STAGE}/{operation}", json.dumps(body), headers)
        answer: dict[str, str] = json.loads(connection.getresponse().read())
        connection.close()
        return answer


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        pass


@pytest.fixture
def client(live: ApiCaller) -> Iterator[MomentsClient2019]:
    server: WSGIServer = make_server("127.0.0.1", 0, live.app, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield MomentsClient2019(f"127.0.0.1:{server.server_port}", live.under_test.api_key)
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_announces_and_rewards(client: MomentsClient2019) -> None:
    announced = client.get_reward_info("level-5")
    text, url, ends = client.get_reward("level-5")

    assert announced == "Reach level 5 for a reward."
    assert text == "You reached level 5: here is your reward."
    assert str(url).startswith("http://localhost/r/")
    assert ends == "2026-03-31T12:00:00Z"


def test_it_shows_the_reason_of_a_mistake(client: MomentsClient2019) -> None:
    text, url, _ = client.get_reward("level-9")

    assert text == "The campaign has no moment level-9; it has level-5. Check momentId."
    assert url is None


def test_it_shows_that_the_campaign_was_taken_down(client: MomentsClient2019, live: ApiCaller) -> None:
    live.under_test.service.running.move(CampaignId("spring"), CampaignMove.SUSPEND)

    text, url, ends = client.get_reward("level-5")

    assert text == "The campaign spring was taken down; no rewards are issued."
    assert (url, ends) == (None, None)
