"""The service that a command works on, on a database that is up to date."""

import click

from redeem_app.adapters.migrations import migrate
from redeem_app.commands.settings_read import settings_of_environment
from redeem_app.operating import Operation


def up_to_date_service() -> Operation:
    """The service on a database that is up to date."""
    service = Operation(settings_of_environment())
    click.get_current_context().call_on_close(service.database.close)
    migrate(service.database)
    return service
