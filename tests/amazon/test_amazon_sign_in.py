from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.amazon_sign_in_errors import PROBLEM_OF, Step, problem_at
from redeem_app.domain.ports import Account, AmazonSignIn, SignInFailed, SignInProblem
from tests.amazon.error_rows import AUTHORIZE_ROWS, PROFILE_ROWS, TOKEN_INFO_ROWS, TOKEN_ROWS
from tests.amazon.wire import (
    ACCESS_TOKEN,
    ACCOUNT_ID,
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    VERIFIER,
    Reply,
    a_profile,
    a_sign_in,
    a_token,
    a_token_info,
    an_oauth_error,
    as_json,
    wire,
)


def failure_after(*replies: Reply) -> SignInFailed:
    with pytest.raises(SignInFailed) as caught:
        a_sign_in(wire(*replies)).account(code="code-1", code_verifier=VERIFIER)
    return caught.value


def signed_in_after(*replies: Reply) -> Account:
    return a_sign_in(wire(*replies)).account(code="code-1", code_verifier=VERIFIER)


def test_it_is_the_sign_in_that_the_domain_asks_for() -> None:
    port: AmazonSignIn = a_sign_in(wire(a_token()))

    assert port.problem_of("access_denied", "") is SignInProblem.REFUSED


def test_the_address_asks_for_a_code_with_state_and_an_s256_challenge() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B

    address = urlsplit(a_sign_in(wire(a_token())).address(state="s t", code_verifier=verifier))

    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://www.amazon.com/ap/oa"
    assert parse_qs(address.query) == {
        "client_id": [CLIENT_ID],
        "response_type": ["code"],
        "redirect_uri": [REDIRECT_URI],
        "scope": ["profile"],
        "state": ["s t"],
        "code_challenge": ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
        "code_challenge_method": ["S256"],
    }


def test_the_address_passes_the_language_on() -> None:
    address = a_sign_in(wire(a_token())).address(state="s", code_verifier=VERIFIER, language="de")

    assert "ui_locales=de" in address


def test_a_code_becomes_the_account_with_a_masked_label() -> None:
    account = signed_in_after(a_token(), a_token_info(), a_profile())

    assert account == Account(id=account.id, label="a•••@example.com")
    assert account.id == ACCOUNT_ID


def test_the_exchange_sends_what_the_token_endpoint_needs() -> None:
    amazon = wire(a_token(), a_token_info(), a_profile())

    a_sign_in(amazon).account(code="code-1", code_verifier=VERIFIER)

    exchange = amazon.requests[0]
    assert (exchange.method, str(exchange.url)) == ("POST", "https://api.amazon.com/auth/o2/token")
    assert exchange.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(exchange.content.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["code-1"],
        "redirect_uri": [REDIRECT_URI],
        "client_id": [CLIENT_ID],
        "client_secret": [CLIENT_SECRET],
        "code_verifier": [VERIFIER],
    }


def test_the_token_travels_in_a_header_and_never_in_an_address() -> None:
    amazon = wire(a_token(), a_token_info(), a_profile())

    a_sign_in(amazon).account(code="code-1", code_verifier=VERIFIER)

    assert amazon.paths == ["/auth/o2/token", "/auth/o2/tokeninfo", "/user/profile"]
    assert [request.headers.get("x-amz-access-token") for request in amazon.requests[1:]] == [ACCESS_TOKEN] * 2
    assert all(not request.url.query for request in amazon.requests)


def test_the_older_shape_of_the_profile_is_read_too() -> None:
    older = as_json({"Profile": {"CustomerId": ACCOUNT_ID, "Name": "Ada Byron", "PrimaryEmail": "ada@example.com"}})

    assert signed_in_after(a_token(), a_token_info(), older).label == "a•••@example.com"


@pytest.mark.parametrize(
    ("name", "email", "label"),
    [
        ("Ada Byron", "ada@example.com", "a•••@example.com"),
        ("Ada Byron", "a@example.com", "a•••@example.com"),
        ("Ada Byron", None, "Ada"),
        ("Ada Byron", "", "Ada"),
        ("Ada Byron", 7, "Ada"),
        ("ada@example.com", None, "a•••@example.com"),
        (None, None, "•••"),
        ("  ", None, "•••"),
        ("\u202eadA", None, "adA"),
        ("A" * 500, None, "A" * 60),
        ("", "x@y@example.com", "x•••@example.com"),
    ],
)
def test_the_label_never_shows_a_whole_address(name: object, email: object, label: str) -> None:
    assert signed_in_after(a_token(), a_token_info(), a_profile(name=name, email=email)).label == label


def test_a_token_of_another_client_signs_nobody_in() -> None:
    problem = failure_after(a_token(), a_token_info(aud="amzn1.application-oa2-client.other"), a_profile())

    assert problem.problem is SignInProblem.LOST


@pytest.mark.parametrize("changes", [{"user_id": "amzn1.account.ANOTHER"}, {"user_id": None}, {"user_id": ""}])
def test_a_profile_of_another_account_or_of_none_signs_nobody_in(changes: dict[str, object]) -> None:
    assert failure_after(a_token(), a_token_info(), a_profile(**changes)).problem is SignInProblem.UNAVAILABLE


@pytest.mark.parametrize(("error", "description", "problem"), AUTHORIZE_ROWS)
def test_each_error_on_the_return_address_has_its_meaning(error: str, description: str, problem: SignInProblem) -> None:
    assert a_sign_in(wire(a_token())).problem_of(error, description) is problem


@pytest.mark.parametrize(("error", "description", "status", "problem"), TOKEN_ROWS)
def test_each_error_of_the_token_endpoint_has_its_meaning(
    error: str, description: str, status: int, problem: SignInProblem
) -> None:
    assert failure_after(an_oauth_error(error, description, status)).problem is problem


@pytest.mark.parametrize(("error", "description", "status", "problem"), TOKEN_INFO_ROWS)
def test_each_error_of_tokeninfo_has_its_meaning(
    error: str, description: str, status: int, problem: SignInProblem
) -> None:
    assert failure_after(a_token(), an_oauth_error(error, description, status)).problem is problem


@pytest.mark.parametrize(("error", "description", "status", "problem"), PROFILE_ROWS)
def test_each_error_of_the_profile_has_its_meaning(
    error: str, description: str, status: int, problem: SignInProblem
) -> None:
    assert failure_after(a_token(), a_token_info(), an_oauth_error(error, description, status)).problem is problem


def test_every_entry_of_the_table_is_shown_by_a_row() -> None:
    shown = {(Step.AUTHORIZE, row[0]) for row in AUTHORIZE_ROWS}
    shown |= {(Step.TOKEN, row[0]) for row in TOKEN_ROWS}
    shown |= {(Step.TOKEN_INFO, row[0]) for row in TOKEN_INFO_ROWS}
    shown |= {(Step.PROFILE, row[0]) for row in PROFILE_ROWS}

    assert set(PROBLEM_OF) <= shown


@pytest.mark.parametrize("fault", [httpx.ReadTimeout(""), httpx.RemoteProtocolError(""), as_json({}, 503)])
def test_an_exchange_that_may_have_arrived_is_not_repeated(fault: Reply) -> None:
    amazon = wire(fault, a_token(), a_token_info(), a_profile())

    with pytest.raises(SignInFailed) as caught:
        a_sign_in(amazon).account(code="code-1", code_verifier=VERIFIER)

    assert caught.value.problem is SignInProblem.UNAVAILABLE
    assert amazon.paths == ["/auth/o2/token"]


def test_an_exchange_that_was_not_sent_is_sent_once_more() -> None:
    account = signed_in_after(httpx.ConnectTimeout(""), a_token(), a_token_info(), a_profile())

    assert account.id == ACCOUNT_ID


@pytest.mark.parametrize("fault", [httpx.ReadTimeout(""), httpx.ConnectError(""), as_json({}, 503), as_json({}, 429)])
def test_questions_about_the_token_are_asked_again_after_a_passing_fault(fault: Reply) -> None:
    account = signed_in_after(a_token(), fault, a_token_info(), fault, a_profile())

    assert account.id == ACCOUNT_ID


def test_questions_about_the_token_are_asked_a_bounded_number_of_times() -> None:
    amazon = wire(a_token(), as_json({}, 503))

    with pytest.raises(SignInFailed):
        a_sign_in(amazon).account(code="code-1", code_verifier=VERIFIER)

    assert amazon.paths == ["/auth/o2/token"] + ["/auth/o2/tokeninfo"] * 3


@pytest.mark.parametrize(
    "nonsense",
    [
        httpx.Response(200, text="<html>We're sorry!</html>"),
        as_json(["a list"]),
        httpx.Response(200, content=b"\xff\xfe"),
        as_json({"access_token": 7}),
        as_json({"access_token": ""}),
        as_json({"access_token": "line\nbreak"}),
        httpx.Response(302, headers={"location": "https://elsewhere.example/"}),
    ],
)
def test_a_token_answer_that_is_none_is_a_passing_fault(nonsense: httpx.Response) -> None:
    assert failure_after(nonsense).problem is SignInProblem.UNAVAILABLE


def test_no_failure_tells_a_secret() -> None:
    secrets = [CLIENT_SECRET, ACCESS_TOKEN, "code-1", VERIFIER, ACCOUNT_ID, "ada@example.com"]
    echo = f"{CLIENT_SECRET} {ACCESS_TOKEN} code-1"

    failures = [
        failure_after(httpx.ReadTimeout(echo)),
        failure_after(an_oauth_error("invalid_grant", echo)),
        failure_after(a_token(), an_oauth_error("invalid_token", echo)),
        failure_after(a_token(), a_token_info(aud=echo)),
        failure_after(a_token(), a_token_info(), a_profile(user_id=None)),
    ]

    for failure in failures:
        assert failure.__cause__ is None
        assert failure.__context__ is None
        assert not [secret for secret in secrets if secret in f"{failure!r} {failure.detail}"]


def test_the_sign_in_itself_shows_no_secret() -> None:
    assert CLIENT_SECRET not in repr(a_sign_in(wire(a_token())))


def test_a_region_has_its_own_hosts() -> None:
    amazon = wire(a_token(), a_token_info(), a_profile())
    sign_in = a_sign_in(amazon, AmazonHosts.real("eu"))

    sign_in.account(code="code-1", code_verifier=VERIFIER)

    assert sign_in.address(state="s", code_verifier=VERIFIER).startswith("https://eu.account.amazon.com/ap/oa?")
    assert {request.url.host for request in amazon.requests} == {"api.amazon.co.uk"}


def test_problem_at_reads_a_code_error_with_a_full_stop_too() -> None:
    told = "The request has an invalid parameter : code."

    assert problem_at(Step.TOKEN, "invalid_request", told) is SignInProblem.LOST
