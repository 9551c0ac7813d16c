"""Log lines as JSON on standard error."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

from redeem_app.adapters.request_id import request_id

_OF_EVERY_LINE: Final = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime"})
"""What a record has of itself; the rest is what was said with `extra=`."""


class JsonLines(logging.Formatter):
    """One JSON object a record: `event`, `level`, `logger`, `timestamp`, `request_id`, and what was said besides."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "event": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _OF_EVERY_LINE},
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="microseconds")
            .replace("+00:00", "Z"),
        }
        told.setdefault("request_id", request_id.get())
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, default=repr)


def install(level: str = "INFO") -> None:
    """Make every logger of the process write one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Its lines carry whole addresses, and so tokens.
    logging.getLogger("httpx").setLevel(logging.WARNING)
