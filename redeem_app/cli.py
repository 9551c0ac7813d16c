"""The `redeem` command: one table of its commands, each read only when it is asked for.

A command of an operator starts in a fraction of the time that the web server's parts take to load.
"""

from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "audit": "audit:audit",
    "bench": "bench:bench",
    "books": "books:books",
    "campaign": "campaigns:campaign",
    "check": "check:check",
    "developer": "developers:developer",
    "expire": "books:expire",
    "key": "keys:key",
    "keys": "keys:keys",
    "link": "links:link",
    "message": "messages:message",
    "migrate": "running:migrate_database",
    "person": "people:person",
    "report": "reports:report",
    "reward": "rewards:reward",
    "serve": "running:serve",
    "settings": "running:settings_reference",
    "sweep": "sweeping:sweep_once",
    "trace": "traces:trace",
}
"""The name of each command, and where in `redeem_app.commands` it is."""


class _Commands(click.Group):
    """A group whose commands are loaded by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(f"redeem_app.commands.{module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above
        return command


@click.group(cls=_Commands)
@click.version_option(package_name="redeem-app")
def main() -> None:
    """Reward links that end as a reward on a person's Amazon account."""
