"""People at the fake Amazon: signing in with every outcome, making accounts, signing out."""

import re

import pytest

from simulator.fake_amazon import FakeAmazon
from simulator.fake_amazon.accounts import EmailTaken
from tests.fake_amazon.clients import a_client, a_code, a_person
from tests.fake_amazon.visitor import Visitor


def a_visitor_at_the_form(amazon: FakeAmazon) -> Visitor:
    visitor = Visitor(amazon)
    visitor.authorizes(a_client(amazon).client_id)
    assert visitor.page == "sign-in"
    return visitor


def test_a_wrong_password_and_an_unknown_address_are_told_apart(amazon: FakeAmazon) -> None:
    a_person(amazon)
    visitor = a_visitor_at_the_form(amazon)

    visitor.signs_in(password="not-it")
    wrong = visitor.fact("problem")
    visitor.signs_in(email="nobody@example.com")
    unknown = visitor.fact("problem")
    visitor.signs_in(email="ANA@example.com ")

    assert (wrong, unknown) == ("wrong-password", "unknown-email")
    assert visitor.page == "consent"


def test_five_wrong_passwords_lock_the_account(amazon: FakeAmazon) -> None:
    a_person(amazon)
    visitor = a_visitor_at_the_form(amazon)
    errand = visitor.errand

    for _ in range(5):
        visitor.sends("/ap/signin", **errand, email="ana@example.com", password="not-it")
    locked = visitor.page
    visitor.sends("/ap/signin", **errand, email="ana@example.com", password="secret-1")

    assert locked == "locked"
    assert (visitor.page, visitor.answer.status_code) == ("locked", 403)


def test_a_right_password_forgets_the_wrong_ones(amazon: FakeAmazon) -> None:
    a_person(amazon)
    visitor = a_visitor_at_the_form(amazon)
    errand = visitor.errand
    for password in ("no", "no", "no", "no", "secret-1"):
        visitor.sends("/ap/signin", **errand, email="ana@example.com", password=password)

    account = amazon.account("ana@example.com")

    assert account is not None
    assert account.wrong_passwords == 0


def test_a_one_time_code_stands_between_password_and_consent(amazon: FakeAmazon) -> None:
    a_person(amazon, one_time_code=True)
    visitor = a_visitor_at_the_form(amazon)

    visitor.signs_in()
    asked = visitor.page
    shown = re.search(r"\b\d{6}\b", visitor.answer.text)
    visitor.sends("/ap/code", **visitor.errand, code="000000")
    wrong = visitor.fact("problem")
    visitor.sends("/ap/code", **visitor.errand, code=amazon.messages[-1].code)

    assert (asked, wrong) == ("one-time-code", "wrong-code")
    assert shown is not None
    assert shown[0] == amazon.messages[-1].code
    assert visitor.page == "consent"


def test_wrong_one_time_codes_lock_the_account_too(amazon: FakeAmazon) -> None:
    a_person(amazon, one_time_code=True)
    visitor = a_visitor_at_the_form(amazon)
    visitor.signs_in()
    errand = visitor.errand

    for _ in range(5):
        visitor.sends("/ap/code", **errand, code="000000")

    assert visitor.page == "locked"


def test_without_the_code_nobody_is_signed_in(amazon: FakeAmazon) -> None:
    a_person(amazon, one_time_code=True)
    visitor = a_visitor_at_the_form(amazon)
    visitor.signs_in()

    visitor.opens("/shop/balance")

    assert visitor.page == "sign-in"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": " "}, "name-missing"),
        ({"email": "bo"}, "email-invalid"),
        ({"email": "bo@"}, "email-invalid"),
        ({"password": "short"}, "password-short"),
        ({"email": "ana@example.com"}, "email-taken"),
    ],
)
def test_a_new_account_needs_name_address_and_password(
    amazon: FakeAmazon, fields: dict[str, str], problem: str
) -> None:
    a_person(amazon)
    visitor = a_visitor_at_the_form(amazon)
    visitor.opens("/ap/register", **visitor.errand)
    right = {"name": "Bo", "email": "bo@example.com", "password": "secret-2"}

    visitor.sends("/ap/register", **visitor.errand, **right | fields)

    assert (visitor.page, visitor.fact("problem")) == ("register", problem)
    assert "secret-2" not in visitor.answer.text


def test_p4_a_new_account_may_have_to_be_verified_before_it_comes_back(amazon: FakeAmazon) -> None:
    amazon.set(verify_new_accounts=True)
    visitor = a_visitor_at_the_form(amazon)
    visitor.opens("/ap/register", **visitor.errand)

    visitor.sends("/ap/register", **visitor.errand, name="Bo", email="bo@example.com", password="secret-2")
    asked = visitor.page
    visitor.sends("/ap/code", **visitor.errand, code=amazon.messages[-1].code)
    visitor.allows()

    assert asked == "one-time-code"
    assert visitor.came_back_with["state"] == "s1"


def test_a_request_that_has_ended_says_so(amazon: FakeAmazon) -> None:
    visitor = Visitor(amazon)

    visitor.opens("/ap/signin", request="gone")

    assert (visitor.page, visitor.answer.status_code) == ("error", 400)


def test_after_signing_out_the_form_is_back(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)
    visitor.authorizes(client.client_id)
    visitor.signs_in()
    visitor.allows()

    visitor.sends("/ap/signout")
    visitor.authorizes(client.client_id)

    assert visitor.page == "sign-in"


def test_a_person_removes_an_app_on_the_page(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    tokens = client.exchanges(a_code(amazon, client)).json()
    visitor = Visitor(amazon)
    visitor.opens("/ap/apps")
    visitor.signs_in()
    listed = visitor.page == "apps" and "Test app" in visitor.answer.text

    visitor.sends("/ap/apps", app=client.client_id)

    assert listed
    assert "Test app" not in visitor.answer.text
    assert client.profile(tokens["access_token"]).status_code == 400


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/shop/../ap/oa", "/shop\\@evil.example"])
def test_after_the_sign_in_nobody_is_sent_elsewhere(amazon: FakeAmazon, there: str) -> None:
    a_person(amazon)
    visitor = Visitor(amazon)
    visitor.opens("/ap/signin", then=there)

    visitor.sends("/ap/signin", then=there, email="ana@example.com", password="secret-1")

    assert visitor.page == "shop"


def test_an_address_belongs_to_one_account(amazon: FakeAmazon) -> None:
    a_person(amazon)

    with pytest.raises(EmailTaken):
        amazon.add_account("Ana@Example.com", "secret-3", "Another Ana")


def test_passwords_are_not_kept_among_the_requests_seen(amazon: FakeAmazon) -> None:
    a_person(amazon)
    visitor = a_visitor_at_the_form(amazon)

    visitor.signs_in(password="my real one")

    seen = amazon.requests_of("sign-in")[-1]
    assert seen.parameters["email"] == "ana@example.com"
    assert "real" not in seen.body
