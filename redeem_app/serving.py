"""What a worker process of the server runs: the application, and a sweeper beside it."""

import logging
import secrets
import threading
from datetime import timedelta
from typing import Final

from redeem_app import logs
from redeem_app.app import create_app
from redeem_app.process_end import keep_signals, when_told_to_end
from redeem_app.settings import read_settings
from redeem_app.web.host_routes import STREAMS
from redeem_app.whole_bodies import WholeBodies
from redeem_app.wiring import Service, build

LEASE: Final = timedelta(seconds=30)
"""Longer than any one delivery takes with its retries; only then may another process ask again."""

_log = logging.getLogger(__name__)


def application() -> WholeBodies:
    """The application for a WSGI server's worker, with its sweeper started; told to end, it holds no stream longer."""
    keep_signals()
    settings = read_settings()
    logs.install(settings.log_level)
    service = build(settings)
    if settings.sweep_seconds > 0:
        threading.Thread(target=_sweep_on, args=(service,), name="sweeper", daemon=True).start()
    app = create_app(service=service)
    when_told_to_end(app.extensions[STREAMS].end)
    return WholeBodies(app)


def _sweep_on(service: Service) -> None:
    """Settle what was not heard, again and again; a fault is logged and tried later."""
    pause = threading.Event()
    while not pause.wait(service.settings.sweep_seconds):
        try:
            sweep(service)
        except Exception:  # noqa: BLE001 - the thread must outlive any fault
            _log.exception("a sweep failed; the next one tries again")


def sweep(service: Service) -> dict[str, int]:
    """One sweep; says in the log what it did. `expired` counts rewards past their date, a batch at the most."""
    service.bind_request_id(f"sweep-{secrets.token_hex(6)}")  # leads from its log lines to its calls to Amazon
    outcomes = service.settling.sweep(lease=LEASE)
    if outcomes:
        _log.warning("settled unheard applications: %s", outcomes)
    expired = service.expiring.expire()
    if expired:
        _log.info("expired %s rewards past their date", expired)
        outcomes["expired"] = expired
    forgotten = service.forgetting.forget_old()
    if forgotten:
        _log.info("forgot %s records of visits and accounts that are past", forgotten)
    return outcomes
