"""`redeem serve`, `migrate` and `settings`: the service itself.

These don't load what answers requests: the server's processes do, each for itself.
"""

import os
from collections.abc import Sequence

import click

from redeem_app import http_server, metrics_folder, process_end
from redeem_app.adapters.database import connect
from redeem_app.adapters.migrations import migrate
from redeem_app.commands.settings_read import settings_of_environment, stop
from redeem_app.settings import THREADS, Settings
from redeem_app.settings_reference import reference


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), envvar="REDEEM_WORKERS", help="Processes."
)
@click.option(
    "--threads",
    default=THREADS,
    show_default=True,
    type=click.IntRange(1, 256),
    envvar="REDEEM_THREADS",
    help="Threads of each process.",
)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the reward pages and the API; migrates the database first."""
    # Read by each process, which counts calls with the others or alone, and answers with so many threads.
    os.environ |= {"REDEEM_WORKERS": str(workers), "REDEEM_THREADS": str(threads)}
    settings = settings_of_environment()
    _refuse_a_wrong_list(settings)
    with metrics_folder.shared_by(workers):
        _bring_up_to_date(settings)
        click.echo(f"redeem {settings.mode}: listening on http://{host}:{port}, seen as {settings.public_url}")
        process_end.keep_signals_of_workers()
        http_server.serve(
            "redeem_app.serving:application",
            host=host,
            port=port,
            workers=workers,
            threads=threads,
            on_a_loop=http_server.is_on_a_loop(settings.database_url),
        )


@click.command("migrate")
def migrate_database() -> None:
    """Bring the database up to date; also done by `redeem serve`. Safe while the release before still serves."""
    applied = _bring_up_to_date(settings_of_environment())
    click.echo(f"applied {', '.join(applied)}" if applied else "the database is up to date")


@click.command("settings")
def settings_reference() -> None:
    """Print every setting with its meaning, as Markdown."""
    click.echo(reference(), nl=False)


def _bring_up_to_date(settings: Settings) -> Sequence[str]:
    database = connect(settings.database_url)
    try:
        return migrate(database)
    finally:
        database.close()


def _refuse_a_wrong_list(settings: Settings) -> None:
    """An operator's own list of countries is read by each process; a wrong one is told before they start."""
    if settings.delivery_countries_file is None:
        return
    from redeem_app.adapters.delivery_countries import (  # noqa: PLC0415 - slow to import, seldom used
        DeliveryCountriesWrong,
        delivery_countries,
    )

    try:
        delivery_countries(settings.delivery_countries_file)
    except DeliveryCountriesWrong as wrong:
        stop(str(wrong))
