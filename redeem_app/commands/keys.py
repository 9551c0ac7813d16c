"""`redeem key` and `redeem keys`: change API keys and signing keys without a pause."""

import os
import secrets

import click

from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import settings_of_environment, stop
from redeem_app.domain.ids import AppId
from redeem_app.domain.refusals import Refusal


@click.group("key")
def key() -> None:
    """API keys of apps."""


@key.command("add")
@click.argument("app_id")
def add(app_id: str) -> None:
    """Make a second API key for an app; it is told this one time."""
    try:
        click.echo(up_to_date_service().running.add_key(AppId(app_id)))
    except Refusal:
        stop(f"There is no app {app_id}. `redeem campaign show` lists campaigns with their apps.")


@key.command("retire")
@click.option("--key", "api_key", prompt="API key to retire", hide_input=True, help="Asked for when left out.")
def retire(api_key: str) -> None:
    """End an API key; the last one of an app can't be ended."""
    if not up_to_date_service().running.retire_key(api_key):
        stop("That key is not known, is retired already, or is the last one of its app: add another first.")
    click.echo("retired")


@click.group("keys")
def keys() -> None:
    """Signing keys of links and sessions."""


@keys.command("rotate")
def rotate() -> None:
    """Show how to change the signing key without a visible failure, with a new key made for it."""
    count = len(settings_of_environment().secret_keys)
    file = os.environ.get("REDEEM_SECRET_KEYS_FILE")
    click.echo(
        f"""A new key: {secrets.token_urlsafe(48)}

There {"is 1 key" if count == 1 else f"are {count} keys"} now, in {file or "REDEEM_SECRET_KEYS"}. The first signs, all
verify, with commas between them. Nothing was changed; these steps change it without a failure that anybody sees:

1. Append the new key at the END, for every process, and restart them one after the other.
   Now every process verifies what the new key signs, and none signs with it.
2. Move the new key to the FRONT, for every process, and restart them one after the other.
   Links signed before go on working; people who are signed in stay so.
3. Take the old key out when the last campaign that it signed for is past its redemption date, and restart.
   `redeem campaign show` tells the dates. Links that only the old key signed end with it."""
    )
