"""Loads a campaign file: checked, its banners derived, and all of it saved."""

from pathlib import Path

from redeem_app.adapters import banner_images, campaign_files
from redeem_app.domain.pictures import Picture
from redeem_app.domain.running import Loaded
from redeem_app.wiring import Service


def load_campaign_file(service: Service, path: Path) -> Loaded:
    """What was loaded. Raises CampaignFileWrong, BannerRejected or Refusal; then nothing was saved."""
    said = campaign_files.read(path, service.clock.now())
    banners = {
        campaign.campaign_id: banner_images.derive((said.folder / campaign.banner).read_bytes())
        for campaign in said.campaigns
        if campaign.banner
    }
    loaded = service.running.load(said.developer, said.app, said.campaigns)
    for campaign_id, banner in banners.items():
        pictures = tuple(Picture(i.name, i.media_type, i.width, i.content) for i in banner.images)
        service.running.set_banner(campaign_id, banner.inline, pictures)
    return loaded
