"""The authorize request: what is asked, what is refused, and how (protocols.md 2.2, 2.3, 2.6)."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.fake_amazon import FakeAmazon
from simulator.fake_amazon.sign_in.clients import SCOPES
from tests.fake_amazon.clients import a_client, a_person
from tests.fake_amazon.visitor import RETURN, Visitor


def test_a_refusal_comes_back_as_amazons_own_sdk_expects_it(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)
    visitor.authorizes(client.client_id, state="s 1")
    visitor.signs_in()

    visitor.refuses()

    query = urlsplit(visitor.answer.headers["location"]).query
    assert "error_description=Access+not+permitted.&error=access_denied" in query
    assert parse_qs(query)["state"] == ["s 1"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"scope": "profile everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "a" * 43, "code_challenge_method": "S512"}, "invalid_request"),
        ({"scope_data": "{not json"}, "invalid_request"),
        ({"scope_data": "[1]"}, "invalid_request"),
    ],
)
def test_other_mistakes_come_back_to_the_client_with_its_state(
    amazon: FakeAmazon, changes: dict[str, str], error: str
) -> None:
    client = a_client(amazon)
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id, **changes)

    assert visitor.came_back_with["error"] == error
    assert visitor.came_back_with["state"] == "s1"


def test_an_unknown_scope_is_named_as_on_the_wire(amazon: FakeAmazon) -> None:
    client = a_client(amazon, scopes=["profile:user_id"])
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id, scope="profile")

    assert visitor.came_back_with["error_description"] == "An unknown scope was requested"


def test_a_client_that_may_not_use_codes_is_unauthorized(amazon: FakeAmazon) -> None:
    client = a_client(amazon, grant_types=["device_code"])
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id)

    assert visitor.came_back_with["error"] == "unauthorized_client"


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable", "invalid_atn_token", "access_denied"])
def test_errors_that_only_amazon_can_have_are_set_by_the_tester(amazon: FakeAmazon, error: str) -> None:
    client = a_client(amazon)
    visitor = Visitor(amazon)
    amazon.faults.error("authorize", error)

    visitor.authorizes(client.client_id)

    assert visitor.came_back_with["error"] == error
    assert visitor.came_back_with["state"] == "s1"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/return",
        f"{RETURN}?more=1",
        f"{RETURN}/",
        "http://localhost:8701/return",
        "http://shop.example/return",
        "",
    ],
)
def test_an_address_that_is_not_registered_gets_a_page_and_no_redirect(amazon: FakeAmazon, address: str) -> None:
    client = a_client(amazon, redirect_uris=[RETURN, "http://shop.example/return"])
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id, redirect_uri=address)

    assert visitor.answer.status_code == 400
    assert visitor.page == "error"
    for words in ("We&#39;re sorry!", "Error Summary", "400 Bad Request", "Request Details", client.client_id):
        assert words.replace("&#39;", "'") in visitor.answer.text.replace("&#39;", "'")


def test_the_page_for_a_foreign_address_says_what_amazons_says(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id, redirect_uri="https://evil.example/?<script>")

    assert "The redirect URI you provided has not been whitelisted for your application" in visitor.answer.text
    assert "<script>" not in visitor.answer.text


def test_an_unknown_client_gets_the_same_kind_of_page(amazon: FakeAmazon) -> None:
    visitor = Visitor(amazon)

    visitor.authorizes("amzn1.application-oa2-client.nobody")

    assert (visitor.answer.status_code, visitor.page) == (400, "error")


def test_plain_http_is_for_loopback_and_strictly_for_localhost_only(amazon: FakeAmazon) -> None:
    by_address = "http://127.0.0.1:8700/return"
    client = a_client(amazon, redirect_uris=[by_address, RETURN, "https://shop.example/return"])
    visitor = Visitor(amazon)

    amazon.set(localhost_redirects_only=True)
    refused = visitor.authorizes(client.client_id, redirect_uri=by_address).status_code
    by_name = visitor.authorizes(client.client_id, redirect_uri=RETURN).status_code
    secure = visitor.authorizes(client.client_id, redirect_uri="https://shop.example/return").status_code
    amazon.set(localhost_redirects_only=False)
    allowed = visitor.authorizes(client.client_id, redirect_uri=by_address).status_code

    assert (refused, by_name, secure, allowed) == (400, 200, 200, 200)


def test_a_registered_query_is_kept_and_the_answer_added_to_it(amazon: FakeAmazon) -> None:
    client = a_client(amazon, redirect_uris=[f"{RETURN}?close"])
    a_person(amazon)
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id, redirect_uri=f"{RETURN}?close", scope="profile:user_id")
    visitor.signs_in()

    assert visitor.answer.headers["location"].startswith(f"{RETURN}?close&code=")


def test_state_may_be_left_out_and_unknown_parameters_don_t_matter(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)
    asked = {"client_id": client.client_id, "scope": "profile:user_id", "response_type": "code"}

    visitor.opens("/ap/oa", **asked, redirect_uri=RETURN, access_type="offline", prompt="consent", ui_locales="de-DE")
    visitor.signs_in()

    assert set(visitor.came_back_with) == {"code", "scope"}
    assert 18 <= len(visitor.came_back_with["code"]) <= 128


def test_the_bare_id_needs_no_consent(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id, scope="profile:user_id")
    visitor.signs_in()

    assert "code" in visitor.came_back_with


def test_consent_is_asked_once_and_again_when_more_is_wanted(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)
    visitor.authorizes(client.client_id, scope="profile")
    visitor.signs_in()
    visitor.allows()

    visitor.authorizes(client.client_id, scope="profile")
    second_time = "code" in visitor.came_back_with
    visitor.authorizes(client.client_id, scope="profile postal_code")

    assert second_time
    assert visitor.page == "consent"
    assert "98109" in visitor.answer.text


def test_a_scope_that_is_not_essential_can_be_unticked(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)
    told = json.dumps({"profile": {"essential": True}, "postal_code": {"essential": False}})
    visitor.authorizes(client.client_id, scope="profile postal_code", scope_data=told)
    visitor.signs_in()

    visitor.allows()

    assert visitor.came_back_with["scope"] == "profile"
    tokens = client.exchanges(visitor.came_back_with["code"]).json()
    assert "postal_code" not in client.profile(tokens["access_token"]).json()


def test_the_scopes_are_the_documented_three() -> None:
    assert SCOPES == ("profile", "profile:user_id", "postal_code")
