"""Watched ads as their networks confirm them; the libraries for that are loaded with the first callback."""

from datetime import datetime
from typing import TYPE_CHECKING

from redeem_app.domain.ads import AdWatched
from redeem_app.domain.campaign import App
from redeem_app.later import Later

if TYPE_CHECKING:
    from redeem_app.adapters.ad_callbacks import AdCallbacks


class AdVerifierLater:
    """AdVerifier that is loaded at its first use."""

    def __init__(self) -> None:
        self._callbacks = Later(_callbacks)

    def watched(self, app: App, network: str, callback: str, now: datetime) -> AdWatched:
        return self._callbacks.get().watched(app, network, callback, now)


def _callbacks() -> "AdCallbacks":
    from redeem_app.adapters.ad_callbacks import AdCallbacks  # noqa: PLC0415 - slow to import, seldom used
    from redeem_app.adapters.ad_callbacks_keys import FetchedKeyLists, shared_secrets  # noqa: PLC0415 - slow to import, seldom used

    return AdCallbacks(FetchedKeyLists(), shared_secrets)
