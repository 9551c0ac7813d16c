"""The service as the bench serves it: all its real parts, but for the partner, who answers at once.

Only this module puts the stand-in in; no setting does.
"""

import os
from pathlib import Path
from typing import Final

from redeem_app import logs
from redeem_app.app import create_app
from redeem_app.bench.partner import InstantPartner
from redeem_app.front import Front
from redeem_app.serving import for_server
from redeem_app.settings import Settings, read_settings
from redeem_app.whole_bodies import WholeBodies
from redeem_app.wiring import Service, build

BOOK: Final = "BENCH_BOOK"
"""Variable that names the stand-in's book."""
CALLS_PER_KEY: Final = 20
"""Per second: the limit is counted as always, and many keys keep out of its way."""


def environment(database_url: str, port: int, book: Path) -> dict[str, str]:
    """Settings for a service that is measured."""
    return {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": database_url,
        "REDEEM_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REDEEM_API_CALLS_PER_SECOND": str(CALLS_PER_KEY),
        "REDEEM_OTHER_CALLS_PER_SECOND": str(10**6),
        # Counted as always, and out of the way: the bench opens few links, and each of them often.
        "REDEEM_LINK_PAGES_PER_MINUTE": str(10**9),
        "REDEEM_AMAZON_PARTNER_ID": "Bench",
        "REDEEM_LOG_LEVEL": "WARNING",
        BOOK: str(book),
    }


def service(settings: Settings, book: Path) -> Service:
    """The service on its real adapters, with the stand-in for the partner."""
    partner = InstantPartner(book)
    return build(settings, {partner.name: partner})


def application() -> WholeBodies | Front:
    """The application for a server's worker."""
    settings = read_settings()
    logs.install(settings.log_level)
    return for_server(create_app(service=service(settings, Path(os.environ[BOOK]))), settings)
