"""Serves the application from a process with a planted fault: the worker plants it before the application is made."""

import os
from typing import TYPE_CHECKING, Any, Final

from redeem_app import http_server
from tests.planted import faults

if TYPE_CHECKING:
    from redeem_app.front import Front
    from redeem_app.whole_bodies import WholeBodies

_NAME: Final = "PLANTED_FAULT"


def serve_with(fault: str) -> None:
    """From now on, `redeem serve` starts workers with this fault."""
    os.environ[_NAME] = fault
    serve = http_server.serve

    def serve_planted(_target: str, **settings: Any) -> None:
        serve("tests.planted.serving:application", **settings)

    setattr(http_server, "serve", serve_planted)  # noqa: B010 - of another form than the one it stands for


def application() -> "WholeBodies | Front":
    """The application of the service, planted."""
    faults.plant(os.environ[_NAME])

    from redeem_app import serving  # noqa: PLC0415 - after planting

    return serving.application()
