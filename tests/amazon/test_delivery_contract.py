"""What everything above relies on in a delivery: shown on the fake in memory, and on both ways over real HTTP."""

from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor

import pytest

from redeem_app.adapters.amazon_gift_cards import build_delivery
from redeem_app.domain.ids import AccountId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest, GiftDelivery
from tests.amazon.fake_amazon_world import FakeWorld
from tests.amazon.wire import a_delivery
from tests.fakes.deliveries import InMemoryDelivery


class Partner(ABC):
    """One implementation of the port with the partner behind it, which a test can look at and disturb."""

    delivery: GiftDelivery
    account: AccountId

    @abstractmethod
    def applied(self) -> list[Money]:
        """The values applied so far, one for each effect."""

    @abstractmethod
    def loses_the_next_answer(self, *, applied: bool) -> None:
        """The next call has no answer; whether it takes effect is up to the test."""

    @abstractmethod
    def refuses_the_next(self, problem: DeliveryProblem) -> None:
        """The next call, with its repetitions, is refused so."""

    @abstractmethod
    def goes_away(self) -> None:
        """Nobody listens any more."""

    @abstractmethod
    def an_account_that_takes_no_credit(self) -> AccountId:
        """An account to which nothing can be loaded."""


class PartnerInMemory(Partner):
    def __init__(self, way: str) -> None:
        self.fake = InMemoryDelivery(way)
        self.delivery = self.fake
        self.account = AccountId("amzn1.account.ADA")

    def applied(self) -> list[Money]:
        return [request.value for request in self.fake.applied.values()]

    def loses_the_next_answer(self, *, applied: bool) -> None:
        lost = self.fake.fail(DeliveryProblem.TEMPORARY, settled=False)
        self.fake.answers.append(self.fake.lose_answer if applied else lost)

    def refuses_the_next(self, problem: DeliveryProblem) -> None:
        self.fake.answers.append(self.fake.fail(problem))

    def goes_away(self) -> None:
        self.fake.answers.append(self.fake.fail(DeliveryProblem.TEMPORARY))

    def an_account_that_takes_no_credit(self) -> AccountId:
        account = AccountId("amzn1.account.BLOCKED")
        self.fake.refused_accounts.add(account)
        return account


class PartnerOverHttp(Partner):
    def __init__(self, way: str, world: FakeWorld) -> None:
        self.world = world
        self.delivery = build_delivery(way, world.incentives())
        self.operation = {"load-balance": "LoadAmazonBalance", "claim-code": "CreateGiftCard"}[way]
        self.account = AccountId(world.amazon.add_account("ada@example.com", "password", "Ada").user_id)

    def applied(self) -> list[Money]:
        return [Money.of(done.value.major, done.value.currency) for done in self.world.amazon.applications()]

    def loses_the_next_answer(self, *, applied: bool) -> None:
        self.world.amazon.faults.cut(self.operation, applied=applied)

    def refuses_the_next(self, problem: DeliveryProblem) -> None:
        faults = self.world.amazon.faults
        if problem is DeliveryProblem.THROTTLED:
            faults.answer(self.operation, 429, '{"message": "Rate exceeded"}', times=3)
        else:
            faults.error(self.operation, _ERRORS[problem])

    def goes_away(self) -> None:
        self.delivery = build_delivery(self.delivery.name, self.world.gone().incentives())

    def an_account_that_takes_no_credit(self) -> AccountId:
        account = self.world.amazon.add_account("blocked@example.com", "password", "Bob", blocked=True)
        return AccountId(account.user_id)


_ERRORS = {
    DeliveryProblem.FUNDS_LOW: "InsufficientFunds",
    DeliveryProblem.PARTNER_BLOCKED: "AccessDenied",
    DeliveryProblem.INVALID: "InvalidAmountValue",
}


@pytest.fixture(params=["load-balance", "claim-code"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["in memory", "over HTTP"])
def partner(request: pytest.FixtureRequest, way: str) -> Partner:
    if request.param == "in memory":
        return PartnerInMemory(way)
    return PartnerOverHttp(way, request.getfixturevalue("world"))


def asked(partner: Partner, request_id: str = "reward0001", value: str = "27.50") -> DeliveryRequest:
    return a_delivery(request_id, partner.account, Money.of(value, "USD"))


def failure_of(partner: Partner, request: DeliveryRequest) -> tuple[DeliveryProblem, bool]:
    with pytest.raises(DeliveryFailed) as caught:
        partner.delivery.deliver(request)
    return caught.value.problem, caught.value.settled


def test_a_value_is_applied_and_told_with_a_reference(partner: Partner) -> None:
    delivered = partner.delivery.deliver(asked(partner))

    assert delivered.reference
    assert partner.applied() == [Money.of("27.50", "USD")]


def test_a_claim_code_is_told_where_delivery_is_by_claim_code_and_only_there(partner: Partner, way: str) -> None:
    delivered = partner.delivery.deliver(asked(partner))

    assert partner.delivery.name == way
    assert bool(delivered.claim_code) == (way == "claim-code")


def test_the_same_request_again_hears_the_same_and_applies_nothing(partner: Partner) -> None:
    first = partner.delivery.deliver(asked(partner))

    again = partner.delivery.deliver(asked(partner))

    assert again == first
    assert len(partner.applied()) == 1


def test_another_id_is_another_application(partner: Partner) -> None:
    first = partner.delivery.deliver(asked(partner, "reward0001"))
    second = partner.delivery.deliver(asked(partner, "reward0002"))

    assert first.reference != second.reference
    assert len(partner.applied()) == 2


def test_a_known_id_with_another_value_is_refused_and_nothing_is_said_of_the_first(partner: Partner) -> None:
    partner.delivery.deliver(asked(partner))

    assert failure_of(partner, asked(partner, value="27.51")) == (DeliveryProblem.INVALID, False)
    assert partner.applied() == [Money.of("27.50", "USD")]


@pytest.mark.parametrize("applied", [True, False])
def test_after_a_lost_answer_the_same_request_settles_it(partner: Partner, *, applied: bool) -> None:
    partner.loses_the_next_answer(applied=applied)

    assert failure_of(partner, asked(partner)) == (DeliveryProblem.TEMPORARY, False)
    assert len(partner.applied()) == applied
    assert partner.delivery.deliver(asked(partner)).reference
    assert len(partner.applied()) == 1


@pytest.mark.parametrize(
    "problem",
    [
        DeliveryProblem.THROTTLED,
        DeliveryProblem.FUNDS_LOW,
        DeliveryProblem.PARTNER_BLOCKED,
        DeliveryProblem.INVALID,
    ],
)
def test_a_refusal_applies_nothing_and_the_same_request_may_succeed_later(
    partner: Partner, problem: DeliveryProblem
) -> None:
    partner.refuses_the_next(problem)

    assert failure_of(partner, asked(partner)) == (problem, True)
    assert partner.applied() == []
    assert partner.delivery.deliver(asked(partner)).reference


def test_where_nobody_listens_nothing_is_applied(partner: Partner) -> None:
    partner.goes_away()

    assert failure_of(partner, asked(partner)) == (DeliveryProblem.TEMPORARY, True)
    assert partner.applied() == []


def test_an_account_that_takes_no_credit_can_still_be_given_a_code(partner: Partner, way: str) -> None:
    request = a_delivery(account_id=partner.an_account_that_takes_no_credit())

    if way == "claim-code":
        assert partner.delivery.deliver(request).claim_code
    else:
        assert failure_of(partner, request) == (DeliveryProblem.ACCOUNT_REFUSED, True)
        assert partner.applied() == []


@pytest.mark.parametrize("request_id", ["", "with space", "with-dash", "ü", "a" * 36])
def test_an_id_that_is_not_letters_and_digits_or_too_long_applies_nothing(partner: Partner, request_id: str) -> None:
    assert failure_of(partner, asked(partner, request_id)) == (DeliveryProblem.INVALID, True)
    assert partner.applied() == []


def test_the_longest_id_that_the_domain_makes_is_taken(partner: Partner) -> None:
    assert partner.delivery.deliver(asked(partner, "0123456789abcdef" * 2)).reference


def test_the_same_request_from_many_threads_applies_once(partner: Partner) -> None:
    def deliver(_: int) -> Delivered:
        return partner.delivery.deliver(asked(partner))

    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(deliver, range(16)))

    assert len(set(heard)) == 1
    assert len(partner.applied()) == 1
