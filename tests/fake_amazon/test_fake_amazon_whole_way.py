"""The whole way over the fake Amazon: sign in or make an account, get credit, spend it."""

from simulator.fake_amazon import FakeAmazon, MemoryClock
from tests.fake_amazon.clients import a_client, a_code, a_partner, a_person
from tests.fake_amazon.visitor import RETURN, Visitor


def test_somebody_signs_in_allows_and_comes_back_with_a_code(amazon: FakeAmazon) -> None:
    client, user_id = a_client(amazon), a_person(amazon)
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id, state="abc")
    visitor.signs_in()
    visitor.allows()

    assert visitor.answer.headers["location"].startswith(f"{RETURN}?code=")
    assert visitor.came_back_with["state"] == "abc"
    tokens = client.exchanges(visitor.came_back_with["code"]).json()
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 3600
    assert client.profile(tokens["access_token"]).json() == {
        "user_id": user_id,
        "name": "Ana Lee",
        "email": "ana@example.com",
    }


def test_p4_somebody_without_an_account_makes_one_and_comes_back_to_the_same_request(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    visitor = Visitor(amazon)

    visitor.authorizes(client.client_id, state="same-moment")
    visitor.opens("/ap/register", **visitor.errand)
    visitor.sends("/ap/register", **visitor.errand, name="Bo", email="bo@example.com", password="secret-2")
    visitor.allows()

    assert visitor.came_back_with["state"] == "same-moment"
    account = amazon.account("bo@example.com")
    assert account is not None
    tokens = client.exchanges(visitor.came_back_with["code"]).json()
    assert client.profile(tokens["access_token"]).json()["user_id"] == account.user_id


def test_credit_loaded_by_user_id_makes_the_item_cost_nothing(amazon: FakeAmazon) -> None:
    client, partner, user_id = a_client(amazon), a_partner(amazon), a_person(amazon)
    amazon.add_item("mug", "Mug", "25.00", "USD", tax="0.10")
    a_code(amazon, client)

    answer = partner.loads(user_id, amount=27.50)

    visitor = Visitor(amazon)
    visitor.opens("/shop/balance")
    visitor.signs_in()
    assert answer.json()["status"] == "SUCCESS"
    assert visitor.fact("balance") == "27.50"
    visitor.opens("/shop/item/mug")
    assert visitor.fact("to-pay") == "0.00"
    visitor.sends("/shop/cart", item="mug")
    visitor.sends("/shop/order")
    assert visitor.page == "order"
    assert visitor.fact("to-pay") == "0.00"
    assert amazon.balance(user_id).minor == 0


def test_a_claim_code_becomes_balance_once(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    code = partner.creates(amount=27.50).json()["gcClaimCode"]
    visitor = Visitor(amazon)
    visitor.opens("/gc/redeem", code=code)
    visitor.signs_in()

    visitor.sends("/gc/redeem", code=code.lower())
    visitor.sends("/gc/redeem", code=code)

    assert visitor.fact("result") == "used"
    assert str(amazon.balance(user_id)) == "27.50 USD"


def test_worlds_in_one_process_do_not_touch(amazon: FakeAmazon) -> None:
    user_id = a_person(amazon)
    with FakeAmazon(clock=MemoryClock("=1781524800"), seed=7) as other:
        same_seed = a_person(other)

        partner = a_partner(other)
        partner.loads(same_seed)

        assert same_seed == user_id
        assert other.balance(same_seed).minor == 2500
        assert amazon.balance(user_id).minor == 0
        assert amazon.requests_seen == ()


def test_a_repeated_load_is_applied_once(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)

    answers = [partner.loads(user_id, "FakepA").json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert [(done.request_id, done.value.minor) for done in amazon.applications()] == [("FakepA", 2500)]
