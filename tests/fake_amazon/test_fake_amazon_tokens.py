"""The token endpoint and what its tokens open (protocols.md 2.4, 2.5)."""

import base64
import hashlib
import json
from datetime import timedelta

import httpx
import pytest

from simulator.fake_amazon import FakeAmazon
from tests.fake_amazon.clients import TokenClient, a_client, a_code, a_person
from tests.fake_amazon.visitor import RETURN, Visitor

VERIFIER = "v" * 64
S256 = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def tokens_of(amazon: FakeAmazon, client: TokenClient, **parameters: str) -> dict[str, str]:
    told: dict[str, str] = client.exchanges(a_code(amazon, client, **parameters)).json()
    return told


def test_tokens_look_like_amazons(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)

    answer = client.exchanges(a_code(amazon, client))

    told = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert told.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert told["access_token"].startswith("Atza|")
    assert told["refresh_token"].startswith("Atzr|")
    assert 350 <= len(told["access_token"]) <= 2048
    assert (told["token_type"], told["expires_in"]) == ("bearer", 3600)


def test_parameters_may_come_by_query_form_json_or_basic(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    url = f"{amazon.base_url}/auth/o2/token"
    basic = {"grant_type": "authorization_code", "redirect_uri": RETURN}
    whole = basic | {"client_id": client.client_id, "client_secret": "shh"}

    by_query = httpx.post(url, params=whole | {"code": a_code(amazon, client)})
    by_form = httpx.post(url, data=whole | {"code": a_code(amazon, client)})
    by_json = httpx.post(url, json=whole | {"code": a_code(amazon, client)})
    by_basic = httpx.post(url, data=basic | {"code": a_code(amazon, client)}, auth=(client.client_id, "shh"))

    assert [answer.status_code for answer in (by_query, by_form, by_json, by_basic)] == [200] * 4


def error_of(answer: httpx.Response) -> tuple[int, str, str]:
    told = answer.json()
    assert list(told)[:2] == ["error_description", "error"]
    return answer.status_code, told["error"], told["error_description"]


def test_invalid_request_names_the_missing_parameter(amazon: FakeAmazon) -> None:
    client = a_client(amazon)

    told = [
        error_of(client.asks(grant_type="authorization_code", client_id=client.client_id)),
        error_of(client.exchanges("x", redirect_uri=None)),
        error_of(client.exchanges("x", client_id=None)),
        error_of(client.refreshes(None)),
    ]

    assert told == [
        (400, "invalid_request", f"The request is missing a required parameter : {name}")
        for name in ("code", "redirect_uri", "client_id", "refresh_token")
    ]


@pytest.mark.parametrize("changes", [{"client_secret": "wrong"}, {"client_id": "nobody"}, {"client_secret": None}])
def test_invalid_client_is_a_401(amazon: FakeAmazon, changes: dict[str, str | None]) -> None:
    client = a_client(amazon)
    a_person(amazon)

    answer = client.exchanges(a_code(amazon, client), **changes)

    assert error_of(answer) == (401, "invalid_client", "Client authentication failed")


def test_a_broken_basic_header_is_an_invalid_client(amazon: FakeAmazon) -> None:
    url = f"{amazon.base_url}/auth/o2/token"

    answer = httpx.post(url, data={"grant_type": "authorization_code"}, headers={"Authorization": "Basic %%%"})

    assert error_of(answer)[:2] == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_invalid_grant_for_a_code_that_is_unknown_or_of_another_client(amazon: FakeAmazon) -> None:
    client, other = a_client(amazon), a_client(amazon)
    a_person(amazon)

    told = [
        error_of(client.exchanges("ANunknown")),
        error_of(other.exchanges(a_code(amazon, client))),
        error_of(client.exchanges(a_code(amazon, client), redirect_uri="https://other.example/")),
    ]

    assert told == [(400, "invalid_grant", "The request has an invalid grant parameter : code")] * 3


def test_a_code_is_good_for_five_minutes(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    early, late = a_code(amazon, client), a_code(amazon, client)

    amazon.clock.advance(timedelta(minutes=4, seconds=59))
    in_time = client.exchanges(early).status_code
    amazon.clock.advance(timedelta(seconds=1))
    too_late = error_of(client.exchanges(late))

    assert in_time == 200
    assert too_late[:2] == (400, "invalid_grant")


def test_a_code_that_comes_twice_is_refused_and_ends_what_it_gave(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    code = a_code(amazon, client)
    tokens = client.exchanges(code).json()

    again = client.exchanges(code)

    assert error_of(again)[1] == "invalid_grant"
    assert client.profile(tokens["access_token"]).status_code == 400
    assert error_of(client.refreshes(tokens["refresh_token"]))[1] == "invalid_grant"


@pytest.mark.parametrize("grant_type", ["password", "", None])
def test_an_unsupported_grant_type(amazon: FakeAmazon, grant_type: str | None) -> None:
    client = a_client(amazon)

    answer = client.exchanges("x", grant_type=grant_type)

    assert error_of(answer)[:2] == (400, "unsupported_grant_type")
    assert "grant type is not supported by the authorization server" in error_of(answer)[2]


def test_a_multipart_body_is_not_read(amazon: FakeAmazon) -> None:
    client = a_client(amazon)

    answer = httpx.post(
        f"{amazon.base_url}/auth/o2/token",
        data={"grant_type": "authorization_code", "client_id": client.client_id},
        files={"file": b"x"},
    )

    assert error_of(answer)[1] == "unsupported_grant_type"


def test_a_client_may_be_kept_from_a_grant(amazon: FakeAmazon) -> None:
    client = a_client(amazon, grant_types=["authorization_code"])

    assert error_of(client.refreshes("x"))[:2] == (400, "unauthorized_client")


def test_server_error_in_its_own_spelling(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    amazon.faults.error("token", "ServerError")

    assert error_of(client.exchanges("x"))[:2] == (500, "ServerError")


def test_only_post_gives_tokens(amazon: FakeAmazon) -> None:
    assert httpx.get(f"{amazon.base_url}/auth/o2/token").status_code == 405


def test_pkce_s256_and_plain(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    hashed = {"code_challenge": S256, "code_challenge_method": "S256"}
    plain = {"code_challenge": VERIFIER}

    right = client.exchanges(a_code(amazon, client, **hashed), code_verifier=VERIFIER)
    right_plain = client.exchanges(a_code(amazon, client, **plain), code_verifier=VERIFIER)
    wrong = client.exchanges(a_code(amazon, client, **hashed), code_verifier="w" * 64)
    none = client.exchanges(a_code(amazon, client, **hashed))

    assert (right.status_code, right_plain.status_code) == (200, 200)
    assert error_of(wrong)[1] == "invalid_grant"
    assert error_of(none) == (400, "invalid_request", "The request is missing a required parameter : code_verifier")


def test_a_public_client_shows_its_verifier_instead_of_a_secret(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    hashed = {"code_challenge": S256, "code_challenge_method": "S256"}

    answer = client.exchanges(a_code(amazon, client, **hashed), code_verifier=VERIFIER, client_secret=None)
    refreshed = client.refreshes(answer.json()["refresh_token"], client_secret=None)

    assert answer.status_code == 200
    assert refreshed.status_code == 200


def test_a_lenient_registration_takes_a_secret_without_the_verifier(amazon: FakeAmazon) -> None:
    client = a_client(amazon, lenient_pkce=True)
    a_person(amazon)
    hashed = {"code_challenge": S256, "code_challenge_method": "S256"}

    with_secret = client.exchanges(a_code(amazon, client, **hashed))
    without = client.exchanges(a_code(amazon, client, **hashed), client_secret=None)

    assert with_secret.status_code == 200
    assert error_of(without)[1] == "invalid_request"


def test_a_refresh_gives_new_tokens_and_the_old_one_stays_good(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    first = tokens_of(amazon, client)

    second = client.refreshes(first["refresh_token"]).json()
    again = client.refreshes(first["refresh_token"])

    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"].startswith("Atzr|")
    assert again.status_code == 200


def test_a_refresh_token_is_bound_to_its_client_and_to_the_secret(amazon: FakeAmazon) -> None:
    client, other = a_client(amazon), a_client(amazon)
    a_person(amazon)
    token = tokens_of(amazon, client)["refresh_token"]

    foreign = error_of(other.refreshes(token))
    without_secret = error_of(client.refreshes(token, client_secret=None))

    assert foreign == (400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
    assert without_secret[1] == "invalid_client"


def test_removing_the_app_ends_its_tokens(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    tokens = tokens_of(amazon, client)

    amazon.remove_app("ana@example.com", client.client_id)

    assert error_of(client.refreshes(tokens["refresh_token"]))[1] == "invalid_grant"
    assert client.profile(tokens["access_token"]).status_code == 400


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        ("profile", {"user_id", "name", "email"}),
        ("profile:user_id", {"user_id"}),
        ("postal_code", {"postal_code"}),
        ("profile postal_code", {"user_id", "name", "email", "postal_code"}),
    ],
)
def test_each_scope_gives_its_part_of_the_profile(amazon: FakeAmazon, scope: str, keys: set[str]) -> None:
    client = a_client(amazon)
    a_person(amazon)

    told = client.profile(tokens_of(amazon, client, scope=scope)["access_token"]).json()

    assert told.keys() == keys


def test_the_older_path_wraps_the_profile(amazon: FakeAmazon) -> None:
    client, user_id = a_client(amazon), a_person(amazon)
    token = tokens_of(amazon, client, scope="profile postal_code")["access_token"]

    told = client.profile(token, "/ap/user/profile").json()

    assert told["Profile"] == {
        "CustomerId": user_id,
        "Name": "Ana Lee",
        "PrimaryEmail": "ana@example.com",
        "PostalCode": "98109",
    }
    assert told["RequestId"]


def test_a_token_travels_by_query_bearer_or_amazons_header(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    token = tokens_of(amazon, client)["access_token"]
    url = f"{amazon.base_url}/user/profile"

    statuses = [
        httpx.get(url, params={"access_token": token}).status_code,
        httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code,
        httpx.get(url, headers={"x-amz-access-token": token}).status_code,
    ]

    assert statuses == [200, 200, 200]


def test_a_bad_token_a_missing_one_and_an_expired_one(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    token = tokens_of(amazon, client)["access_token"]

    bad = error_of(client.profile("Atza|nonsense"))
    none = error_of(httpx.get(f"{amazon.base_url}/user/profile"))
    amazon.clock.advance(timedelta(hours=1))
    expired = error_of(client.profile(token))

    assert bad == (400, "invalid_token", "The request has an invalid parameter : access_token")
    assert none == (400, "invalid_request", "The request is missing a required parameter : access_token")
    assert expired == bad


def test_a_token_without_any_scope_is_not_enough(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)
    visitor.authorizes(
        client.client_id, scope="postal_code", scope_data=json.dumps({"postal_code": {"essential": False}})
    )
    visitor.signs_in()
    visitor.allows()
    tokens = client.exchanges(visitor.came_back_with["code"]).json()

    assert error_of(client.profile(tokens["access_token"]))[:2] == (401, "insufficient_scope")


def test_the_profile_may_have_a_runtime_error(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    amazon.faults.error("profile", "ServerError")

    assert error_of(client.profile("any"))[:2] == (500, "ServerError")


@pytest.mark.parametrize("path", ["/auth/o2/tokeninfo", "/auth/O2/tokeninfo"])
def test_token_info_in_any_case_of_its_path(amazon: FakeAmazon, path: str) -> None:
    client, user_id = a_client(amazon), a_person(amazon)
    token = tokens_of(amazon, client)["access_token"]
    amazon.clock.advance(timedelta(seconds=1230))

    told = client.profile(token, path).json()

    assert told.keys() == {"iss", "user_id", "aud", "app_id", "exp", "iat"}
    assert told["iss"] == "https://www.amazon.com"
    assert (told["user_id"], told["aud"]) == (user_id, client.client_id)
    assert told["app_id"].startswith("amzn1.application.")
    assert (told["exp"], told["iat"]) == (2370, 1781524800)
