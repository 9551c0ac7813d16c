"""A world's own clock, ids and certificate; and what all its pages have in common."""

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from simulator.fake_amazon import FakeAmazon, FileClock, MemoryClock
from simulator.fake_amazon.clock import WrongClockSetting
from simulator.fake_amazon.mint import Mint
from simulator.fake_amazon.money import FractionalAmount, Money
from simulator.fake_amazon.pages import folder
from tests.fake_amazon.clients import a_client, a_code, a_partner, a_person
from tests.fake_amazon.visitor import Visitor


def test_a_clock_file_is_read_at_every_look(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = FileClock(file)

    missing = abs(clock.now() - datetime.now(UTC))
    file.write_text("=86400\n")
    standing = clock.now()
    file.write_text("+3600.5")
    offset = clock.now() - datetime.now(UTC)
    file.write_text("-3600")
    back = clock.now() - datetime.now(UTC)

    assert missing < timedelta(seconds=2)
    assert standing == datetime(1970, 1, 2, tzinfo=UTC)
    assert abs(offset - timedelta(seconds=3600.5)) < timedelta(seconds=2)
    assert abs(back + timedelta(seconds=3600)) < timedelta(seconds=2)


def test_moving_the_clock_writes_the_file_for_others_to_read(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    mine, other = FileClock(file), FileClock(file)

    mine.advance(timedelta(days=31))
    running = other.now() - datetime.now(UTC)
    mine.stand_at(datetime(2030, 1, 1, tzinfo=UTC))
    mine.advance(timedelta(days=1))
    standing = other.now()
    mine.run_on()

    assert abs(running - timedelta(days=31)) < timedelta(seconds=2)
    assert standing == datetime(2030, 1, 2, tzinfo=UTC)
    assert file.read_text() == ""


@pytest.mark.parametrize("setting", ["tomorrow", "+", "=", "12", "+1e3", "=-5"])
def test_a_setting_of_another_kind_is_refused(setting: str) -> None:
    with pytest.raises(WrongClockSetting):
        MemoryClock(setting)


def test_a_fake_follows_the_clock_file_it_is_given(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("=1781524800")
    with FakeAmazon(clock=file) as amazon:
        client = a_client(amazon)
        a_person(amazon)
        code = a_code(amazon, client)

        file.write_text("=1781525100")

        assert client.exchanges(code).json()["error"] == "invalid_grant"


def test_the_same_seed_makes_the_same_ids_and_another_seed_others() -> None:
    def ids(seed: int) -> tuple[str, ...]:
        mint = Mint(seed)
        return (mint.account_id(), mint.claim_code(), mint.access_token(), mint.account_id())

    assert ids(1) == ids(1)
    assert not set(ids(1)) & set(ids(2))
    assert len(set(ids(1))) == 4


def test_one_purpose_does_not_change_the_ids_of_another() -> None:
    quiet, busy = Mint(1), Mint(1)

    for _ in range(5):
        busy.authorization_code()

    assert quiet.claim_code() == busy.claim_code()


def test_amounts_are_exact() -> None:
    assert Money.of("27.50", "USD").minor == 2750
    assert Money.of(1000, "JPY").minor == 1000
    assert str(Money.of("0.1", "USD") + Money.of("0.2", "USD")) == "0.30 USD"
    with pytest.raises(FractionalAmount):
        Money.of("0.001", "USD")
    with pytest.raises(ValueError, match="not an amount"):
        Money.of("NaN", "USD")
    with pytest.raises(ValueError, match="added or compared"):
        Money.of(1, "USD") + Money.of(1, "EUR")


def test_https_with_a_certificate_to_trust() -> None:
    amazon = FakeAmazon()
    base_url = amazon.start(tls=True)
    try:
        certificate = amazon.certificate
        assert certificate is not None
        trusting = ssl.create_default_context(cafile=str(certificate))
        answer = httpx.get(f"{base_url}/shop", verify=trusting)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{base_url}/shop")
    finally:
        amazon.stop()

    assert base_url.startswith("https://127.0.0.1:")
    assert answer.status_code == 200
    assert not certificate.exists()


def test_a_client_with_amazons_own_host_names_is_led_to_the_fake_and_nowhere_else() -> None:
    amazon = FakeAmazon()
    amazon.start(tls=True)
    try:
        trusting = ssl.create_default_context(cafile=str(amazon.certificate))
        with httpx.Client(proxy=amazon.https_proxy, verify=trusting) as client:
            answer = client.get("https://api.amazon.com/user/profile")
            with pytest.raises(httpx.ProxyError, match="403"):
                client.get("https://other.example/")
    finally:
        amazon.stop()

    assert answer.json()["error"] == "invalid_request"
    assert amazon.requests_of("profile")[0].headers["host"] == "api.amazon.com"


def pages_of(amazon: FakeAmazon) -> Iterator[Visitor]:
    """Every page, one after the other."""
    client = a_client(amazon)
    a_person(amazon, one_time_code=True)
    amazon.add_item("mug", "Mug & <b>more</b>", 20, image="https://images.example/mug.png")
    amazon.grant_credit(amazon.world.accounts.by_email("ana@example.com").user_id, 5)  # type: ignore[union-attr]
    visitor = Visitor(amazon)
    inside = Visitor(amazon, "Mozilla/5.0 (Linux; Android 15; wv) Version/4.0 Chrome/141.0")
    inside.authorizes(client.client_id)
    yield inside
    visitor.authorizes("nobody")
    yield visitor
    visitor.authorizes(client.client_id)
    errand = visitor.errand
    yield visitor
    visitor.opens("/ap/register", **errand)
    yield visitor
    visitor.sends("/ap/signin", **errand, email="ana@example.com", password="secret-1")
    yield visitor
    visitor.sends("/ap/code", **errand, code=amazon.messages[-1].code)
    yield visitor
    for path in ("/ap/apps", "/shop", "/shop/item/mug", "/shop/cart", "/shop/balance", "/gc/redeem", "/us/code"):
        visitor.opens(path)
        yield visitor
    visitor.sends("/shop/cart", item="mug")
    yield visitor
    visitor.sends("/shop/order")
    yield visitor
    locked = Visitor(amazon)
    for _ in range(5):
        locked.sends("/ap/signin", email="ana@example.com", password="no")
    yield locked


def test_every_page_says_that_it_is_a_simulation_and_none_runs_scripts(amazon: FakeAmazon) -> None:
    seen = set()

    for visitor in pages_of(amazon):
        text = visitor.answer.text
        seen.add(visitor.page)
        assert "Simulation - not Amazon." in text
        assert "Never type a real password here." in text
        assert "fake Amazon (simulation)</title>" in text
        assert '<html lang="en" dir="ltr">' in text
        assert "<script" not in text
        assert "style=" not in text
        assert "<b>more" not in text
        assert "default-src 'none'" in visitor.answer.headers["content-security-policy"]

    templates = {path.stem.replace("_", "-") for path in folder("templates").glob("*.html")}
    assert seen == templates - {"base", "parts", "sum"}


def test_every_field_has_a_label(amazon: FakeAmazon) -> None:
    for visitor in pages_of(amazon):
        fields = re.findall(r'<input id="([^"]+)"', visitor.answer.text)
        labels = re.findall(r'<label for="([^"]+)"', visitor.answer.text)
        assert fields == labels


def test_a_device_is_signed_in_by_its_code(amazon: FakeAmazon) -> None:
    client, user_id = a_client(amazon), a_person(amazon)
    asked = {"response_type": "device_code", "client_id": client.client_id, "scope": "profile"}
    pair = httpx.post(f"{amazon.base_url}/auth/o2/create/codepair", data=asked).json()
    poll = {"grant_type": "device_code", "device_code": pair["device_code"], "user_code": pair["user_code"]}

    waiting = client.asks(**poll, client_id=client.client_id).json()["error"]
    hasty = client.asks(**poll, client_id=client.client_id).json()["error"]
    visitor = Visitor(amazon)
    visitor.opens("/us/code")
    visitor.signs_in()
    visitor.sends("/us/code", code="WRONG1")
    wrong = visitor.fact("problem")
    visitor.sends("/us/code", code=pair["user_code"].lower())
    tokens = client.asks(**poll, client_id=client.client_id).json()
    used = client.asks(**poll, client_id=client.client_id).json()["error"]

    assert (pair["expires_in"], pair["interval"]) == (600, 30)
    assert pair["verification_uri"] == f"{amazon.base_url}/us/code"
    assert (waiting, hasty, wrong) == ("authorization_pending", "slow_down", "unknown-code")
    assert visitor.fact("result") == "registered"
    assert client.profile(tokens["access_token"]).json()["user_id"] == user_id
    assert used == "invalid_code_pair"


def test_a_device_code_is_good_for_ten_minutes(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    asked = {"response_type": "device_code", "client_id": client.client_id, "scope": "profile"}
    pair = httpx.post(f"{amazon.base_url}/auth/o2/create/codepair", data=asked).json()

    amazon.clock.advance(timedelta(minutes=10))
    poll = {"device_code": pair["device_code"], "user_code": pair["user_code"], "client_id": client.client_id}

    assert client.asks(grant_type="device_code", **poll).json()["error"] == "invalid_code_pair"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"response_type": "code"}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
    ],
)
def test_a_wrong_request_for_a_device(amazon: FakeAmazon, changes: dict[str, str], error: str) -> None:
    client = a_client(amazon)
    asked = {"response_type": "device_code", "client_id": client.client_id, "scope": "profile"}

    answer = httpx.post(f"{amazon.base_url}/auth/o2/create/codepair", data=asked | changes)

    assert answer.json()["error"] == error


def test_a_partner_is_known_by_its_id(amazon: FakeAmazon) -> None:
    a_partner(amazon)

    partner = amazon.world.partners.get("Fakep")

    assert partner is not None
    assert partner.access_key == "AKFAKE"
