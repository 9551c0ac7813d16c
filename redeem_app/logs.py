"""Log lines as JSON on standard error, with structlog's renderer over the standard library's logging."""

import logging
import sys

import structlog

from redeem_app.adapters.request_id import request_id


def install(level: str = "INFO") -> None:
    """Make every logger of the process write one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _with_request_id,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Its lines carry whole addresses, and so tokens.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _with_request_id(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event.setdefault("request_id", request_id.get())
    return event
