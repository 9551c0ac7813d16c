"""Token, profile and token info on the wire: how parameters come in, and how answers and errors go out.

Clients put token parameters into the form, the query of an empty POST, a JSON object, or the Basic header.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Final
from urllib.parse import unquote_plus

from flask import Request, Response

from simulator.fake_amazon.accounts import Account
from simulator.fake_amazon.sign_in.grants import Token, TokenPair

ISSUER: Final = "https://www.amazon.com"
_STATUS: Final = {
    "invalid_client": 401,
    "insufficient_scope": 401,
    "ServerError": 500,
    "server_error": 500,
    "temporarily_unavailable": 503,
}
_DESCRIPTIONS: Final = {
    "invalid_request": "The request has an invalid parameter : code",
    "invalid_client": "Client authentication failed",
    "invalid_grant": "The request has an invalid grant parameter : code",
    "unauthorized_client": "The client is not authorized to use this grant type",
    "unsupported_grant_type": "The authorization grant type is not supported by the authorization server",
    "invalid_token": "The request has an invalid parameter : access_token",
    "insufficient_scope": "The access token does not give the scope that the request needs",
    "authorization_pending": "The end user hasn't authorized the device or the end user hasn't entered the user code",
    "slow_down": "The device asks too often",
    "invalid_code_pair": "The device code or user code is not valid",
    "ServerError": "The server encountered a runtime error",
}


class TokenError(Exception):
    """An error of these endpoints. Without a description, the text that goes with the error."""

    def __init__(self, error: str, description: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.description = description or _DESCRIPTIONS.get(error, error)


def missing(parameter: str) -> TokenError:
    """A required parameter is absent."""
    return TokenError("invalid_request", f"The request is missing a required parameter : {parameter}")


def parameters(request: Request) -> dict[str, str]:
    """Those of query, form and JSON object together; Basic credentials as `client_id` and `client_secret`."""
    found = dict(request.args.items())
    if request.mimetype != "multipart/form-data":
        found |= dict(request.form.items())
    if request.mimetype == "application/json":
        found |= _json_object(request.get_data())
    return found | _basic(request.headers.get("Authorization", ""))


def access_token(request: Request) -> str | None:
    """The token by query, Bearer header or `x-amz-access-token`."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else None
    return request.args.get("access_token") or request.headers.get("x-amz-access-token") or bearer


def json_answer(body: Mapping[str, object], status: int = 200, request_id: str = "") -> Response:
    """A JSON answer that no cache keeps."""
    answer = Response(json.dumps(body), status, content_type="application/json;charset=UTF-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Pragma"] = "no-cache"
    if request_id:
        answer.headers["x-amzn-RequestId"] = request_id
    return answer


def error_answer(problem: TokenError, request_id: str) -> Response:
    """The description goes before the error, as on Amazon's wire."""
    body = {"error_description": problem.description, "error": problem.error, "request_id": request_id}
    answer = json_answer(body, _STATUS.get(problem.error, 400), request_id)
    if problem.error == "invalid_client":
        answer.headers["WWW-Authenticate"] = 'Basic realm="fake-amazon"'
    return answer


def token_body(pair: TokenPair, now: datetime) -> dict[str, object]:
    """What a grant is answered with; no `scope`, as documented."""
    return {
        "access_token": pair.access.value,
        "refresh_token": pair.refresh.value,
        "token_type": "bearer",
        "expires_in": _seconds_left(pair.access, now),
    }


def profile_body(account: Account, scopes: tuple[str, ...]) -> dict[str, object]:
    """The documented shape: what each scope gives. Raises TokenError when no scope gives anything."""
    body: dict[str, object] = {}
    if {"profile", "profile:user_id"} & set(scopes):
        body["user_id"] = account.user_id
    if "profile" in scopes:
        body |= {"name": account.name, "email": account.email}
    if "postal_code" in scopes:
        body["postal_code"] = account.postal_code
    if not body:
        raise TokenError("insufficient_scope")
    return body


def legacy_profile_body(account: Account, scopes: tuple[str, ...], request_id: str) -> dict[str, object]:
    """The shape of `/ap/user/profile` and of the JavaScript SDK. Raises TokenError like the other."""
    names = {"user_id": "CustomerId", "name": "Name", "email": "PrimaryEmail", "postal_code": "PostalCode"}
    told = profile_body(account, scopes)
    return {"RequestId": request_id, "Profile": {names[key]: value for key, value in told.items()}}


def token_info_body(token: Token, app_id: str, now: datetime) -> dict[str, object]:
    """`exp` is the seconds left, not a moment; `iat` is one."""
    return {
        "iss": ISSUER,
        "user_id": token.user_id,
        "aud": token.client_id,
        "app_id": app_id,
        "exp": _seconds_left(token, now),
        "iat": int(token.issued_at.timestamp()),
    }


def _seconds_left(token: Token, now: datetime) -> int:
    return 0 if token.expires_at is None else ceil((token.expires_at - now).total_seconds())


def _json_object(body: bytes) -> dict[str, str]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return {name: value for name, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}


def _basic(header: str) -> dict[str, str]:
    """Id and secret are percent-encoded by some clients (RFC 6749 s. 2.3.1) and plain by others."""
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, colon, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {"client_id": "", "client_secret": ""}
    return {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)} if colon else {}
