"""What a line of the log is made of."""

import json
import logging
import sys
from contextvars import Context
from datetime import datetime
from pathlib import Path
from typing import Any

from redeem_app.adapters.request_id import request_id
from redeem_app.logs import JsonLines


def line_of(record: logging.LogRecord) -> dict[str, Any]:
    """Written while the request `visit-7` is answered."""
    answering = Context()
    answering.run(request_id.set, "visit-7")
    text = answering.run(JsonLines().format, record)
    assert "\n" not in text
    return dict(json.loads(text))


def a_record(**more: Any) -> logging.LogRecord:
    said = {"name": "redeem_app.serving", "levelno": logging.WARNING, "levelname": "WARNING", "created": 1700000000.0}
    return logging.makeLogRecord({**said, "msg": "settled %s", "args": ("two",), **more})


def test_it_says_what_was_said_where_when_and_for_which_request() -> None:
    assert line_of(a_record()) == {
        "event": "settled two",
        "level": "warning",
        "logger": "redeem_app.serving",
        "timestamp": "2023-11-14T22:13:20.000000Z",
        "request_id": "visit-7",
    }


def test_what_is_said_besides_is_in_it_whatever_it_is() -> None:
    line = line_of(a_record(route="apply_code", request_id="sweep-1", at=Path("/tmp/x"), day=datetime(2030, 1, 2)))  # noqa: DTZ001, S108 - only to be written

    assert (line["route"], line["request_id"]) == ("apply_code", "sweep-1")
    assert (line["at"], line["day"]) == (repr(Path("/tmp/x")), repr(datetime(2030, 1, 2)))  # noqa: DTZ001, S108 - likewise


def test_an_exception_is_told_with_where_it_was_raised() -> None:
    try:
        int("a word")
    except ValueError:
        line = line_of(a_record(exc_info=sys.exc_info()))

    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: invalid literal for int() with base 10: 'a word'")
