"""The control plane over HTTP: what a test in another language does."""

from collections.abc import Iterator

import httpx
import pytest
from flask import Flask, request

from simulator.fake_amazon import FakeAmazon, MemoryClock
from simulator.fake_amazon.control.guard import objection
from tests.fake_amazon.clients import PartnerClient
from tests.fake_amazon.visitor import NO_TLS, Visitor


@pytest.fixture
def controlled() -> Iterator[FakeAmazon]:
    with FakeAmazon(clock=MemoryClock("=1781524800"), seed=7, control=True) as amazon:
        yield amazon


def orders(amazon: FakeAmazon, name: str, /, **body: object) -> httpx.Response:
    return httpx.post(f"{amazon.base_url}/control/{name}", json=body, verify=NO_TLS)


def tells(amazon: FakeAmazon, name: str, **query: str) -> dict[str, object]:
    told: dict[str, object] = httpx.get(f"{amazon.base_url}/control/{name}", params=query, verify=NO_TLS).json()
    return told


def test_a_whole_world_is_seeded_and_read_over_http(controlled: FakeAmazon) -> None:
    orders(controlled, "clients", client_id="c1", client_secret="s", redirect_uris=["http://localhost:1/r"])
    orders(
        controlled, "partners", partner_id="Fakep", access_key="AKFAKE", secret_key="partner-secret", funds={"USD": 99}
    )
    orders(controlled, "items", item_id="mug", title="Mug", price="25.00", tax="0.10", in_stock=3)
    user_id = orders(controlled, "accounts", email="ana@example.com", password="secret-1", name="Ana").json()["user_id"]
    orders(controlled, "credits", email="ana@example.com", amount="5.00", items=["mug"])

    PartnerClient(controlled).loads(user_id, amount=27.50)
    visitor = Visitor(controlled)
    visitor.authorizes("c1", redirect_uri="http://localhost:1/r", scope="profile:user_id")
    visitor.signs_in()

    assert "code" in visitor.came_back_with
    assert tells(controlled, "applications") == {
        "applications": [
            {
                "operation": "LoadAmazonBalance",
                "request_id": "Fakep1",
                "reference": controlled.applications()[0].reference,
                "user_id": user_id,
                "value": {"amount": 27.5, "currencyCode": "USD"},
                "at": "2026-06-15T12:00:00+00:00",
                "undone": False,
            }
        ]
    }
    seen = tells(controlled, "requests", operation="sign-in")["requests"]
    assert isinstance(seen, list)
    assert [(one["path"], one["status"]) for one in seen] == [("/ap/signin", 302)]
    assert len(controlled.world.credits.of(user_id)) == 2


def test_an_account_is_changed_by_its_address(controlled: FakeAmazon) -> None:
    orders(controlled, "accounts", email="ana@example.com", password="secret-1", name="Ana")

    orders(controlled, "accounts", email="ana@example.com", prime=True, locked=True)

    account = controlled.account("ana@example.com")
    assert account is not None
    assert (account.prime, account.locked) == (True, True)


def test_faults_are_set_listed_and_cleared(controlled: FakeAmazon) -> None:
    orders(controlled, "faults", operation="profile", kind="answer", status=502, times=None)

    during = httpx.get(f"{controlled.base_url}/user/profile", verify=NO_TLS).status_code
    listed = tells(controlled, "faults")["faults"]
    httpx.delete(f"{controlled.base_url}/control/faults", verify=NO_TLS)
    after = httpx.get(f"{controlled.base_url}/user/profile", verify=NO_TLS).status_code

    assert (during, after) == (502, 400)
    assert isinstance(listed, list)
    assert listed[0]["operation"] == "profile"


def test_the_clock_is_moved(controlled: FakeAmazon) -> None:
    advanced = orders(controlled, "clock", advance_seconds=86_400).json()["now"]
    stood = orders(controlled, "clock", stand_at="2027-01-01T00:00:00Z").json()["now"]
    setting = orders(controlled, "clock", setting="=0").json()

    assert advanced == "2026-06-16T12:00:00+00:00"
    assert stood == "2027-01-01T00:00:00+00:00"
    assert setting == {"now": "1970-01-01T00:00:00+00:00", "setting": "=0"}
    assert tells(controlled, "clock") == setting


def test_settings_are_changed(controlled: FakeAmazon) -> None:
    orders(controlled, "settings", webviews="warn", throttled=False, verify_new_accounts=True)

    told = tells(controlled, "settings")
    assert (told["webviews"], told["calls_per_second"], told["verify_new_accounts"]) == ("warn", None, True)
    assert told["code_lifetime"] == 300


def test_stock_and_messages(controlled: FakeAmazon) -> None:
    orders(controlled, "items", item_id="mug", title="Mug", price=1)
    orders(controlled, "accounts", email="ana@example.com", password="secret-1", name="Ana", one_time_code=True)
    visitor = Visitor(controlled)
    visitor.opens("/shop/balance")
    visitor.signs_in()

    orders(controlled, "stock", item_id="mug", in_stock=0)
    messages = tells(controlled, "messages")["messages"]

    assert visitor.opens("/shop/item/mug").status_code == 200
    assert visitor.fact("stock") == "no"
    assert isinstance(messages, list)
    assert messages[0]["code"] == controlled.messages[0].code


def test_reset_forgets_all_and_begins_the_ids_anew(controlled: FakeAmazon) -> None:
    asked = {"email": "ana@example.com", "password": "secret-1", "name": "Ana"}
    first = orders(controlled, "accounts", **asked).json()["user_id"]

    orders(controlled, "reset")
    second = orders(controlled, "accounts", **asked).json()["user_id"]

    assert first == second
    assert controlled.requests_seen == ()


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("accounts", {"email": "ana@example.com"}, "a new account needs a password and a name"),
        ("accounts", {"email": "a@b", "pasword": "x"}, "pasword: Extra inputs are not permitted"),
        ("items", {"item_id": "x", "title": "x", "price": "cheap"}, "price: Input should be a valid decimal"),
        ("items", {"item_id": "x", "title": "x", "price": "0.001"}, "more decimals than the currency"),
        ("stock", {"item_id": "none", "in_stock": 1}, "there is no item none"),
        ("credits", {"email": "nobody@example.com", "amount": 1}, "there is no account nobody@example.com"),
        ("clock", {}, "give one of setting, advance_seconds, stand_at"),
        ("clock", {"setting": "tomorrow"}, "is not +SECONDS"),
        ("faults", {"operation": "token", "kind": "explode"}, "kind: Input should be"),
    ],
)
def test_a_wrong_order_gets_a_sentence(
    controlled: FakeAmazon, name: str, body: dict[str, object], sentence: str
) -> None:
    answer = orders(controlled, name, **body)

    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


def test_it_is_off_unless_asked_for(amazon: FakeAmazon) -> None:
    assert orders(amazon, "reset").status_code == 404


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({"Host": "rebound.example"}, "under a name of loopback only"),
        ({"Origin": "https://evil.example"}, "not for web pages"),
        ({"Sec-Fetch-Site": "cross-site"}, "not for web pages"),
        ({"Content-Type": "text/plain"}, "takes application/json"),
    ],
)
def test_web_pages_and_foreign_names_are_refused(
    controlled: FakeAmazon, headers: dict[str, str], sentence: str
) -> None:
    sent = {"Content-Type": "application/json"} | headers

    answer = httpx.post(f"{controlled.base_url}/control/reset", content="{}", headers=sent, verify=NO_TLS)

    assert answer.status_code == 403
    assert sentence in answer.json()["error"]


def test_callers_from_other_machines_are_refused() -> None:
    with Flask("other").test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        problem = objection(request)

    assert problem == "the control plane answers callers on this machine only"


def test_no_fault_meets_it_and_nothing_notes_it(controlled: FakeAmazon) -> None:
    controlled.faults.server_error("*", times=None)

    answer = orders(controlled, "clock", advance_seconds=1)

    assert answer.status_code == 200
    assert controlled.requests_seen == ()
