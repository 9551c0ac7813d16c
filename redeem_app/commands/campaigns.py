"""`redeem campaign`: check, load, show and run campaigns."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from redeem_app.adapters.banner_images import BannerRejected
from redeem_app.adapters.campaign_files import CampaignFileWrong, check
from redeem_app.adapters.clock import FileClock, SystemClock
from redeem_app.adapters.sales_files import SalesFileWrong, read_sales
from redeem_app.commands.amounts import DOLLARS
from redeem_app.commands.banners import banners
from redeem_app.commands.sentences import refusals_told
from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.campaign_states import CampaignMove, CampaignState
from redeem_app.domain.ids import CampaignId, RewardGroupId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Clock
from redeem_app.domain.prices import previous_month
from redeem_app.loading import load_campaign_file
from redeem_app.operating import Operation

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TO_LIVE = {
    CampaignState.DRAFT: (CampaignMove.SUBMIT, CampaignMove.APPROVE),
    CampaignState.PENDING_APPROVAL: (CampaignMove.APPROVE,),
}
"""What brings a campaign to where its dates make it live; one that is further on stays where it is."""


@click.group()
def campaign() -> None:
    """Check, load and run campaigns."""


campaign.add_command(banners)


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
        with refusals_told():
            loaded = load_campaign_file(service, file)
            if live:
                _bring_to_live(service, loaded.campaigns)
    except (CampaignFileWrong, BannerRejected) as wrong:
        stop(str(wrong))
    app = {"appId": loaded.app_id, "apiKey": loaded.api_key or None}
    if as_json:
        click.echo(json.dumps({"apps": [app], "campaigns": _shown(service, loaded.campaigns)}))
        return
    click.echo(f"app {loaded.app_id} loaded")
    if loaded.api_key:
        click.echo(f"API key, told this one time: {loaded.api_key}")
    for shown in _shown(service, loaded.campaigns):
        click.echo(f"campaign {shown['campaignId']} is {shown['state']}")


def _bring_to_live(service: Operation, campaigns: tuple[CampaignId, ...]) -> None:
    for stored, state in service.running.campaigns():
        if stored.campaign.campaign_id in campaigns:
            for one in _TO_LIVE.get(state, ()):
                service.running.move(stored.campaign.campaign_id, one)


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


def _shown(service: Operation, only: tuple[CampaignId, ...] | None) -> list[dict[str, Any]]:
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
    """Move a campaign through its life cycle; each move is a command of its own too."""
    _move(campaign_id, CampaignMove(move))


def _move(campaign_id: str, move: CampaignMove) -> None:
    with refusals_told():
        state = up_to_date_service().running.move(CampaignId(campaign_id), move)
    click.echo(f"campaign {campaign_id} is {state}")


_MOVES = {
    CampaignMove.SUBMIT: "Hand a draft in for approval; it can't be edited then.",
    CampaignMove.APPROVE: "Approve a pending campaign: test mode until its start date.",
    CampaignMove.REJECT: "Reject a pending campaign.",
    CampaignMove.REVISE: "Make a rejected campaign a draft again.",
    CampaignMove.GO_LIVE: "Start an approved campaign now.",
    CampaignMove.SUSPEND: "Take an approved or live campaign down; issued rewards wait.",
    CampaignMove.RESUME: "Let a suspended campaign go on by its dates.",
    CampaignMove.FINISH: "End a live or suspended campaign; issued rewards can still be redeemed.",
}


def _command_of(move: CampaignMove) -> Callable[[str], None]:
    def run(campaign_id: str) -> None:
        _move(campaign_id, move)

    return run


for _one, _help in _MOVES.items():
    campaign.command(str(_one), help=_help)(click.argument("campaign_id")(_command_of(_one)))


@campaign.command("stock")
@click.argument("campaign_id")
@click.argument("group_id")
@click.argument("item_id")
@click.argument("pieces", type=click.IntRange(0))
def stock(campaign_id: str, group_id: str, item_id: str, pieces: int) -> None:
    """Set how many more pieces of an item may be handed out; 0 is out of stock."""
    with refusals_told():
        up_to_date_service().running.set_stock(CampaignId(campaign_id), RewardGroupId(group_id), item_id, pieces)
    click.echo(f"{pieces} pieces of {item_id} left")


@campaign.command("cap")
@click.argument("campaign_id")
@click.argument("amount", type=DOLLARS)
def cap(campaign_id: str, amount: Money) -> None:
    """Cap the campaign's spending in a calendar month, in USD; counts at once, and over the campaign file."""
    with refusals_told():
        up_to_date_service().running.set_cap(CampaignId(campaign_id), amount)
    click.echo(f"campaign {campaign_id} may spend {amount} in a month")


@campaign.command("prices")
@click.argument("campaign_id")
@click.argument("sales", type=_FILE)
def prices(campaign_id: str, sales: Path) -> None:
    """Derive prices from last month's sales, a CSV; rewards that were issued keep theirs."""
    service = up_to_date_service()
    known = next((s for s, _ in service.running.campaigns() if s.campaign.campaign_id == campaign_id), None)
    if known is None:
        stop(f"There is no campaign {campaign_id}. `redeem campaign show` lists them.")
    groups = known.campaign.groups
    currencies = {item.item_id: group.currency for group in groups for item in (*group.items, *group.alternatives)}
    period = previous_month(service.clock.now())
    try:
        with refusals_told():
            findings = service.running.reprice(CampaignId(campaign_id), read_sales(sales, currencies), period)
    except SalesFileWrong as wrong:
        stop(f"{wrong}\nNo price was changed.")
    for found in findings:
        needed = f"; that needs a cost per action of {found.needed_cost}" if found.needed_cost else ""
        what = f"{found.before} -> {found.after}" if found.before != found.after else f"{found.before}"
        click.echo(f"{found.group_id} {found.item_id}: {what} ({found.verdict}, {found.copies} copies sold{needed})")


def _clock() -> Clock:
    """The clock for commands that need no other setting."""
    path = os.environ.get("REDEEM_CLOCK_FILE")
    return FileClock(Path(path)) if path else SystemClock()
