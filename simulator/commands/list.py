"""`simulator list`: what can be played, and on what."""

from collections.abc import Sequence
from typing import Final

import click

from simulator import coverage as coverages
from simulator import scenario as scenarios
from simulator.coverage import Covered
from simulator.hosts import profiles
from simulator.journeys.seeing import SEEN
from simulator.journeys.verbs import VERBS
from simulator.scenario import Scenario, ScenarioWrong

SHOWN_AT_MOST: Final = 4


@click.command("list")
@click.option("--verbs", is_flag=True, help="The verbs of scenario files, what they take, and what can be expected.")
@click.option("--coverage", is_flag=True, help="Only the table of what the scenarios cover, and what has none.")
def list_all(*, verbs: bool, coverage: bool) -> None:
    """Show scenarios, devices, hosts, faults and coverage; or the words that scenario files are made of."""
    if verbs:
        _show_verbs()
        return
    try:
        library = scenarios.library()
    except ScenarioWrong as wrong:
        raise click.ClickException(str(wrong)) from None
    if coverage:
        _show_coverage(library)
        return
    _table("Scenarios", [(s.name, f"{s.title}  [{', '.join(s.form.shows)}]") for s in library])
    _table("Devices", [(d.name, d.words) for d in profiles.devices().values()])
    _table("Hosts", [(h.name, h.words) for h in profiles.hosts().values()])
    _show_coverage(library)


def _show_coverage(library: Sequence[Scenario]) -> None:
    covered = coverages.table(library)
    titles = {
        "rules": "Rules",
        "states": "States",
        "refusals": "Refusals",
        "app_refusals": "Refusals to the app",
        "faults": "Faults",
    }
    for kind, title in titles.items():
        rows = [c for c in covered if c.kind == kind]
        reached = sum(bool(c.by) for c in rows)
        _table(f"{title}, {reached} of {len(rows)} covered", [(c.name, _told(c)) for c in rows])


def _told(covered: Covered) -> str:
    shown = ", ".join(covered.by[:SHOWN_AT_MOST])
    more = f" and {len(covered.by) - SHOWN_AT_MOST} more" if len(covered.by) > SHOWN_AT_MOST else ""
    return f"{covered.words}: {shown + more if covered.by else 'NONE'}"


def _show_verbs() -> None:
    _table("Verbs", [(f"{verb.name}({verb.told})", verb.words) for _, verb in sorted(VERBS.items())])
    _table("What can be expected", [(name, (look.__doc__ or "").strip()) for name, look in SEEN.items()])


def _table(title: str, rows: list[tuple[str, str]]) -> None:
    width = max((len(name) for name, _ in rows), default=0)
    click.echo(f"{title}:")
    for name, words in rows:
        click.echo(f"  {name:<{width}}  {words}")
    click.echo()
