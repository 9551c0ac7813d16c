"""The `redeem` command: serve, and run campaigns as an operator."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces

from redeem_app.adapters.banner_images import BannerRejected
from redeem_app.adapters.campaign_files import CampaignFileWrong, check
from redeem_app.adapters.clock import FileClock, SystemClock
from redeem_app.adapters.migrations import migrate
from redeem_app.commands.audit import audit
from redeem_app.commands.keys import key, keys
from redeem_app.commands.people import person
from redeem_app.commands.service import settings_of_environment, stop, up_to_date_service
from redeem_app.domain.campaign import CampaignMove
from redeem_app.domain.ids import CampaignId, RewardGroupId, RewardId
from redeem_app.domain.ports import Clock
from redeem_app.domain.refusals import Refusal
from redeem_app.loading import load_campaign_file
from redeem_app.serving import sweep
from redeem_app.settings_reference import reference
from redeem_app.wiring import Service, build

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
    service = up_to_date_service()
    service.database.close()
    if workers > 1:
        # The processes' counters meet in files of this folder; prometheus_client reads the variable at its import.
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="redeem-metrics-"))
    click.echo(
        f"redeem {service.settings.mode}: listening on http://{host}:{port}, seen as {service.settings.public_url}"
    )
    Granian(
        "redeem_app.serving:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=True,
        log_access=False,
        websockets=False,
        backlog=1024,
    ).serve()


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


@main.group("check", invoke_without_command=True)
@click.pass_context
def check_settings(context: click.Context) -> None:
    """Say what is wrong with the settings before the start does; `redeem check amazon` asks Amazon too."""
    settings = settings_of_environment()
    if context.invoked_subcommand is None:
        click.echo(f"ok    the settings are complete for {settings.mode}")


@check_settings.command("amazon")
def check_amazon() -> None:
    """Ask Amazon, without spending, whether keys, hosts, return address and clock are right."""
    findings = build(settings_of_environment()).check_amazon()
    for finding in findings:
        click.echo(f"{finding.level:<5} {finding.about}: {finding.sentence}")
    if any(finding.level == "fail" for finding in findings):
        stop("Amazon would not work with these settings; see the lines that begin with `fail`.")


main.add_command(audit)
main.add_command(person)
main.add_command(key)
main.add_command(keys)


@main.command("settings")
def settings_reference() -> None:
    """Print every setting with its meaning, as Markdown."""
    click.echo(reference(), nl=False)


@main.group()
def campaign() -> None:
    """Check, load and move campaigns."""


@campaign.command("check")
@click.argument("file", type=_FILE)
def check_file(file: Path) -> None:
    """Print every mistake of a campaign file with its line, and what would be right."""
    findings = check(file, _clock().now())
    for finding in findings:
        click.echo(f"{file}:{finding}")
    if findings:
        stop(f"{len(findings)} mistake{'s' if len(findings) > 1 else ''}; nothing was loaded.")
    click.echo(f"{file}: no mistakes")


@campaign.command("apply")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--live", is_flag=True, help="Submit and approve as well, so that it starts on its start date.")
def apply_file(file: Path, *, as_json: bool, live: bool) -> None:
    """Check and load an app with its campaigns; tells the app's API key once, when the app is new."""
    service = up_to_date_service()
    try:
        loaded = load_campaign_file(service, file)
        if live:
            for campaign_id in loaded.campaigns:
                service.running.move(campaign_id, CampaignMove.SUBMIT)
                service.running.move(campaign_id, CampaignMove.APPROVE)
    except (CampaignFileWrong, BannerRejected) as wrong:
        stop(str(wrong))
    except Refusal as refusal:
        stop(str(refusal))
    app = {"appId": loaded.app_id, "apiKey": loaded.api_key or None}
    if as_json:
        click.echo(json.dumps({"apps": [app], "campaigns": _shown(service, loaded.campaigns)}))
        return
    click.echo(f"app {loaded.app_id} loaded")
    if loaded.api_key:
        click.echo(f"API key, told this one time: {loaded.api_key}")
    for shown in _shown(service, loaded.campaigns):
        click.echo(f"campaign {shown['campaignId']} is {shown['state']}")


@campaign.command("show")
@click.argument("campaign_id", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(campaign_id: str | None, *, as_json: bool) -> None:
    """Show one campaign, or all, with the state that counts now."""
    service = up_to_date_service()
    shown = _shown(service, (CampaignId(campaign_id),) if campaign_id else None)
    if campaign_id and not shown:
        stop(f"There is no campaign {campaign_id}. `redeem campaign show` lists them.")
    if as_json:
        click.echo(json.dumps({"campaigns": shown}))
        return
    for one in shown:
        click.echo(f"{one['campaignId']}  {one['state']:<16}  {one['startsAt']} to {one['endsAt']}  {one['name']}")


def _shown(service: Service, only: tuple[CampaignId, ...] | None) -> list[dict[str, Any]]:
    return [
        {
            "campaignId": stored.campaign.campaign_id,
            "appId": stored.campaign.app_id,
            "name": stored.campaign.name,
            "state": str(state),
            "startsAt": stored.campaign.starts_at.isoformat(),
            "endsAt": stored.campaign.ends_at.isoformat(),
            "momentIds": [moment.moment_id for moment in stored.campaign.moments],
            "rewardGroupIds": [group.group_id for group in stored.campaign.groups],
            "itemIds": [item.item_id for group in stored.campaign.groups for item in group.items],
        }
        for stored, state in service.running.campaigns()
        if only is None or stored.campaign.campaign_id in only
    ]


@campaign.command("move")
@click.argument("campaign_id")
@click.argument("move", type=click.Choice([str(move) for move in CampaignMove]))
def move(campaign_id: str, move: str) -> None:
    """Move a campaign through its life cycle: submit, approve, reject, revise, go-live, suspend, finish."""
    try:
        state = up_to_date_service().running.move(CampaignId(campaign_id), CampaignMove(move))
    except Refusal as refusal:
        stop(str(refusal))
    click.echo(f"campaign {campaign_id} is {state}")


@campaign.command("stock")
@click.argument("campaign_id")
@click.argument("group_id")
@click.argument("item_id")
@click.argument("pieces", type=click.IntRange(0))
def stock(campaign_id: str, group_id: str, item_id: str, pieces: int) -> None:
    """Set how many more pieces of an item may be handed out; 0 is out of stock."""
    try:
        up_to_date_service().running.set_stock(CampaignId(campaign_id), RewardGroupId(group_id), item_id, pieces)
    except Refusal as refusal:
        stop(str(refusal))
    click.echo(f"{pieces} pieces of {item_id} left")


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


def _clock() -> Clock:
    """The clock for commands that need no other setting."""
    path = os.environ.get("REDEEM_CLOCK_FILE")
    return FileClock(Path(path)) if path else SystemClock()
