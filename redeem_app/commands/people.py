"""`redeem person`: erase personal data on request."""

import click

from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.ids import AccountId, AppId


@click.group("person")
def person() -> None:
    """Personal data."""


@person.command("erase")
@click.option("--account", help="An Amazon account: amzn1.account.…")
@click.option("--app", "app_id", help="The app that --customer is a customer of.")
@click.option("--customer", help="The app's own id of its customer.")
def erase(account: str | None, app_id: str | None, customer: str | None) -> None:
    """Erase an Amazon account, or an app's customer, from the records."""
    forgetting = up_to_date_service().forgetting
    if account and not (app_id or customer):
        erased = forgetting.erase_account(AccountId(account))
    elif app_id and customer and not account:
        erased = forgetting.erase_customer(AppId(app_id), customer)
    else:
        stop("Say --account ID, or --app APP with --customer ID.")
    click.echo(f"erased from {erased.records} records")
    if erased.still_open:
        click.echo(f"{erased.still_open} applications wait for Amazon's answer; erase again once they are settled")
