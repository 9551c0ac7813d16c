from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from redeem_app.adapters.amazon_check import check_amazon
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.amazon_incentives import Incentives, PartnerAccount
from redeem_app.adapters.amazon_sign_in import LoginWithAmazon
from redeem_app.adapters.findings import Finding, Level
from tests.amazon.wire import (
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    Reply,
    StoppedClock,
    a_partner_error,
    a_profile,
    a_token,
    a_token_info,
    an_oauth_error,
    as_json,
    http_over,
    no_waiting,
)

CLOCK = StoppedClock()
Host = Callable[[httpx.Request], httpx.Response]


def dated(response: httpx.Response, ahead: timedelta = timedelta()) -> httpx.Response:
    response.headers["date"] = format_datetime(CLOCK.now() + ahead, usegmt=True)
    return response


def amazon_that(*, page: Reply | None = None, token: Reply | None = None, funds: Reply | None = None) -> Host:
    """A host where all is well, but for what is given."""
    holding = {"availableFunds": {"amount": 250, "currencyCode": "USD"}, "status": "SUCCESS"}
    replies: dict[str, Reply] = {
        "/ap/oa": page or dated(httpx.Response(302, headers={"location": "https://www.amazon.com/ap/signin"})),
        "/auth/o2/token": token or an_oauth_error("invalid_grant", "The request has an invalid grant parameter : code"),
        "/auth/o2/tokeninfo": a_token_info(),
        "/user/profile": a_profile(),
        "/GetAvailableFunds": funds or as_json(holding),
    }

    def answer(request: httpx.Request) -> httpx.Response:
        reply = replies[request.url.path]
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    return answer


def findings(
    amazon: Host,
    *,
    hosts: AmazonHosts | None = None,
    redirect_uri: str = REDIRECT_URI,
    partner_id: str = "Redme",
) -> dict[str, Finding]:
    where = hosts or AmazonHosts.real("na")
    sign_in = LoginWithAmazon(
        hosts=where,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=redirect_uri,
        http=http_over(amazon),
        back_off=no_waiting(),
    )
    account = PartnerAccount(partner_id=partner_id, access_key="AKIATEST", secret_key="partner-secret")
    incentives = Incentives(where, account, CLOCK, http=http_over(amazon), back_off=no_waiting())
    return {finding.about: finding for finding in check_amazon(sign_in, incentives, CLOCK)}


def test_all_is_well_where_all_is_well() -> None:
    found = findings(amazon_that())

    assert set(found) == {"hosts", "sign-in page", "client id and secret", "gift-card account", "clock"}
    assert {finding.level for finding in found.values()} == {Level.OK}
    assert found["gift-card account"].sentence == "Its keys are good, and it holds 250.00 USD."


def test_the_check_asks_about_funds_and_neither_creates_nor_loads_anything() -> None:
    asked: list[str] = []
    amazon = amazon_that()

    def watched(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        return amazon(request)

    findings(watched)

    assert asked == ["GET /ap/oa", "POST /auth/o2/token", "POST /GetAvailableFunds"]


@pytest.mark.parametrize(
    ("page", "level", "words"),
    [
        (httpx.Response(400, text="<h1>We're sorry!</h1>"), Level.FAIL, REDIRECT_URI),
        (httpx.ConnectError(""), Level.FAIL, "can't be reached"),
        (
            httpx.Response(302, headers={"location": f"{REDIRECT_URI}?error=invalid_scope&state=x"}),
            Level.FAIL,
            "invalid_scope",
        ),
        (httpx.Response(503), Level.WARN, "503"),
        (httpx.Response(200), Level.OK, REDIRECT_URI),
    ],
)
def test_the_sign_in_page_tells_whether_the_return_address_is_known(page: Reply, level: Level, words: str) -> None:
    finding = findings(amazon_that(page=page))["sign-in page"]

    assert finding.level is level
    assert words in finding.sentence


@pytest.mark.parametrize(
    ("token", "level", "words"),
    [
        (an_oauth_error("invalid_client", "Client authentication failed", 401), Level.FAIL, "invalid_client"),
        (an_oauth_error("unauthorized_client"), Level.FAIL, "security profile"),
        (an_oauth_error("invalid_request", "The request has an invalid parameter : code"), Level.OK, "accepts"),
        (httpx.ReadTimeout(""), Level.FAIL, "try again"),
        (a_token(), Level.FAIL, "this is not Amazon"),
    ],
)
def test_a_made_up_code_tells_whether_id_and_secret_are_good(token: Reply, level: Level, words: str) -> None:
    finding = findings(amazon_that(token=token))["client id and secret"]

    assert finding.level is level
    assert words in finding.sentence


@pytest.mark.parametrize(
    ("funds", "level", "words"),
    [
        (a_partner_error("InvalidAwsAccessKeyId", "F300"), Level.FAIL, "compare both keys"),
        (a_partner_error("InvalidPartnerIdInput"), Level.FAIL, "compare the partner id"),
        (as_json({"message": "Rate exceeded"}, 429), Level.FAIL, "wait a few seconds"),
        (httpx.ReadTimeout(""), Level.FAIL, "try again"),
        (
            as_json({"availableFunds": {"amount": 0, "currencyCode": "USD"}, "status": "SUCCESS"}),
            Level.WARN,
            "holds 0.00 USD",
        ),
    ],
)
def test_the_funds_tell_whether_the_keys_are_good(funds: Reply, level: Level, words: str) -> None:
    finding = findings(amazon_that(funds=funds))["gift-card account"]

    assert finding.level is level
    assert words in finding.sentence


@pytest.mark.parametrize(
    ("page", "level"),
    [
        (dated(httpx.Response(200), timedelta(seconds=-3)), Level.OK),
        (dated(httpx.Response(200), timedelta(minutes=2)), Level.WARN),
        (dated(httpx.Response(200), timedelta(minutes=-6)), Level.FAIL),
        (httpx.Response(200), Level.WARN),
        (httpx.Response(200, headers={"date": "yesterday"}), Level.WARN),
        (httpx.ConnectError(""), Level.WARN),
    ],
)
def test_the_clock_is_compared_with_amazons(page: Reply, level: Level) -> None:
    assert findings(amazon_that(page=page))["clock"].level is level


def test_a_plain_return_address_fails_at_amazons_own_hosts_only() -> None:
    plain = "http://rewards.example/reward/sign-in/return"

    assert findings(amazon_that(), redirect_uri=plain)["return address"].level is Level.FAIL
    assert "return address" not in findings(amazon_that(), redirect_uri="http://localhost:5000/return")
    assert "return address" not in findings(
        amazon_that(), redirect_uri=plain, hosts=AmazonHosts.at("http://127.0.0.1:9000")
    )


def test_a_fake_amazon_is_named_as_one() -> None:
    finding = findings(amazon_that(), hosts=AmazonHosts.at("http://127.0.0.1:9000"))["hosts"]

    assert finding.level is Level.WARN
    assert "http://127.0.0.1:9000" in finding.sentence


def test_an_unusual_partner_id_is_pointed_out() -> None:
    assert findings(amazon_that(), partner_id="redme1")["partner id"].level is Level.WARN


def test_no_finding_tells_a_secret() -> None:
    found = findings(amazon_that(token=an_oauth_error("invalid_client"), funds=a_partner_error("AccessDenied", "F300")))

    assert "partner-secret" not in str(found)
    assert CLIENT_SECRET not in str(found)
