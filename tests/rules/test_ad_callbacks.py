"""Rewarded-ad callbacks: genuine, repeated, late, reordered, forged, expired (rule E4)."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random
from urllib.parse import quote

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from redeem_app.adapters.ad_callbacks import AdCallbacks
from redeem_app.adapters.ad_callbacks_keys import FetchedKeyLists, fetched, parsed_list, shared_secrets
from redeem_app.domain.ads import AdKeysUnavailable, AdWatched, ad_event, needs_callback
from redeem_app.domain.campaign import App, EarningRule
from redeem_app.domain.ids import CustomerKey, EventId
from redeem_app.domain.points import PointsEntry
from redeem_app.domain.points_ledger import balance, booked
from redeem_app.domain.refusals import Reason, Refusal
from tests.campaign_builders import an_app

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
LIST = "https://ads.example/keys.json"
SECRET = "env:AD_SECRET"
KEY, OTHER_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def a_list(**keys: ec.EllipticCurvePrivateKey) -> bytes:
    return json.dumps(
        {"keys": [{"keyId": int(i[1:]), "pem": pem(key), "base64": ""} for i, key in keys.items()]}
    ).encode()


class Network:
    """An ad network's key server, in memory; counts how often it was asked."""

    def __init__(self, document: bytes | None = None) -> None:
        self.document: bytes | None = a_list(k7=KEY) if document is None else document
        self.asked = 0

    def fetch(self, _address: str) -> bytes:
        self.asked += 1
        if self.document is None:
            raise httpx.ConnectError("no route")
        return self.document


def the_app(**ad_keys: str) -> App:
    return an_app(ad_keys=ad_keys or {"admob": LIST, "house": SECRET}, earning=(EarningRule("ad.watched", 10),))


def verifier(network: Network | None = None) -> AdCallbacks:
    lists = FetchedKeyLists((network or Network()).fetch)
    return AdCallbacks(lists, lambda source: shared_secrets(source, {"AD_SECRET": "new-secret,old-secret"}))


def said(
    *,
    at: datetime = NOW,
    transaction: str = "18fa792de1bca816048293fc71035638",
    user: str | None = "ann",
    custom: str | None = None,
    item: str = "coins",
) -> str:
    parameters = {
        "ad_network": "5450213213286189855",
        "ad_unit": "2747237135",
        "custom_data": custom,
        "reward_amount": "5",
        "reward_item": item,
        "timestamp": str(int(at.timestamp() * 1000)),
        "transaction_id": transaction,
        "user_id": user,
    }
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value is not None)


def signed(content: str, *, decoded: str | None = None, key: ec.EllipticCurvePrivateKey = KEY, key_id: int = 7) -> str:
    text = content if decoded is None else decoded
    signature = base64.urlsafe_b64encode(key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))).decode().rstrip("=")
    return f"{content}&signature={signature}&key_id={key_id}"


GENUINE = signed(said())


def hashed(content: str, secret: str = "new-secret") -> str:  # noqa: S107 - a fake
    return f"{content}&signature={hmac.new(secret.encode(), content.encode(), hashlib.sha256).hexdigest()}"


def watched(callback: str, network: str = "admob", *, now: datetime = NOW) -> AdWatched:
    return verifier().watched(the_app(), network, callback, now)


def cause(callback: str, network: str = "admob") -> object:
    with pytest.raises(Refusal) as refused:
        watched(callback, network)
    assert refused.value.reason is Reason.BODY_INVALID
    assert refused.value.facts["field"] == "adCallback"
    return refused.value.facts["cause"]


def test_e4_a_callback_signed_by_a_key_of_the_list_is_an_ad_watched() -> None:
    ad = watched(signed(said()))

    assert ad == AdWatched("admob", "18fa792de1bca816048293fc71035638", "ann", NOW)


def test_e4_a_callback_with_the_keyed_hash_of_any_of_our_secrets_is_an_ad_watched() -> None:
    content = said(item="gold coins")

    assert watched(hashed(content), "house") == watched(hashed(content, "old-secret"), "house")
    assert cause(hashed(content, "a guess"), "house") == "forged"


def test_e4_the_key_list_dialect_signs_the_decoded_text() -> None:
    content = said(item="Key Doubler", user="ann@app.example", custom='{"level": 5}')
    decoded = content.replace("%20", " ").replace("%40", "@").replace("%7B", "{").replace("%7D", "}")
    decoded = decoded.replace("%22", '"').replace("%3A", ":")

    assert watched(signed(content, decoded=decoded)).customer_id == "ann@app.example"
    assert cause(signed(content)) == "forged"


@pytest.mark.parametrize(
    ("callback", "network", "expected"),
    [
        (signed(said(), key=OTHER_KEY), "admob", "forged"),
        (signed(said(), key_id=8), "admob", "forged"),
        (signed(said()).replace("user_id=ann", "user_id=bob"), "admob", "forged"),
        (signed(said()).replace("signature=ME", "signature=MF"), "admob", "forged"),
        (signed(said()).replace("&signature=", "&signature=AAAAA"), "admob", "forged"),
        (hashed(said()).replace("user_id=ann", "user_id=bob"), "house", "forged"),
        (hashed(said()), "admob", "unreadable"),
        (signed(said()), "house", "unreadable"),
        (signed(said()) + "&user_id=bob", "admob", "unreadable"),
        (said(), "admob", "unreadable"),
        ("", "admob", "unreadable"),
        ("x" * 9000, "admob", "unreadable"),
        (signed(said()), "unknown", "network"),
        (signed(said(user=None)), "admob", "unreadable"),
        (signed(said(transaction="")), "admob", "unreadable"),
        (signed(said(transaction="a/b"), decoded=said(transaction="a/b").replace("%2F", "/")), "admob", "unreadable"),
        (signed(said().replace("timestamp=17", "timestamp=x7")), "admob", "unreadable"),
        (hashed(said() + "&user_id=bob"), "house", "unreadable"),
        (hashed("zone=1&" + said()), "house", "unreadable"),
        (hashed(said().replace("ann", "%ff")), "house", "unreadable"),
        (hashed(said(user="ann&bob")), "house", "unreadable"),
    ],
    ids=[
        "other key",
        "unknown key id",
        "other person",
        "other signature",
        "longer signature",
        "other person, hash",
        "hash for key",
        "key for hash",
        "something after",
        "no signature",
        "nothing",
        "too long",
        "unknown network",
        "no person",
        "no transaction",
        "odd transaction",
        "odd time",
        "person twice",
        "unknown parameter",
        "not utf-8",
        "two in one",
    ],
)
def test_e4_a_forged_or_unreadable_callback_is_refused(callback: str, network: str, expected: str) -> None:
    assert cause(callback, network) == expected


@pytest.mark.parametrize(("network", "sign"), [("admob", signed), ("house", hashed)])
def test_e4_a_late_callback_counts_until_it_expires(network: str, sign: object) -> None:
    assert callable(sign)
    late, expired = NOW - timedelta(hours=24), NOW - timedelta(hours=24, seconds=1)
    ahead, future = NOW + timedelta(minutes=5), NOW + timedelta(minutes=5, seconds=1)

    assert watched(sign(said(at=late)), network).watched_at == late
    assert watched(sign(said(at=ahead)), network).watched_at == ahead
    assert cause(sign(said(at=expired)), network) == "expired"
    assert cause(sign(said(at=future)), network) == "future"


def test_e4_repeated_and_reordered_callbacks_come_to_the_same_points() -> None:
    app = the_app()
    ads = [watched(signed(said(transaction=f"t{i}", at=NOW - timedelta(minutes=i)))) for i in range(3)]

    def points(arrivals: list[AdWatched]) -> int:
        ledger, seen = list[PointsEntry](), set[EventId]()
        for ad in arrivals:
            event = ad_event(ad, CustomerKey("ann's key"))
            if event.event_id not in seen:
                seen.add(event.event_id)
                ledger += booked(event, app, ledger, [], NOW)
        return balance(ledger, NOW)

    assert points(ads) == points([*ads, *ads[::-1]]) == 30


def test_e4_the_same_transaction_of_two_networks_is_two_ads() -> None:
    events = {ad_event(AdWatched(n, "1", "ann", NOW), CustomerKey("k")).event_id for n in ("admob", "house")}

    assert len(events) == 2


def test_e4_an_app_that_states_keys_takes_no_ad_without_a_callback() -> None:
    assert needs_callback(the_app())
    assert not needs_callback(an_app())


@settings(max_examples=40)
@given(st.sampled_from(["x", "a=1&user_id=bob", "x&transaction_id=2", "&reward_amount=1&user_id=bob"]), st.randoms())
def test_e4_no_other_reading_of_what_was_signed_is_believed(custom: str, dice: Random) -> None:
    """The signature is over decoded text, so one who holds a callback may move its separators in and out of values."""
    content = said(custom=custom)
    decoded = content.replace("%26", "&").replace("%3D", "=")
    genuine = watched(signed(content, decoded=decoded))
    other = "".join(quote(c, safe="") if c in "&=" and dice.random() < 0.3 else c for c in decoded)

    try:
        reading = watched(signed(other, decoded=decoded))
    except Refusal:
        return
    assert reading == genuine


SMUGGLED = f"x&reward_amount=1&reward_item=c&timestamp={int(NOW.timestamp() * 1000)}&transaction_id=2&user_id=bob"


@pytest.mark.parametrize("swallows", ["transaction_id", "user_id", "reward_item", "custom_data"])
def test_e4_a_second_set_of_parameters_in_custom_data_makes_no_second_ad(swallows: str) -> None:
    """What was one custom_data is sent as parameters, and what followed it is sent as part of one of those."""
    content = said(custom=SMUGGLED)
    decoded = content.replace("%26", "&").replace("%3D", "=")
    head, tail = content.split("custom_data=")[0], content.split("user_id%3Dbob&")[1]
    names = [pair.split("=")[0] for pair in f"custom_data={SMUGGLED}".split("&")]
    kept = names[: names.index(swallows) + 1]
    raw = "&".join(f"custom_data={SMUGGLED}".split("&")[: len(kept)])
    rest = "&".join([*f"custom_data={SMUGGLED}".split("&")[len(kept) :], tail])
    forged = f"{head}{raw}{quote(f'&{rest}', safe='')}"

    assert cause(signed(forged, decoded=decoded)) == "unreadable"
    assert cause(signed(f"{head}custom_data={SMUGGLED}&{tail}", decoded=decoded)) == "unreadable"


def test_e4_a_person_whom_the_network_did_not_name_can_not_be_put_in() -> None:
    content = said(user=None, custom="x&user_id=bob")

    decoded = content.replace("%26", "&").replace("%3D", "=")

    assert cause(signed(content, decoded=decoded)) == "unreadable"
    assert cause(signed(decoded, decoded=decoded)) == "unreadable"


@given(st.text(max_size=60), st.sampled_from(["admob", "house"]))
def test_e4_no_text_is_believed_or_breaks_the_reader(text: str, network: str) -> None:
    with pytest.raises(Refusal):
        watched(text, network)


@given(st.randoms())
def test_e4_no_change_of_a_genuine_callback_is_believed(dice: Random) -> None:
    genuine = GENUINE
    position = dice.randrange(len(genuine))
    changed = genuine[:position] + dice.choice("0aZ&=%_") + genuine[position + 1 :]

    try:
        reading = watched(changed)
    except Refusal:
        return
    assert reading == watched(genuine)


def test_a_key_list_is_fetched_once_a_day_and_for_a_new_key_once_a_minute() -> None:
    network = Network()
    lists = FetchedKeyLists(network.fetch)

    lists.key(LIST, "7", NOW)
    lists.key(LIST, "7", NOW + timedelta(hours=23))
    assert network.asked == 1

    network.document = a_list(k7=KEY, k8=OTHER_KEY)
    assert lists.key(LIST, "8", NOW + timedelta(seconds=59)) is None
    assert lists.key(LIST, "8", NOW + timedelta(seconds=60)) is not None
    assert network.asked == 2

    network.document = a_list(k8=OTHER_KEY)
    assert lists.key(LIST, "7", NOW + timedelta(hours=24, seconds=60)) is None
    assert network.asked == 3


def test_a_key_list_outlasts_a_network_that_does_not_answer_for_its_day() -> None:
    network = Network()
    lists = FetchedKeyLists(network.fetch)
    lists.key(LIST, "7", NOW)

    network.document = None
    assert lists.key(LIST, "9", NOW + timedelta(hours=2)) is None
    assert lists.key(LIST, "7", NOW + timedelta(hours=2)) is not None
    with pytest.raises(AdKeysUnavailable):
        lists.key(LIST, "7", NOW + timedelta(hours=25))


@pytest.mark.parametrize("document", [b"", b"{}", b'{"keys": [{"keyId": "x"}]}'])
def test_what_is_no_key_list_is_as_good_as_no_answer(document: bytes) -> None:
    with pytest.raises(AdKeysUnavailable):
        FetchedKeyLists(Network(document).fetch).key(LIST, "7", NOW)


def test_a_key_list_gives_p256_keys_from_either_form_and_passes_others_over() -> None:
    der = base64.b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    entries = [
        {"keyId": 1, "base64": der},
        {"keyId": 2, "pem": pem(ec.generate_private_key(ec.SECP384R1()))},
        {"keyId": 3, "pem": "-----BEGIN NONSENSE-----"},
        {"keyId": 4, "base64": "!"},
    ]

    assert set(parsed_list(json.dumps({"keys": entries}).encode())) == {"1"}


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one\ntwo\n")

    assert shared_secrets("env:X", {"X": "a, b"}) == (b"a", b"b")
    assert shared_secrets(f"file:{tmp_path}/secret") == (b"one", b"two")
    for source in ("env:Y", f"file:{tmp_path}/none", "env:EMPTY"):
        with pytest.raises(AdKeysUnavailable):
            shared_secrets(source, {"EMPTY": " , "})


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if "missing" not in self.path else 404)
        self.end_headers()
        self.wfile.write(b"x" * (70_000 if "large" in self.path else 3))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Answers) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_a_list_is_fetched_over_http_and_only_up_to_a_size(server: str) -> None:
    assert fetched(f"{server}/keys.json") == b"xxx"
    with pytest.raises(ValueError, match="larger than"):
        fetched(f"{server}/large")
    with pytest.raises(httpx.HTTPStatusError):
        fetched(f"{server}/missing")
