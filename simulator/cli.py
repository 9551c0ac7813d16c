"""The `simulator` command: parses what was asked and hands over; ends 0 as expected, 1 gone wrong, 2 wrong usage.

Each command is read only when it is asked for: to play a journey loads no drill and no load test.
"""

from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "amazon": "amazon:amazon",
    "drill": "drill:drill",
    "list": "list:list_all",
    "load": "load:load",
    "phones": "phones:phones",
    "play": "play:play",
    "run": "run:run",
}
"""The name of each command, and where in `simulator.commands` it is."""


class _Commands(click.Group):
    """A group whose commands are loaded by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(f"simulator.commands.{module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above
        return command


@click.group(cls=_Commands)
@click.version_option(package_name="redeem-app")
def main() -> None:
    """Play the rest of the world around the service: apps, phones, Amazon, faults and time."""
