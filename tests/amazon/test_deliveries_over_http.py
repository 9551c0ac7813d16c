from datetime import UTC, datetime, timedelta

import pytest

from redeem_app.adapters.amazon_delivery_errors import Operation
from redeem_app.adapters.amazon_gift_cards import build_delivery
from redeem_app.adapters.amazon_incentives import PartnerAccount
from redeem_app.domain.ids import AccountId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import DeliveryFailed, DeliveryProblem, DeliveryRequest
from simulator.fake_amazon.faults import Fault, FaultKind
from simulator.fake_amazon.gift_cards.errors import OTHERS, TRIGGERS
from tests.amazon.error_rows import ABOUT_THE_PERSON, DELIVERY_ROWS
from tests.amazon.fake_amazon_world import PARTNER, SHORT, FakeWorld
from tests.amazon.wire import StoppedClock, a_delivery

OPERATIONS = {"load-balance": Operation.LOAD_BALANCE, "claim-code": Operation.CREATE_GIFT_CARD}
VALUE = Money.of("27.50", "USD")
Outcome = tuple[DeliveryProblem, bool]


@pytest.fixture(params=["load-balance", "claim-code"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def a_request(world: FakeWorld, value: Money = VALUE) -> DeliveryRequest:
    known = world.amazon.account("ada@example.com")
    account = known or world.amazon.add_account("ada@example.com", "password", "Ada")
    return a_delivery(account_id=account.user_id, value=value)


def meaning(code: str, name: str, operation: Operation) -> Outcome:
    """What the row of the error table says."""
    if operation is Operation.LOAD_BALANCE and name in ABOUT_THE_PERSON:
        return DeliveryProblem.ACCOUNT_REFUSED, True
    return next(row[2:] for row in DELIVERY_ROWS if row[:2] == (code, name))


@pytest.mark.parametrize("trigger", sorted(TRIGGERS))
def test_each_trigger_of_the_sandbox_has_its_meaning(world: FakeWorld, way: str, trigger: str) -> None:
    operation = OPERATIONS[way]
    field = {"load-balance": "loadBalanceRequestId", "claim-code": "creationRequestId"}[way]
    error = TRIGGERS[trigger]

    with pytest.raises(DeliveryFailed) as caught:
        world.incentives().call(operation, {field: trigger}, VALUE)

    assert (caught.value.problem, caught.value.settled) == meaning(error.code, error.error_type, operation)
    assert error.error_type in caught.value.detail
    assert len(world.amazon.requests_seen) == (3 if error.code == "F400" else 1)


def test_the_trigger_of_success_is_a_success(world: FakeWorld) -> None:
    fields = {"creationRequestId": "F0000"}

    assert world.incentives().call(Operation.CREATE_GIFT_CARD, fields, VALUE)["gcClaimCode"] == "ZYXW-VUTS-RQPO"


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_each_further_error_has_its_meaning(world: FakeWorld, way: str, name: str) -> None:
    operation = OPERATIONS[way]
    world.amazon.faults.error(operation, name)

    with pytest.raises(DeliveryFailed) as caught:
        build_delivery(way, world.incentives()).deliver(a_request(world))

    assert (caught.value.problem, caught.value.settled) == meaning(OTHERS[name].code, name, operation)


def outcome_of(world: FakeWorld, way: str, *, account: PartnerAccount = PARTNER, value: Money = VALUE) -> Outcome:
    with pytest.raises(DeliveryFailed) as caught:
        build_delivery(way, world.incentives(account=account)).deliver(a_request(world, value))
    return caught.value.problem, caught.value.settled


def test_a_wrong_secret_key_is_our_own_affair(world: FakeWorld, way: str) -> None:
    wrong = PartnerAccount(partner_id="Redme", access_key="AKIATEST", secret_key="wrong")

    assert outcome_of(world, way, account=wrong) == (DeliveryProblem.PARTNER_BLOCKED, True)


def test_an_unknown_access_key_is_our_own_affair(world: FakeWorld, way: str) -> None:
    wrong = PartnerAccount(partner_id="Redme", access_key="AKIAOTHER", secret_key="partner-secret")

    assert outcome_of(world, way, account=wrong) == (DeliveryProblem.PARTNER_BLOCKED, True)


def test_a_partner_id_of_another_is_our_own_affair(world: FakeWorld, way: str) -> None:
    wrong = PartnerAccount(partner_id="Other", access_key="AKIATEST", secret_key="partner-secret")

    assert outcome_of(world, way, account=wrong) == (DeliveryProblem.PARTNER_BLOCKED, True)


def test_a_clock_that_is_an_hour_off_is_our_own_affair(world: FakeWorld, way: str) -> None:
    clock = StoppedClock(datetime.now(UTC) + timedelta(hours=1))

    with pytest.raises(DeliveryFailed) as caught:
        build_delivery(way, world.incentives(clock=clock)).deliver(a_request(world))

    assert (caught.value.problem, caught.value.settled) == (DeliveryProblem.PARTNER_BLOCKED, True)


def test_funds_that_do_not_suffice_are_told_as_such(world: FakeWorld, way: str) -> None:
    world.begin_anew(funds=27)

    assert outcome_of(world, way) == (DeliveryProblem.FUNDS_LOW, True)
    assert world.incentives().available_funds() == Money.of("27", "USD")


def test_a_value_above_the_limit_is_invalid(world: FakeWorld, way: str) -> None:
    assert outcome_of(world, way, value=Money.of("2000.01", "USD")) == (DeliveryProblem.INVALID, True)


def test_an_account_that_does_not_exist_is_refused(world: FakeWorld) -> None:
    request = a_delivery(account_id="amzn1.account.NOBODY")

    with pytest.raises(DeliveryFailed) as caught:
        build_delivery("load-balance", world.incentives()).deliver(request)

    assert (caught.value.problem, caught.value.settled) == (DeliveryProblem.ACCOUNT_REFUSED, True)


def test_more_calls_than_amazon_allows_are_throttled(world: FakeWorld) -> None:
    world.amazon.set(calls_per_second=1)
    incentives = world.incentives()
    incentives.available_funds()

    with pytest.raises(DeliveryFailed) as caught:
        incentives.available_funds()

    assert (caught.value.problem, caught.value.settled) == (DeliveryProblem.THROTTLED, True)


def test_a_loaded_balance_is_on_the_account(world: FakeWorld) -> None:
    request = a_request(world)

    build_delivery("load-balance", world.incentives()).deliver(request)

    assert world.amazon.balance(request.account_id).major == VALUE.major


def test_a_cancelled_card_is_no_delivery(world: FakeWorld) -> None:
    incentives, request = world.incentives(), a_request(world)
    build_delivery("claim-code", incentives).deliver(request)
    inside = world.amazon.world
    inside.ledger.cancel(inside.partners.by_key(PARTNER.access_key), incentives.request_id(request.request_id), "")

    with pytest.raises(DeliveryFailed) as caught:
        build_delivery("claim-code", incentives).deliver(request)

    assert (caught.value.problem, caught.value.settled) == (DeliveryProblem.CANCELLED, True)


@pytest.mark.parametrize("currency", ["JPY", "EUR"])
def test_values_of_other_currencies_are_exact(world: FakeWorld, way: str, currency: str) -> None:
    world.amazon.register_partner(PARTNER.partner_id, PARTNER.access_key, PARTNER.secret_key, {currency: 5000})

    delivered = build_delivery(way, world.incentives()).deliver(a_request(world, Money.of("1050", currency)))

    assert delivered.reference
    assert [str(done.value.major) for done in world.amazon.applications()] == [str(Money.of("1050", currency).major)]


FAULTS = [
    Fault(operation="*", kind=FaultKind.NEVER),
    Fault(operation="*", kind=FaultKind.NEVER, applied=False),
    Fault(operation="*", kind=FaultKind.LATE, seconds=30),
    Fault(operation="*", kind=FaultKind.CUT),
    Fault(operation="*", kind=FaultKind.CUT, applied=False),
    Fault(operation="*", kind=FaultKind.HALF),
    Fault(operation="*", kind=FaultKind.WRONG),
    Fault(operation="*", kind=FaultKind.ANSWER, status=500, body="{}"),
    Fault(operation="*", kind=FaultKind.ANSWER, status=502, body="<html>"),
    Fault(operation="*", kind=FaultKind.ANSWER, status=200, body='{"status": "SUCCESS"}'),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.applied}-{fault.status}")
def test_after_each_fault_the_outcome_is_unknown_and_the_same_request_settles_it(
    world: FakeWorld, way: str, fault: Fault
) -> None:
    impatient, request = build_delivery(way, world.incentives(world.http(SHORT))), a_request(world)
    world.amazon.faults.add(fault)

    with pytest.raises(DeliveryFailed) as caught:
        impatient.deliver(request)
    delivered = build_delivery(way, world.incentives()).deliver(request)

    assert (caught.value.problem, caught.value.settled) == (DeliveryProblem.TEMPORARY, False)
    assert delivered.reference
    assert len(world.amazon.applications()) == 1


def test_a_request_that_arrives_twice_is_applied_once(world: FakeWorld, way: str) -> None:
    world.amazon.faults.twice(OPERATIONS[way])

    assert build_delivery(way, world.incentives()).deliver(a_request(world)).reference
    assert len(world.amazon.applications()) == 1


def test_an_answer_that_was_meant_for_another_is_not_taken(world: FakeWorld, way: str) -> None:
    delivery, request = build_delivery(way, world.incentives()), a_request(world)
    delivery.deliver(a_delivery("anotherreward", AccountId(request.account_id)))
    world.amazon.faults.add(Fault(operation=OPERATIONS[way], kind=FaultKind.REPEAT))

    with pytest.raises(DeliveryFailed) as caught:
        delivery.deliver(request)

    assert (caught.value.problem, caught.value.settled) == (DeliveryProblem.TEMPORARY, False)
    assert delivery.deliver(request).reference
    assert len(world.amazon.applications()) == 2


def test_resend_is_sent_again_with_the_same_id_until_it_succeeds(world: FakeWorld, way: str) -> None:
    world.amazon.faults.error(OPERATIONS[way], "F4000", times=2)

    assert build_delivery(way, world.incentives()).deliver(a_request(world)).reference
    assert len({seen.body for seen in world.amazon.requests_of(OPERATIONS[way])}) == 1
    assert len(world.amazon.requests_of(OPERATIONS[way])) == 3
