"""`redeem campaign banners`: derive the pictures of banners anew, after a release that derives them better."""

import json
from pathlib import Path

import click

from redeem_app.adapters.banner_images import BannerRejected
from redeem_app.adapters.campaign_files import CampaignFileWrong
from redeem_app.commands.progress import Progress, interruptible
from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.ids import CampaignId
from redeem_app.loading import banners_in, derive_banner

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("banners")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--after", default="", help="Go on behind this campaign, as an interrupted run says.")
@click.option("--json", "as_json", is_flag=True, help="Tell progress and outcome as JSON.")
def banners(files: tuple[Path, ...], after: str, *, as_json: bool) -> None:
    """Derive the banners of loaded campaigns anew from their files; everything else of them stays as it is."""
    service = up_to_date_service()
    try:
        found = banners_in(service, files)
    except CampaignFileWrong as wrong:
        stop(f"{wrong}\nNothing was derived.")
    ids = [campaign_id for campaign_id, _ in found]
    if after and after not in ids:
        stop(f"There is no loaded campaign {after} with a banner in these files; there is: {', '.join(ids) or 'none'}.")
    done = ids.index(CampaignId(after)) + 1 if after else 0
    progress = Progress("banners", len(found), done=done, as_json=as_json)
    with interruptible(progress, lambda: f"Go on with: --after {ids[done - 1]}" if done else "Nothing was done."):
        for campaign_id, file in found[done:]:
            try:
                derive_banner(service, campaign_id, file)
            except (BannerRejected, OSError) as wrong:
                stop(f"{campaign_id}: {wrong}\n{done} of {len(found)} are done; its earlier banner stays.")
            done += 1
            progress.reached(done)
    click.echo(json.dumps({"banners": done}) if as_json else f"{done} of {len(found)} banners are derived")
