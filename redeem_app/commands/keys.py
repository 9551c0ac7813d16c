"""`redeem key` and `redeem keys`: change API keys and signing keys without a pause."""

import secrets

import click

from redeem_app.commands.service import settings_of_environment, stop, up_to_date_service
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
    click.echo(
        f"""A new key: {secrets.token_urlsafe(48)}

1. Put it in front of REDEEM_SECRET_KEYS (there {"is" if count == 1 else "are"} {count} now), with a comma behind it,
   on every process but keep the old ones: the first signs, all verify.
2. Restart the processes one after the other. Start with those that only verify: as long as one process lacks the new
   key, it refuses links signed with it. So first append the new key at the END everywhere and restart, then move it
   to the front everywhere and restart.
3. Take an old key out when the last campaign it signed for is past its redemption date."""
    )
