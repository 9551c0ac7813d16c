"""`redeem developer`: what an operator settles for a developer's account."""

import click

from redeem_app.commands.amounts import DOLLARS
from redeem_app.commands.sentences import refusals_told
from redeem_app.commands.service import up_to_date_service
from redeem_app.domain.ids import DeveloperId
from redeem_app.domain.money import Money


@click.group()
def developer() -> None:
    """Settle things for a developer's account."""


@developer.command("cap")
@click.argument("developer_id")
@click.argument("amount", type=DOLLARS)
def cap(developer_id: str, amount: Money) -> None:
    """Cap the account's spending over all campaigns in a calendar month, in USD; counts at once, and over files."""
    with refusals_told():
        up_to_date_service().running.set_account_cap(DeveloperId(developer_id), amount)
    click.echo(f"developer {developer_id} may spend {amount} in a month")
