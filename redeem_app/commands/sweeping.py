"""`redeem sweep`: what the service does beside requests, once."""

import json

import click

from redeem_app import serving
from redeem_app.commands.service import up_to_date_service


@click.command("sweep")
def sweep_once() -> None:
    """Settle applications whose outcome at Amazon was not heard, and expire rewards past their date, once."""
    click.echo(json.dumps(serving.sweep(up_to_date_service())))
