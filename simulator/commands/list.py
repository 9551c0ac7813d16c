"""`simulator list`: what can be played, and on what."""

import click

from simulator import faults
from simulator import scenario as scenarios
from simulator.hosts import profiles
from simulator.journeys.seeing import SEEN
from simulator.journeys.verbs import VERBS
from simulator.scenario import ScenarioWrong


@click.command("list")
@click.option("--verbs", is_flag=True, help="The verbs of scenario files, what they take, and what can be expected.")
def list_all(*, verbs: bool) -> None:
    """Show scenarios, devices, hosts and faults; or the words that scenario files are made of."""
    if verbs:
        _show_verbs()
        return
    try:
        library = scenarios.library()
    except ScenarioWrong as wrong:
        raise click.ClickException(str(wrong)) from None
    _table("Scenarios", [(s.name, f"{s.title}  [{', '.join(s.form.shows)}]") for s in library])
    _table("Devices", [(d.name, d.words) for d in profiles.devices().values()])
    _table("Hosts", [(h.name, h.words) for h in profiles.hosts().values()])
    _table("Faults", [(name, fault.words) for name, fault in faults.FAULTS.items()])


def _show_verbs() -> None:
    _table("Verbs", [(f"{verb.name}({verb.told})", verb.words) for _, verb in sorted(VERBS.items())])
    _table("What can be expected", [(name, (look.__doc__ or "").strip()) for name, look in SEEN.items()])


def _table(title: str, rows: list[tuple[str, str]]) -> None:
    width = max((len(name) for name, _ in rows), default=0)
    click.echo(f"{title}:")
    for name, words in rows:
        click.echo(f"  {name:<{width}}  {words}")
    click.echo()
