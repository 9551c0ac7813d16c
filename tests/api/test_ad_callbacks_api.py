"""Ad networks' callbacks over HTTP: genuine, repeated, late, reordered, forged, expired (rule E4)."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from werkzeug.test import TestResponse

from redeem_app.domain.campaign import EarningRule
from tests.api.api_caller import ApiCaller
from tests.campaign_builders import NOW, a_campaign, a_moment, an_app

KEY = ec.generate_private_key(ec.SECP256R1())
STRANGERS_KEY = ec.generate_private_key(ec.SECP256R1())
SECRET = b"a-secret-that-the-house-network-shares"


def a_key_list(key: ec.EllipticCurvePrivateKey = KEY) -> bytes:
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return json.dumps({"keys": [{"keyId": 3335741209, "pem": pem, "base64": ""}]}).encode()


class KeyServer(HTTPServer):
    """Gives the key list, and counts how often it was asked; silent where it has none."""

    document: bytes = a_key_list()
    asked = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/verifier-keys.json"


class _Answer(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(200 if self.server.document else 503)
        self.end_headers()
        self.wfile.write(self.server.document)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def key_server() -> Iterator[KeyServer]:
    server = KeyServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ads(api: ApiCaller, key_server: KeyServer, tmp_path: Path) -> ApiCaller:
    """An app whose ads are of three networks: a key server, a key list in a file, and a shared secret in a file."""
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "keys.json").write_bytes(a_key_list())
    keys = {
        "admob": key_server.address,
        "listed": f"list:{tmp_path / 'keys.json'}",
        "house": f"file:{tmp_path / 'secret'}",
    }
    earning = (EarningRule("ad.watched", 10), EarningRule("game.level", 5))
    moments = (a_moment("front-row", due_at_points=20, issued_when_due=True),)
    api.under_test.load(a_campaign(moments=moments), app=an_app(earning=earning, ad_keys=keys))
    return api


def said(transaction: str = "18fa792de1bca816", user: str = "ann", at: datetime = NOW) -> str:
    stamp = int(at.timestamp() * 1000)
    return (
        "ad_network=5450213213286189855&ad_unit=1234567890&custom_data=two%20words&reward_amount=1&reward_item=Reward"
        f"&timestamp={stamp}&transaction_id={transaction}&user_id={user}"
    )


def by_key(content: str, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    signature = base64.urlsafe_b64encode(key.sign(unquote(content).encode(), ec.ECDSA(hashes.SHA256()))).decode()
    return f"{content}&signature={signature}&key_id=3335741209"


def by_secret(content: str, secret: bytes = SECRET) -> str:
    return f"{content}&signature={hmac.digest(secret, content.encode(), hashlib.sha256).hex()}"


def calls_back(api: ApiCaller, callback: str, network: str = "admob", app: str = "game") -> TestResponse:
    """The network's own call: it has no key of ours."""
    return api.app.test_client().get(f"/v1/ads/{network}/{app}?{callback}")


def balance(api: ApiCaller, customer: str = "ann") -> int:
    return int(api.get(f"/v1/customers/{customer}/points").get_json()["balance"])


SIGNED = pytest.mark.parametrize(
    ("network", "sign"), [("admob", by_key), ("listed", by_key), ("house", by_secret)], ids=["address", "list", "hash"]
)


@SIGNED
def test_e4_a_genuine_callback_counts_once_however_often_it_comes(ads: ApiCaller, network: str, sign: object) -> None:
    callback = sign(said())  # type: ignore[operator]

    told = [calls_back(ads, callback, network) for _ in range(3)]

    assert [answer.get_json() for answer in told] == [{"counted": True}, {"counted": False}, {"counted": False}]
    assert balance(ads) == 10


def test_e4_the_key_server_is_asked_once_for_many_callbacks(ads: ApiCaller, key_server: KeyServer) -> None:
    for number in range(5):
        assert calls_back(ads, by_key(said(f"t{number}"))).status_code == 200

    assert key_server.asked == 1


@SIGNED
def test_e4_late_and_reordered_callbacks_count_for_a_day(ads: ApiCaller, network: str, sign: object) -> None:
    times = [NOW - timedelta(hours=1), NOW - timedelta(hours=23), NOW - timedelta(minutes=1)]
    callbacks = [sign(said(f"t{n}", "ben", at)) for n, at in enumerate(times)]  # type: ignore[operator]

    statuses = [calls_back(ads, callback, network).status_code for callback in reversed(callbacks)]
    ads.under_test.clock.advance(hours=2)
    again = calls_back(ads, callbacks[1], network)

    assert statuses == [200, 200, 200]
    assert again.status_code == 400
    assert "older than 24 hours" in again.get_json()["message"]
    assert balance(ads, "ben") == 30 - 20, "20 points were exchanged for the reward of the tier"


@pytest.mark.parametrize(
    ("network", "callback", "sentence"),
    [
        ("admob", by_key(said(), STRANGERS_KEY), "the network's signature"),
        ("admob", by_key(said()).replace("user_id=ann", "user_id=eve"), "the network's signature"),
        ("admob", said(), "does not end in signature"),
        ("house", by_secret(said(), b"guessed"), "the network's signature"),
        ("house", by_secret(said()).replace("reward_amount=1", "reward_amount=9"), "the network's signature"),
        ("house", by_key(said()), "64 hex digits"),
        ("admob", by_key(said(at=NOW - timedelta(hours=25))), "older than 24 hours"),
        ("house", by_secret(said(at=NOW + timedelta(hours=1))), "in the future"),
        ("unity", by_key(said()), "states no key"),
        ("admob", "", "does not end in signature"),
    ],
    ids=["key", "altered", "unsigned", "secret", "amount", "dialect", "expired", "future", "network", "empty"],
)
def test_e4_what_is_forged_or_expired_is_refused_and_counts_nothing(
    ads: ApiCaller, network: str, callback: str, sentence: str
) -> None:
    refused = calls_back(ads, callback, network)

    assert (refused.status_code, refused.get_json()["errorCode"]) == (400, "body-invalid")
    assert sentence in refused.get_json()["message"]
    assert (balance(ads, "ann"), balance(ads, "eve")) == (0, 0)


def test_e4_an_app_with_ad_keys_can_not_report_an_ad_by_its_own_word(ads: ApiCaller) -> None:
    ad, level = ads.reports("e1", type="ad.watched"), ads.reports("e2")

    assert (ad.status_code, ad.get_json()["errorCode"]) == (409, "ad-callback-needed")
    assert "admob, house, listed" in ad.get_json()["message"]
    assert level.status_code == 200
    assert balance(ads) == 5


def test_e4_without_ad_keys_an_app_reports_ads_itself(api: ApiCaller) -> None:
    api.under_test.load(app=an_app(earning=(EarningRule("ad.watched", 10),)))

    assert api.reports("e1", type="ad.watched").get_json()["points"] == 10


def test_e4_a_callback_comes_again_where_the_keys_could_not_be_had(ads: ApiCaller, key_server: KeyServer) -> None:
    key_server.document = b""
    later = calls_back(ads, by_key(said()))
    key_server.document = a_key_list()
    ads.under_test.clock.advance(seconds=61)

    again = calls_back(ads, by_key(said()))

    assert (later.status_code, later.headers["Retry-After"]) == (503, "60")
    assert later.get_json()["errorCode"] == "ad-keys-unavailable"
    assert again.get_json() == {"counted": True}


def test_an_app_that_nobody_knows_has_no_such_address(ads: ApiCaller) -> None:
    assert calls_back(ads, by_key(said()), app="nobody").status_code == 404


def test_v1_e2_a_reward_that_a_callback_leads_to_is_told_to_the_app_and_not_to_the_network(ads: ApiCaller) -> None:
    told = [calls_back(ads, by_key(said(f"t{number}"))) for number in range(2)]

    standing = ads.get("/v1/customers/ann/points").get_json()
    link = ads.post("/v1/links", {"customerId": "ann", "campaignId": "spring", "momentId": "front-row"})

    assert [answer.get_json() for answer in told] == [{"counted": True}] * 2
    assert standing["campaigns"][0]["tiers"][0]["rewarded"] is True
    assert link.get_json()["rewardNotificationUrl"].startswith("http://localhost/r/")
    assert ads.issued() == 1


def test_e4_the_app_takes_a_withdrawn_ad_back_by_the_networks_transaction(ads: ApiCaller) -> None:
    calls_back(ads, by_key(said("t1")))

    told = ads.reports("w1", type="ad.withdrawn", reverses="ad:admob:t1").get_json()

    assert (told["points"], told["balance"]) == (-10, 0)
