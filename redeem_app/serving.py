"""What a worker process of the server runs: the application, and a sweeper beside it."""

import logging
import threading
from functools import partial

from redeem_app import logs
from redeem_app.app import Application, create_app
from redeem_app.front import Front
from redeem_app.http_server import is_on_a_loop
from redeem_app.process_end import keep_signals, when_told_to_end, when_told_to_end_on
from redeem_app.settings import Settings, read_settings
from redeem_app.sweeping import sweep
from redeem_app.web.host_routes import STREAMS
from redeem_app.whole_bodies import WholeBodies
from redeem_app.wiring import Service, build

_log = logging.getLogger(__name__)


def application() -> WholeBodies | Front:
    """The application for a server's worker, with its sweeper started; told to end, it holds no stream longer."""
    keep_signals()
    settings = read_settings()
    logs.install(settings.log_level)
    service = build(settings)
    if settings.sweep_seconds > 0:
        threading.Thread(target=_sweep_on, args=(service,), name="sweeper", daemon=True).start()
    app = create_app(service=service)
    end_streams = app.extensions[STREAMS].end
    served = for_server(app, settings)
    if isinstance(served, Front):
        served.begun = partial(when_told_to_end_on, act=end_streams)
    else:
        when_told_to_end(end_streams)
    return served


def for_server(app: Application, settings: Settings) -> WholeBodies | Front:
    """The application as `http_server` serves it with these settings."""
    return Front(app, settings.threads) if is_on_a_loop(settings.database_url) else WholeBodies(app)


def _sweep_on(service: Service) -> None:
    """Settle what was not heard, again and again; a fault is logged and tried later.

    What calls Amazon is loaded here, and not before the first request is answered: the start is sooner done, and hardly
    a visitor comes so early that they wait for it.
    """
    pause = threading.Event()
    while not pause.wait(service.settings.sweep_seconds):
        try:
            service.load_partner()
            sweep(service)
        except Exception:  # noqa: BLE001 - the thread must outlive any fault
            _log.exception("a sweep failed; the next one tries again")
