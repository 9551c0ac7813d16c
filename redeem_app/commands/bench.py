"""`redeem bench`: how fast the service is beside the bare framework, on this machine."""

import os
import tempfile
from pathlib import Path

import click

from redeem_app.commands.settings_read import stop
from redeem_app.settings import THREADS

_FILE = click.Path(dir_okay=False, path_type=Path)
_GROWTH = (10_000, 100_000, 1_000_000)


@click.command()
@click.option("--quick", is_flag=True, help="About a minute: two short rounds, no growing tables.")
@click.option("--postgres", default="", metavar="URL", help="Measure on this PostgreSQL too, in a schema of its own.")
@click.option("--redis", default="", metavar="URL", help="Measure PostgreSQL once more, with calls counted here.")
@click.option("--rounds", default=7, show_default=True, type=click.IntRange(1, 50), help="Interleaved rounds.")
@click.option("--seconds", default=2.0, show_default=True, type=click.FloatRange(0.2, 60), help="Of each measurement.")
@click.option("--connections", default=16, show_default=True, type=click.IntRange(1, 256), help="Open at once.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes of each server.")
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 256), help="Of each process.")
@click.option("--growth/--no-growth", default=True, help="Measure on 10,000, 100,000 and 1,000,000 rewards.")
@click.option("--instructions", is_flag=True, help="Count instructions per request too; needs valgrind, takes minutes.")
@click.option("--json", "json_file", default="bench.json", show_default=True, type=_FILE, help="Where figures go.")
@click.option("--markdown", default="bench.md", show_default=True, type=_FILE, help="Where the tables go.")
def bench(  # noqa: PLR0913 - an argument for each option
    *,
    quick: bool,
    postgres: str,
    redis: str,
    rounds: int,
    seconds: float,
    connections: int,
    workers: int,
    threads: int,
    growth: bool,
    instructions: bool,
    json_file: Path,
    markdown: Path,
) -> None:
    """Measure opening, applying, GetReward and events against a bare Flask view, audited, and print one table.

    Uses databases of its own and no setting of yours; an interrupt prints what was found so far.
    """
    from redeem_app.bench import report  # noqa: PLC0415 - loads what no other command needs
    from redeem_app.bench.measuring import Bench, Wanted  # noqa: PLC0415
    from redeem_app.bench.servers import BenchFailed  # noqa: PLC0415

    if redis and not postgres:
        raise click.UsageError("--redis goes with --postgres: the one process on SQLite counts its calls itself.")
    for name in [name for name in os.environ if name.startswith("REDEEM_")]:
        del os.environ[name]
    wanted = Wanted(
        rounds=min(rounds, 2) if quick else rounds,
        seconds=min(seconds, 1.0) if quick else seconds,
        connections=connections,
        workers=workers,
        threads=threads,
        postgres=postgres,
        redis=redis,
        sizes=_GROWTH if growth and not quick else (),
        open_loop_rate=1_000,
        instructions=instructions,
    )
    with tempfile.TemporaryDirectory(prefix="redeem-bench-") as folder:
        run = Bench(wanted, Path(folder), lambda words: click.echo(words, err=True))
        try:
            run.run()
        except BenchFailed as failed:
            stop(str(failed))
    json_file.write_text(report.as_json(run.found), encoding="utf-8")
    markdown.write_text(report.as_markdown(run.found), encoding="utf-8")
    click.echo(report.as_markdown(run.found), nl=False)
    if not run.found.is_true:
        stop("an audit failed; see above.")
