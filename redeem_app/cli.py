"""The `redeem` command: serve, and run campaigns as an operator."""

import json
import os

import click

from redeem_app import http_server, metrics_folder
from redeem_app.adapters.migrations import migrate
from redeem_app.commands.audit import audit
from redeem_app.commands.bench import bench
from redeem_app.commands.books import books, expire
from redeem_app.commands.campaigns import campaign
from redeem_app.commands.check import check
from redeem_app.commands.developers import developer
from redeem_app.commands.keys import key, keys
from redeem_app.commands.people import person
from redeem_app.commands.reports import report
from redeem_app.commands.rewards import reward
from redeem_app.commands.service import settings_of_environment, stop, up_to_date_service
from redeem_app.commands.traces import trace
from redeem_app.domain.ids import RewardId
from redeem_app.domain.refusals import Refusal
from redeem_app.serving import sweep
from redeem_app.settings_reference import reference
from redeem_app.wiring import build


@click.group()
@click.version_option(package_name="redeem-app")
def main() -> None:
    """Reward links that end as a reward on a person's Amazon account."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), envvar="REDEEM_WORKERS", help="Processes."
)
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 256), help="Threads of each process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the reward pages and the API; migrates the database first."""
    os.environ["REDEEM_WORKERS"] = str(workers)  # read by each process, which counts calls with the others or alone
    with metrics_folder.shared_by(workers):
        service = up_to_date_service()
        service.database.close()
        click.echo(
            f"redeem {service.settings.mode}: listening on http://{host}:{port}, seen as {service.settings.public_url}"
        )
        http_server.serve("redeem_app.serving:application", host=host, port=port, workers=workers, threads=threads)


@main.command("migrate")
def migrate_database() -> None:
    """Bring the database up to date; also done by `redeem serve`. Safe while the release before still serves."""
    service = build(settings_of_environment())
    applied = migrate(service.database)
    click.echo(f"applied {', '.join(applied)}" if applied else "the database is up to date")


@main.command("sweep")
def sweep_once() -> None:
    """Settle applications whose outcome at Amazon was not heard, and expire rewards past their date, once."""
    click.echo(json.dumps(sweep(up_to_date_service())))


main.add_command(audit)
main.add_command(bench)
main.add_command(books)
main.add_command(campaign)
main.add_command(check)
main.add_command(developer)
main.add_command(expire)
main.add_command(report)
main.add_command(reward)
main.add_command(trace)
main.add_command(person)
main.add_command(key)
main.add_command(keys)


@main.command("settings")
def settings_reference() -> None:
    """Print every setting with its meaning, as Markdown."""
    click.echo(reference(), nl=False)


@main.group()
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
