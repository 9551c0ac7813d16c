"""`redeem sweep`: what the service does beside requests, once."""

import json

import click

from redeem_app.commands.service import up_to_date_service
from redeem_app.sweeping import sweep


@click.command("sweep")
def sweep_once() -> None:
    """Settle applications whose outcome at Amazon was not heard, and expire rewards past their date, once."""
    click.echo(json.dumps(sweep(up_to_date_service())))
