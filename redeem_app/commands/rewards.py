"""`redeem reward`: issue many rewards at once, into a file of links; let one go on whose card was cancelled."""

import json
from pathlib import Path

import click

from redeem_app.commands.exports import export
from redeem_app.commands.progress import Progress, interruptible
from redeem_app.commands.sentences import refusals_told, sentence_of
from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.ids import CampaignId, MomentId, RewardGroupId, RewardId
from redeem_app.domain.minting import Mint, MintWanted
from redeem_app.domain.refusals import Refusal
from redeem_app.link_files import FileInTheWay, LinkFile
from redeem_app.operating import Operation

_MOST = 10_000_000

_OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File of links, one a line."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Tell progress and outcome as JSON.")


@click.group()
def reward() -> None:
    """Issue rewards at once, without the API, and help single ones on."""


reward.add_command(export)


@reward.command("mint")
@click.argument("campaign_id")
@click.option("--moment", "moment_id", required=True, help="Of the campaign.")
@click.option("--group", "group_id", required=True, help="Reward group of the campaign.")
@click.option("--count", required=True, type=click.IntRange(1, _MOST), help="How many.")
@_OUT
@_JSON
def mint(campaign_id: str, moment_id: str, group_id: str, count: int, out: Path, *, as_json: bool) -> None:  # noqa: PLR0913
    """Issue many rewards and write their links to a file; each is charged as by GetReward.

    After an interruption, by Ctrl-C or worse, the same command goes on where it was: no link is lost, none is issued
    twice, and the file is completed from the records.
    """
    service = up_to_date_service()
    wanted = MintWanted(
        CampaignId(campaign_id), MomentId(moment_id), RewardGroupId(group_id), count, str(out.absolute())
    )
    try:
        begun = _begun(service, wanted, out)
    except Refusal as refusal:
        stop(sentence_of(refusal))
    _go_on(service, begun, out, as_json=as_json)


@reward.command("links")
@click.argument("mint_id")
@_OUT
@_JSON
def links(mint_id: str, out: Path, *, as_json: bool) -> None:
    """Write the links of a mint to a file once more; issues nothing."""
    service = up_to_date_service()
    found = service.minting.known(mint_id)
    if found is None:
        stop(f"There is no mint {mint_id}. `redeem audit show` lists them.")
    file, _ = _opened(service, found, out)
    file.complete(found)
    file.close()
    _tell(found, out, as_json=as_json)


def _begun(service: Operation, wanted: MintWanted, out: Path) -> Mint:
    """A mint that was begun before, or a new one where nothing is in the way of its file."""
    if not out.parent.is_dir():
        stop(f"The folder {out.parent} is not there; make it first. Nothing was issued.")
    before = service.minting.before(wanted)
    if before is not None and (out.exists() or not before.is_complete):
        return before  # complete or not: the end may have come between its last commit and the file
    if out.exists() and out.stat().st_size:
        stop(f"{out} is there already. Choose another name; nothing was issued.")
    return service.minting.begin(wanted)


def _go_on(service: Operation, mint: Mint, out: Path, *, as_json: bool) -> None:
    file, lines = _opened(service, mint, out)
    if mint.is_complete and lines == mint.made:
        file.close()
        stop(f"{out} is there already, with all its links. Choose another name; nothing was issued.")
    progress = Progress("links", mint.wanted.count, done=mint.made, as_json=as_json)
    try:
        with interruptible(progress, lambda: "The same command goes on from here; nothing is lost or issued twice."):
            file.complete(mint)
            while not mint.is_complete:
                mint = service.minting.advance(mint)
                file.complete(mint)
                progress.reached(mint.made)
    except Refusal as refusal:
        stop(
            f"{sentence_of(refusal)}\n{mint.made} of {mint.wanted.count} links are in {out};"
            " the same command goes on once that is mended."
        )
    finally:
        file.close()
    _tell(mint, out, as_json=as_json)


def _opened(service: Operation, mint: Mint, out: Path) -> tuple[LinkFile, int]:
    """The file of the mint's links, and how many it has."""
    file = LinkFile(out, service.minting, f"{service.settings.public_url}/r/")
    try:
        lines = file.open(mint)
    except (FileInTheWay, OSError) as wrong:
        stop(f"{wrong} Nothing more was issued.")
    return file, lines


def _tell(mint: Mint, out: Path, *, as_json: bool) -> None:
    if as_json:
        told = {"mint": mint.mint_id, "campaignId": mint.wanted.campaign_id, "links": mint.made, "file": str(out)}
        click.echo(json.dumps(told))
    else:
        click.echo(f"{mint.made} links of {mint.wanted.campaign_id} are in {out} (mint {mint.mint_id})")


@reward.command("reissue-request")
@click.argument("reward_id")
def reissue_request(reward_id: str) -> None:
    """Let a reward go on whose card was cancelled by hand at Amazon, under a new request id."""
    service = up_to_date_service()
    with refusals_told():
        request_id = service.reissuing.reissue(RewardId(reward_id))
    click.echo(f"reward {reward_id} goes on under request id {request_id}; the person opens the link as before")
