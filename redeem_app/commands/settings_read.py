"""The settings for a command; a start needs no more than this of the service, which its processes build themselves."""

from typing import NoReturn

import click

from redeem_app.settings import Settings, read_settings
from redeem_app.settings_reader import WrongSetting


def stop(sentence: str) -> NoReturn:
    """End the command with the sentence and exit code 1."""
    raise click.ClickException(sentence)


def settings_of_environment() -> Settings:
    """The settings; a wrong one ends the command with its sentence."""
    try:
        return read_settings()
    except WrongSetting as wrong:
        stop(str(wrong))
