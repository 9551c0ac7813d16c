"""`redeem reward export`: every reward as a line of CSV, for operators; may be interrupted, and goes on by itself."""

import csv
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from redeem_app.commands.progress import Progress, interruptible
from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.listing import ListedReward
from redeem_app.link_files import whole_lines

_HEADER: Final = ("reward", "campaign", "moment", "group", "state", "issued", "expires", "charge", "currency")


@click.command("export")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File of CSV.")
@click.option("--json", "as_json", is_flag=True, help="Tell progress and outcome as JSON.")
def export(out: Path, *, as_json: bool) -> None:
    """Write every reward with its state to a file, in the order of their ids; nobody who redeemed is named.

    A file that an interrupted run left is completed. For operators: developers may not learn what was redeemed.
    """
    listing = up_to_date_service().listing
    with os.fdopen(os.open(out, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        lines, end, last = whole_lines(file)
        after = _last_id(out, lines, last)
        file.truncate(end)
        file.seek(end)
        if not lines:
            file.write(_csv([_HEADER]))
        done = max(0, lines - 1)
        progress = Progress("rewards", done + listing.count(after), done=done, as_json=as_json)
        with interruptible(progress, lambda: "The same command completes the file."):
            while page := listing.page(after):
                file.write(_csv(_row(one) for one in page))
                file.flush()
                after, done = page[-1].reward_id, done + len(page)
                progress.reached(done)
    click.echo(json.dumps({"rewards": done, "file": str(out)}) if as_json else f"{done} rewards are in {out}")


def _last_id(out: Path, lines: int, last: bytes) -> str:
    """Behind which reward the file goes on; ends the command where the file is no export."""
    if lines == 0 and out.stat().st_size == 0:
        return ""
    with out.open(encoding="utf-8", errors="replace") as file:
        if file.readline().strip() != ",".join(_HEADER):
            stop(f"{out} is there already and is no export of rewards. Choose another name.")
    return "" if lines == 1 else last.decode("utf-8", "replace").split(",", 1)[0]


def _row(one: ListedReward) -> tuple[object, ...]:
    dates = (one.issued_at.isoformat(), one.expires_at.isoformat())
    ids = (one.reward_id, one.campaign_id, one.moment_id, one.group_id)
    return (*ids, one.state, *dates, one.charge.major, one.charge.currency)


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
