"""The `simulator` command: parses what was asked and hands over; ends 0 as expected, 1 gone wrong, 2 wrong usage."""

import click

from simulator.commands.amazon import amazon
from simulator.commands.drill import drill
from simulator.commands.list import list_all
from simulator.commands.load import load
from simulator.commands.phones import phones
from simulator.commands.play import play
from simulator.commands.run import run


@click.group()
@click.version_option(package_name="redeem-app")
def main() -> None:
    """Play the rest of the world around the service: apps, phones, Amazon, faults and time."""


for command in (run, play, list_all, load, phones, drill, amazon):
    main.add_command(command)
