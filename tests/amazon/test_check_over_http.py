from redeem_app.adapters.amazon_check import check_amazon
from redeem_app.adapters.amazon_incentives import PartnerAccount
from redeem_app.adapters.findings import Finding, Level
from tests.amazon.fake_amazon_world import PARTNER, FakeWorld, RealTime
from tests.amazon.wire import CLIENT_ID, CLIENT_SECRET


def findings(world: FakeWorld, *, account: PartnerAccount = PARTNER, secret: str = CLIENT_SECRET) -> dict[str, Finding]:
    found = check_amazon(world.sign_in(client_secret=secret), world.incentives(account=account), RealTime())
    return {finding.about: finding for finding in found}


def levels(found: dict[str, Finding]) -> dict[str, Level]:
    return {about: finding.level for about, finding in found.items()}


def test_a_good_configuration_is_found_good_and_nothing_is_spent(world: FakeWorld) -> None:
    found = findings(world)

    assert levels(found) == {
        "hosts": Level.WARN,  # it is a fake Amazon
        "sign-in page": Level.OK,
        "client id and secret": Level.OK,
        "gift-card account": Level.OK,
        "clock": Level.OK,
    }
    assert world.amazon.applications() == ()
    assert not world.amazon.messages


def test_a_wrong_client_secret_is_found(world: FakeWorld) -> None:
    assert levels(findings(world, secret="wrong"))["client id and secret"] is Level.FAIL


def test_a_return_address_that_is_not_registered_is_found(world: FakeWorld) -> None:
    world.amazon.register_client(CLIENT_ID, CLIENT_SECRET, ["https://rewards.example/elsewhere"])

    assert levels(findings(world))["sign-in page"] is Level.FAIL


def test_a_wrong_secret_key_is_found(world: FakeWorld) -> None:
    wrong = PartnerAccount(partner_id="Redme", access_key="AKIATEST", secret_key="wrong")

    assert levels(findings(world, account=wrong))["gift-card account"] is Level.FAIL


def test_an_amazon_that_is_not_there_fails_every_question_and_ends(world: FakeWorld) -> None:
    found = levels(findings(world.gone()))

    assert found["sign-in page"] is Level.FAIL
    assert found["client id and secret"] is Level.FAIL
    assert found["gift-card account"] is Level.FAIL
    assert found["clock"] is Level.WARN
