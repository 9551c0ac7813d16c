"""Puts traces around the adapters where an operator wants them; elsewhere every adapter stays as it is."""

from typing import TYPE_CHECKING

from redeem_app.adapters.database import Database
from redeem_app.domain.ports import AmazonSignIn, GiftDelivery
from redeem_app.settings import Settings

if TYPE_CHECKING:
    from redeem_app.adapters.traces import Traces


class Tracing:
    """What `REDEEM_TRACES_URL` says; `traces` instead is for who collects them in another way."""

    def __init__(self, settings: Settings, traces: "Traces | None" = None) -> None:
        self.traces = traces
        if settings.traces_url and traces is None:
            from redeem_app.adapters.traces import traces_to  # noqa: PLC0415 - an extra, and slow to import

            self.traces = traces_to(settings.traces_url, settings.traces_share)

    def database(self, inner: Database) -> Database:
        """The database, with a span for each transaction of a request."""
        if self.traces is None:
            return inner
        from redeem_app.adapters.traces import TracedDatabase  # noqa: PLC0415 - an extra

        return TracedDatabase(inner, self.traces)

    def delivery(self, inner: GiftDelivery) -> GiftDelivery:
        """The delivery, with a span for each call to Amazon."""
        if self.traces is None:
            return inner
        from redeem_app.adapters.traces import TracedDelivery  # noqa: PLC0415 - an extra

        return TracedDelivery(inner, self.traces)

    def sign_in(self, inner: AmazonSignIn) -> AmazonSignIn:
        """The sign-in, with a span for each call to Amazon."""
        if self.traces is None:
            return inner
        from redeem_app.adapters.traces import TracedSignIn  # noqa: PLC0415 - an extra

        return TracedSignIn(inner, self.traces)
