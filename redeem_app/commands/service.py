"""The service that a command works on: on a database that is up to date, or a sentence on what is wrong."""

from typing import NoReturn

import click

from redeem_app.adapters.migrations import migrate
from redeem_app.settings import Settings, read_settings
from redeem_app.settings_reader import WrongSetting
from redeem_app.wiring import Service, build


def stop(sentence: str) -> NoReturn:
    """End the command with the sentence and exit code 1."""
    raise click.ClickException(sentence)


def settings_of_environment() -> Settings:
    """The settings; a wrong one ends the command with its sentence."""
    try:
        return read_settings()
    except WrongSetting as wrong:
        stop(str(wrong))


def up_to_date_service() -> Service:
    """The service on a database that is up to date."""
    service = build(settings_of_environment())
    click.get_current_context().call_on_close(service.database.close)
    migrate(service.database)
    return service
