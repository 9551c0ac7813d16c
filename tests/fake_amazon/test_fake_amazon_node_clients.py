"""Clients that others wrote for Node.js, unchanged and under Amazon's own host names."""

import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.fake_amazon import FakeAmazon
from tests.fake_amazon.clients import TokenClient, a_client, a_partner, a_person
from tests.fake_amazon.node_clients import install, run
from tests.fake_amazon.visitor import RETURN, Visitor

INCENTIVES = ["amazon-incentives-api", "agcod"]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    install()


def asks(amazon: FakeAmazon, client: str, **asked: object) -> dict[str, Any]:
    """An answer, or what the client makes of a failure."""
    told: dict[str, Any] = run(amazon, "gift_cards.cjs", client, json.dumps(asked))
    return told


def creates(amazon: FakeAmazon, client: str, amount: float = 12.5) -> dict[str, Any]:
    return asks(amazon, client, call="create", id="FakepNode1", amount=amount, currency="USD")


@pytest.mark.parametrize("client", INCENTIVES)
def test_a_card_is_created_and_cancelled(amazon_by_name: FakeAmazon, client: str) -> None:
    a_partner(amazon_by_name)

    card = creates(amazon_by_name, client)["told"]
    cancelled = asks(amazon_by_name, client, call="cancel", id="FakepNode1", gcId=card["gcId"])["told"]

    assert (card["status"], card["cardInfo"]["value"]["amount"]) == ("SUCCESS", 12.5)
    assert (cancelled["status"], cancelled["gcId"]) == ("SUCCESS", card["gcId"])
    assert amazon_by_name.requests_seen[0].headers["host"] == "agcod-v2-gamma.amazon.com"


@pytest.mark.parametrize("client", INCENTIVES)
def test_funds_that_don_t_suffice(amazon_by_name: FakeAmazon, client: str) -> None:
    a_partner(amazon_by_name, funds=10)

    problem = creates(amazon_by_name, client)["problem"]

    assert (problem["status"], problem["errorCode"], problem["errorType"]) == (400, "F300", "InsufficientFunds")


@pytest.mark.parametrize("client", INCENTIVES)
def test_the_time_for_cancelling_has_expired(amazon_by_name: FakeAmazon, client: str) -> None:
    a_partner(amazon_by_name)
    card = creates(amazon_by_name, client)["told"]

    amazon_by_name.clock.advance(timedelta(minutes=16))
    problem = asks(amazon_by_name, client, call="cancel", id="FakepNode1", gcId=card["gcId"])["problem"]

    assert problem["errorType"] == "CancelRequestArrivedAfterTimeLimit"


@pytest.mark.parametrize("client", INCENTIVES)
def test_an_answer_that_is_lost_and_asked_for_again(amazon_by_name: FakeAmazon, client: str) -> None:
    a_partner(amazon_by_name)
    amazon_by_name.faults.cut("CreateGiftCard")

    lost = creates(amazon_by_name, client)["problem"]
    again = creates(amazon_by_name, client)["told"]

    assert lost["code"] == "ECONNRESET"
    assert again["status"] == "SUCCESS"
    assert len(amazon_by_name.applications()) == 1


def test_a_client_reads_the_balance(amazon_by_name: FakeAmazon) -> None:
    a_partner(amazon_by_name, funds=77)

    told = asks(amazon_by_name, "amazon-incentives-api", call="funds")["told"]

    assert told["availableFunds"] == {"amount": 77, "currencyCode": "USD"}


class PassportApp:
    """An application that signs people in by passport-amazon, with state and PKCE."""

    def __init__(self, amazon: FakeAmazon, client: TokenClient) -> None:
        self._amazon = amazon
        self._asked: dict[str, Any] = {
            "clientID": client.client_id,
            "clientSecret": client.client_secret,
            "callbackURL": RETURN,
            "session": {},
        }

    def answers(self, query: dict[str, str]) -> dict[str, Any]:
        told: dict[str, Any] = run(self._amazon, "sign_in.cjs", json.dumps(self._asked | {"query": query}))
        self._asked["session"] = told["session"]
        return told

    def sends_a_visitor(self) -> Visitor:
        visitor = Visitor(self._amazon)
        visitor.follows(self.answers({})["redirect"])
        visitor.signs_in()
        return visitor


@pytest.fixture
def app(amazon_by_name: FakeAmazon) -> PassportApp:
    a_person(amazon_by_name)
    return PassportApp(amazon_by_name, a_client(amazon_by_name))


def test_passport_signs_somebody_in(app: PassportApp, amazon_by_name: FakeAmazon) -> None:
    visitor = app.sends_a_visitor()
    visitor.allows()

    user = app.answers(visitor.came_back_with)["user"]

    account = amazon_by_name.account("ana@example.com")
    assert account is not None
    assert user == {"id": account.user_id, "name": "Ana Lee", "email": "ana@example.com"}
    assert "code_verifier" in amazon_by_name.requests_of("token")[0].parameters


def test_passport_hears_a_refusal(app: PassportApp) -> None:
    visitor = app.sends_a_visitor()
    visitor.refuses()

    assert app.answers(visitor.came_back_with)["fail"] == {"message": "Access not permitted."}


def test_passport_comes_too_late_with_its_code(app: PassportApp, amazon_by_name: FakeAmazon) -> None:
    visitor = app.sends_a_visitor()
    visitor.allows()

    amazon_by_name.clock.advance(timedelta(minutes=5))

    assert app.answers(visitor.came_back_with)["error"]["code"] == "invalid_grant"


def test_passport_meets_a_token_endpoint_that_fails(app: PassportApp, amazon_by_name: FakeAmazon) -> None:
    visitor = app.sends_a_visitor()
    visitor.allows()
    amazon_by_name.faults.error("token", "ServerError")

    assert app.answers(visitor.came_back_with)["error"]["code"] == "ServerError"
