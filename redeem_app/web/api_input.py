"""JSON bodies as types; what is wrong with a body is told in sentences that name the field and repeat no value."""

from typing import Annotated, Any, Final, TypeVar

import flask
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from redeem_app.domain.refusals import Reason, Refusal

LARGEST_BODY: Final = 64 * 1024
"""Bytes."""

LONGEST_NAME: Final = 200

NO_CONTROLS: Final = r"^[^\u0000-\u001f\u007f]*$"
"""No line break gets into a log by an app's words, and no NUL into a database."""

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=NO_CONTROLS)]
"""An id or a word of the app's own."""

_NAMES: Final = TypeAdapter(Name)

M = TypeVar("M", bound=BaseModel)

_KINDS: Final = {
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a decimal number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}

_WRONG_KINDS: Final = {
    "string_type": "a string",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "datetime_type": "a moment such as 2026-03-01T12:00:00Z",
    "model_type": "a JSON object",
    "dict_type": "a JSON object",
}

_SENTENCES: Final = {
    "missing": "{field} is missing",
    "string_too_short": "{field} must not be empty",
    "string_too_long": "{field} is longer than {max_length} characters",
    "string_pattern_mismatch": "{field} must not contain control characters",
    "greater_than_equal": "{field} is less than {ge}",
    "less_than_equal": "{field} is more than {le}",
    "enum": "{field} must be one of {expected}",
    "timezone_aware": "{field} must end with its time zone, as in 2026-03-01T12:00:00Z",
    "datetime_from_date_parsing": "{field} must be a moment such as 2026-03-01T12:00:00Z",
    "datetime_parsing": "{field} must be a moment such as 2026-03-01T12:00:00Z",
    "value_error": "{field} {error}",
}


def read_body() -> bytes:
    """The request's body, whatever content type it was sent as. Raises Refusal(BODY_TOO_LARGE)."""
    flask.request.max_content_length = LARGEST_BODY
    try:
        return flask.request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise Refusal(Reason.BODY_TOO_LARGE, largest=LARGEST_BODY) from None


def parsed(kind: type[M], body: bytes) -> M:
    """A JSON body as `kind`. Raises Refusal(BODY_INVALID) with a sentence that names every mistake."""
    if not body.strip():
        raise Refusal(Reason.BODY_INVALID, sentence="The body is empty; send a JSON object.")
    try:
        return kind.model_validate_json(body)
    except ValidationError as fault:
        raise Refusal(Reason.BODY_INVALID, sentence=_told(fault)) from None


def check_name(field: str, written: str) -> None:
    """The same for a name in the path. Raises Refusal(BODY_INVALID)."""
    try:
        _NAMES.validate_python(written)
    except ValidationError as fault:
        mistakes = [_mistake({**error, "loc": (field,)}) for error in fault.errors(include_url=False)]
        raise Refusal(Reason.BODY_INVALID, sentence="; ".join(mistakes) + ".") from None


def _told(fault: ValidationError) -> str:
    errors = fault.errors(include_url=False)
    if errors[0]["type"] == "json_invalid":
        return f"The body is not JSON: {errors[0]['ctx']['error']}."
    return "; ".join(dict.fromkeys(_mistake(error) for error in errors)) + "."


def _mistake(error: Any) -> str:
    field = ".".join(str(part) for part in error["loc"]) or "the body"
    expected = _WRONG_KINDS.get(error["type"])
    if expected is not None:
        given = _KINDS.get(type(error["input"]), "something else")
        return f"{field} must be {expected}, not {given}"
    sentence = _SENTENCES.get(error["type"])
    return f"{field}: {error['msg']}" if sentence is None else sentence.format(field=field, **error.get("ctx", {}))
