"""`redeem link`: lost links are replaced, never read back."""

import click

from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.ids import RewardId
from redeem_app.domain.refusals import Refusal


@click.group()
def link() -> None:
    """Replace lost links."""


@link.command("remint")
@click.argument("reward_id")
def remint(reward_id: str) -> None:
    """A fresh link for the same reward; the earlier one then leads to a page that says so."""
    service = up_to_date_service()
    try:
        token = service.running.remint(RewardId(reward_id))
    except Refusal as refusal:
        stop(str(refusal))
    click.echo(f"{service.settings.public_url}/r/{token}")
