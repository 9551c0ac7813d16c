"""Every error of Login with Amazon, and what each means to a sign-in.

Amazon's lists: https://developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html
(authorization and token errors),
https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html (profile errors).
"""

from enum import StrEnum
from http import HTTPStatus
from typing import Final

from redeem_app.domain.ports import SignInProblem


class Step(StrEnum):
    """Where in a sign-in the error was told."""

    AUTHORIZE = "authorize"
    TOKEN = "token"  # noqa: S105 - the name of a step, no secret
    TOKEN_INFO = "tokeninfo"  # noqa: S105 - likewise
    PROFILE = "profile"


_REFUSED: Final = SignInProblem.REFUSED
_LOST: Final = SignInProblem.LOST
_UNAVAILABLE: Final = SignInProblem.UNAVAILABLE
_MISCONFIGURED: Final = SignInProblem.MISCONFIGURED

PROBLEM_OF: Final = {
    # On the return address. A bad client id or return address never comes back: Amazon shows a page of its own.
    (Step.AUTHORIZE, "access_denied"): _REFUSED,
    (Step.AUTHORIZE, "invalid_atn_token"): _LOST,
    (Step.AUTHORIZE, "invalid_request"): _MISCONFIGURED,
    (Step.AUTHORIZE, "invalid_scope"): _MISCONFIGURED,
    (Step.AUTHORIZE, "unauthorized_client"): _MISCONFIGURED,
    (Step.AUTHORIZE, "unsupported_response_type"): _MISCONFIGURED,
    (Step.AUTHORIZE, "server_error"): _UNAVAILABLE,
    (Step.AUTHORIZE, "temporarily_unavailable"): _UNAVAILABLE,
    # From the token endpoint. `invalid_request` about the code is the person's; see `problem_at`.
    (Step.TOKEN, "invalid_grant"): _LOST,
    (Step.TOKEN, "invalid_request"): _MISCONFIGURED,
    (Step.TOKEN, "invalid_client"): _MISCONFIGURED,
    (Step.TOKEN, "unauthorized_client"): _MISCONFIGURED,
    (Step.TOKEN, "unsupported_grant_type"): _MISCONFIGURED,
    (Step.TOKEN, "invalid_scope"): _MISCONFIGURED,
    (Step.TOKEN, "ServerError"): _UNAVAILABLE,
    # About the token that was just received: if it is no good, a new sign-in gets a new one.
    (Step.TOKEN_INFO, "invalid_token"): _LOST,
    (Step.TOKEN_INFO, "invalid_request"): _LOST,
    (Step.TOKEN_INFO, "ServerError"): _UNAVAILABLE,
    (Step.PROFILE, "invalid_token"): _LOST,
    (Step.PROFILE, "invalid_request"): _LOST,
    (Step.PROFILE, "insufficient_scope"): _MISCONFIGURED,
    (Step.PROFILE, "ServerError"): _UNAVAILABLE,
}

_INVALID_CODE: Final = "invalid parameter : code"
_ACCESS_NOT_PERMITTED: Final = "Access not permitted"


def problem_at(step: Step, error: str, description: str = "") -> SignInProblem:
    """What the error means; one that is in no list is taken as a passing fault."""
    if step is Step.TOKEN and error == "invalid_request" and description.rstrip(".").endswith(_INVALID_CODE):
        return _LOST  # the code came from the visitor's address bar, where anything can be written
    if step is Step.AUTHORIZE and description.replace("+", " ").startswith(_ACCESS_NOT_PERMITTED):
        return _REFUSED  # Amazon's own apps know a refusal by this sentence
    return PROBLEM_OF.get((step, error), _UNAVAILABLE)


def may_pass(status: int) -> bool:
    """Whether the same question may be answered a moment later."""
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
