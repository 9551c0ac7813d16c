"""`simulator drill`: breaks a small installation under load, in every way that operators fear."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from simulator.drill import running
from simulator.drill.drills import DRILLS
from simulator.drill.running import Drilled

WRONG: Final = 1
LACKING: Final = 3


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--people", default=24, show_default=True, type=click.IntRange(1, 1000), help="In each drill.")
@click.option("--seed", default=1, show_default=True, help="The moments of random kills, and the ids.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; progress goes to stderr.")
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Write the outcome there as a page.")
@click.option("--list", "only_list", is_flag=True, help="Print the drills and end.")
def drill(
    names: tuple[str, ...], people: int, seed: int, markdown: Path | None, *, as_json: bool, only_list: bool
) -> None:
    """Break the service, its sweeper, its database, Redis, the disk, the clock or Amazon under load; all by default.

    After each: no reward lost or applied twice, ledgers in balance, and the time to serve again is printed. Ends with
    0 when all went well, 1 when something does not add up, 2 when asked for a drill that isn't there, 3 when this
    machine lacks what a drill needs.
    """
    if only_list:
        for name, one in DRILLS.items():
            click.echo(f"{name:<27}{one.does}\n{'':<27}real: {one.real}")
        return
    for name in names:
        if name not in DRILLS:
            raise click.UsageError(f"There is no drill {name!r}; there is: {', '.join(DRILLS)}.")
    drilled = []
    for name in names or DRILLS:
        click.echo(f"{name}: {DRILLS[name].does} ...", err=True)
        drilled.append(running.run(name, people, seed))
        click.echo(_told(drilled[-1]), err=as_json)
    if markdown is not None:
        markdown.write_text(running.markdown(drilled, datetime.now(UTC).strftime("%Y-%m-%d")), encoding="utf-8")
    if as_json:
        well = all(one.went_well for one in drilled)
        click.echo(json.dumps({"wentWell": well, "drills": [one.as_json() for one in drilled]}, ensure_ascii=False))
    if any(not one.went_well and not one.lacking for one in drilled):
        raise SystemExit(WRONG)
    if any(one.lacking for one in drilled):
        raise SystemExit(LACKING)


def _told(one: Drilled) -> str:
    if one.lacking:
        return f"-   {one.name}: not done, {one.lacking}"
    if one.failed:
        return f"BAD {one.name}: {one.failed}"
    back = ", ".join(f"{seconds:.1f}" for seconds in one.back)
    mark = "ok " if one.went_well else "BAD"
    lines = [f"{mark} {one.name}: served again after {back} s; {one.applied} applied, {one.troubles} tries failed"]
    lines += [f"      played: {one.played}"] if one.played else []
    lines += [f"      {check.name}: {check.told}" for check in one.checks if not check.went_well]
    return "\n".join(lines)
