from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from redeem_app.domain.ports import SignInFailed, SignInProblem
from simulator.fake_amazon.faults import Fault, FaultKind
from tests.amazon.error_rows import AUTHORIZE_ROWS, PROFILE_ROWS, TOKEN_INFO_ROWS, TOKEN_ROWS
from tests.amazon.fake_amazon_world import SHORT, FakeWorld
from tests.amazon.wire import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, VERIFIER


def a_code(world: FakeWorld, **changes: str) -> str:
    return world.person(**changes).goes_to(world.sign_in().address(state="s", code_verifier=VERIFIER))["code"]


def problem_with(world: FakeWorld, code: str, verifier: str = VERIFIER) -> SignInProblem:
    with pytest.raises(SignInFailed) as caught:
        world.sign_in().account(code=code, code_verifier=verifier)
    return caught.value.problem


def test_a_person_signs_in_and_comes_back_with_a_code_for_the_account(world: FakeWorld) -> None:
    sign_in, person = world.sign_in(), world.person()

    returned = person.goes_to(sign_in.address(state="state-1", code_verifier=VERIFIER, language="de"))
    account = sign_in.account(code=returned["code"], code_verifier=VERIFIER)

    known = world.amazon.account("ada@example.com")
    assert known is not None
    assert (account.id, account.label) == (known.user_id, "a•••@example.com")
    assert returned["state"] == "state-1"


def test_no_token_is_asked_for_twice_or_sent_in_an_address(world: FakeWorld) -> None:
    code = a_code(world)

    world.sign_in().account(code=code, code_verifier=VERIFIER)

    asked = [seen for seen in world.amazon.requests_seen if seen.operation in {"token", "tokeninfo", "profile"}]
    assert [seen.operation for seen in asked] == ["token", "tokeninfo", "profile"]
    assert all("access_token" not in seen.query for seen in asked)


def test_a_person_who_says_no_is_a_refusal(world: FakeWorld) -> None:
    address = world.sign_in().address(state="s", code_verifier=VERIFIER)

    returned = world.person().goes_to(address, answer="refuse")

    told = (returned["error"], returned["error_description"])
    assert world.sign_in().problem_of(*told) is SignInProblem.REFUSED


def test_a_scope_that_is_not_known_is_a_matter_for_the_operator(world: FakeWorld) -> None:
    address = world.sign_in().address(state="s", code_verifier=VERIFIER).replace("scope=profile", "scope=shoe-size")

    returned = world.person().goes_to(address)

    told = (returned["error"], returned["error_description"])
    assert world.sign_in().problem_of(*told) is SignInProblem.MISCONFIGURED


@pytest.mark.parametrize(("error", "problem"), [(row[0], row[2]) for row in AUTHORIZE_ROWS if not row[1]])
def test_each_error_that_amazon_sends_back_has_its_meaning(
    world: FakeWorld, error: str, problem: SignInProblem
) -> None:
    world.amazon.faults.error("authorize", error)

    returned = world.person().goes_to(world.sign_in().address(state="s", code_verifier=VERIFIER))

    assert world.sign_in().problem_of(returned["error"], returned["error_description"]) is problem


@pytest.mark.parametrize(
    ("operation", "error", "problem"),
    [
        *(("token", row[0], row[3]) for row in TOKEN_ROWS if not row[1]),
        *(("tokeninfo", row[0], row[3]) for row in TOKEN_INFO_ROWS),
        *(("profile", row[0], row[3]) for row in PROFILE_ROWS),
    ],
)
def test_each_error_that_amazon_answers_has_its_meaning(
    world: FakeWorld, operation: str, error: str, problem: SignInProblem
) -> None:
    code = a_code(world)
    world.amazon.faults.error(operation, error, times=2)

    assert problem_with(world, code) is problem


def test_a_code_is_good_once(world: FakeWorld) -> None:
    code = a_code(world)
    world.sign_in().account(code=code, code_verifier=VERIFIER)

    assert problem_with(world, code) is SignInProblem.LOST


def test_a_code_is_good_for_minutes(world: FakeWorld) -> None:
    code = a_code(world)
    world.amazon.clock.advance(timedelta(minutes=6))

    assert problem_with(world, code) is SignInProblem.LOST


@pytest.mark.parametrize("code", ["ANmadeupmadeupmadeup", "x"])
def test_a_code_that_was_made_up_is_lost(world: FakeWorld, code: str) -> None:
    assert problem_with(world, code) is SignInProblem.LOST


def test_a_code_is_of_no_use_without_its_verifier(world: FakeWorld) -> None:
    assert problem_with(world, a_code(world), verifier="w" * 43) is SignInProblem.LOST


def test_a_wrong_secret_is_a_matter_for_the_operator(world: FakeWorld) -> None:
    code = a_code(world)

    with pytest.raises(SignInFailed) as caught:
        world.sign_in(client_secret="wrong").account(code=code, code_verifier=VERIFIER)

    assert caught.value.problem is SignInProblem.MISCONFIGURED


@pytest.mark.parametrize("wrong", [(CLIENT_ID, "unknown"), ("rewards.example", "elsewhere.example")])
def test_a_wrong_client_or_return_address_keeps_the_person_at_amazon(world: FakeWorld, wrong: tuple[str, str]) -> None:
    address = world.sign_in().address(state="s", code_verifier=VERIFIER).replace(*wrong)

    page = httpx.get(address, trust_env=False)

    assert page.status_code == 400
    assert "location" not in page.headers


@pytest.mark.parametrize("operation", ["tokeninfo", "profile"])
@pytest.mark.parametrize("fault", ["cut", "wrong", "unavailable", "late"])
def test_one_fault_on_the_way_to_the_account_is_overcome_or_told(world: FakeWorld, operation: str, fault: str) -> None:
    code = a_code(world)
    faults = world.amazon.faults
    if fault == "cut":
        faults.cut(operation)
    elif fault == "unavailable":
        faults.server_error(operation)
    elif fault == "late":
        faults.never(operation)
    else:
        faults.wrong(operation)

    sign_in = world.sign_in(world.http(3 * SHORT if fault == "late" else 5))
    if fault == "wrong":
        with pytest.raises(SignInFailed):
            sign_in.account(code=code, code_verifier=VERIFIER)
    else:
        assert sign_in.account(code=code, code_verifier=VERIFIER).label == "a•••@example.com"


@pytest.mark.parametrize("fault", ["cut", "never", "half", "wrong"])
def test_an_exchange_without_a_good_answer_is_told_and_not_repeated(world: FakeWorld, fault: str) -> None:
    code = a_code(world)
    faults = world.amazon.faults
    if fault == "half":
        faults.add(Fault(operation="token", kind=FaultKind.HALF))
    else:
        getattr(faults, fault)("token")

    with pytest.raises(SignInFailed) as caught:
        world.sign_in(world.http(SHORT)).account(code=code, code_verifier=VERIFIER)

    assert caught.value.problem is SignInProblem.UNAVAILABLE
    assert len(world.amazon.requests_of("token")) == 1


def test_a_profile_of_somebody_else_signs_nobody_in(world: FakeWorld) -> None:
    world.sign_in().account(code=a_code(world), code_verifier=VERIFIER)
    code = a_code(world, email="eve@example.com", name="Eve")
    world.amazon.faults.add(Fault(operation="profile", kind=FaultKind.REPEAT))

    assert problem_with(world, code) is SignInProblem.UNAVAILABLE


def test_a_token_of_another_client_signs_nobody_in(world: FakeWorld) -> None:
    other = "amzn1.application-oa2-client.other"
    world.amazon.register_client(other, CLIENT_SECRET, [REDIRECT_URI])
    elsewhere = replace(world.sign_in(), client_id=other)
    returned = world.person().goes_to(elsewhere.address(state="s", code_verifier=VERIFIER))
    elsewhere.account(code=returned["code"], code_verifier=VERIFIER)
    code = a_code(world, email="bob@example.com")
    world.amazon.faults.add(Fault(operation="tokeninfo", kind=FaultKind.REPEAT))

    assert problem_with(world, code) is SignInProblem.LOST
