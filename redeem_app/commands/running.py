"""`redeem serve`, `migrate`, `sweep` and `settings`: the service itself, and what keeps it going."""

import json
import os

import click

from redeem_app import http_server, metrics_folder, serving
from redeem_app.adapters.migrations import migrate
from redeem_app.commands.service import settings_of_environment, up_to_date_service
from redeem_app.settings_reference import reference
from redeem_app.wiring import build


@click.command()
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


@click.command("migrate")
def migrate_database() -> None:
    """Bring the database up to date; also done by `redeem serve`. Safe while the release before still serves."""
    service = build(settings_of_environment())
    applied = migrate(service.database)
    click.echo(f"applied {', '.join(applied)}" if applied else "the database is up to date")


@click.command("sweep")
def sweep_once() -> None:
    """Settle applications whose outcome at Amazon was not heard, and expire rewards past their date, once."""
    click.echo(json.dumps(serving.sweep(up_to_date_service())))


@click.command("settings")
def settings_reference() -> None:
    """Print every setting with its meaning, as Markdown."""
    click.echo(reference(), nl=False)
