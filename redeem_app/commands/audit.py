"""`redeem audit`: read the log of what operators did, and see that nobody changed it."""

import click

from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.auditing import facts_of


@click.group("audit")
def audit() -> None:
    """What operators did."""


@audit.command("show")
@click.option("--last", default=50, show_default=True, type=click.IntRange(1), help="How many lines.")
def show(last: int) -> None:
    """Print the last lines."""
    service = up_to_date_service()
    for line in service.audit.lines(service.records)[-last:]:
        facts = " ".join(f"{name}={value}" for name, value in facts_of(line).items())
        click.echo(f"{line.number:>6}  {line.done_at:%Y-%m-%d %H:%M:%S}  {line.act:<16} {line.subject}  {facts}")


@audit.command("verify")
def verify() -> None:
    """Check every seal."""
    service = up_to_date_service()
    lines = service.audit.lines(service.records)
    broken = service.audit.broken_at(lines)
    if broken is not None:
        stop(f"Line {broken} is not as it was written, or is missing. Compare with a backup.")
    click.echo(f"{len(lines)} lines, all as they were written")
