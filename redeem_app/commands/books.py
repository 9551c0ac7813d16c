"""`redeem books` and `redeem expire`: whether everything adds up, and ending what is past its date."""

import json
from dataclasses import asdict

import click

from redeem_app.commands.progress import Progress, interruptible
from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.expiring import BATCH


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def books(*, as_json: bool) -> None:
    """Compare rewards, ledger and counters; exits 1 if they differ. For operators only: it counts who redeemed."""
    balance = up_to_date_service().bookkeeping.balance()
    if as_json:
        click.echo(json.dumps(asdict(balance)))
    else:
        for book in balance.books:
            click.echo(
                f"{book.campaign_id}: {book.issued} issued = {book.redeemed} redeemed + {book.expired} expired"
                f" + {book.open} open; {book.charged} charged, {book.reserved} reserved (minor units, {book.currency})"
            )
        for sentence in balance.disagreements:
            click.echo(sentence)
    if balance.disagreements:
        stop(f"{len(balance.disagreements)} places where the books disagree.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Tell progress and outcome as JSON.")
def expire(*, as_json: bool) -> None:
    """Expire all rewards past their date, a batch at a time; may be interrupted, and carries on when run again."""
    expiring, total = up_to_date_service().expiring, 0
    progress = Progress("rewards expired", expiring.due(), as_json=as_json)
    with interruptible(progress, lambda: "What is expired stays so; the same command carries on."):
        while batch := expiring.expire():
            total += batch
            progress.reached(total)
            if batch < BATCH:
                break
    click.echo(json.dumps({"expired": total}) if as_json else f"{total} expired")
