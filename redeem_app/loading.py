"""Loads a campaign file: checked, its banners derived, and all of it saved."""

from collections.abc import Iterable
from pathlib import Path

from redeem_app.adapters import banner_images, campaign_files
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.pictures import Picture
from redeem_app.domain.running import Loaded
from redeem_app.operating import Operation


def load_campaign_file(service: Operation, path: Path) -> Loaded:
    """What was loaded. Raises CampaignFileWrong, BannerRejected or Refusal; then nothing was saved."""
    said = campaign_files.read(path, service.clock.now())
    derived = {campaign_id: banner_images.derive(file.read_bytes()) for campaign_id, file in _banners(said)}
    loaded = service.running.load(said.developer, said.app, said.campaigns)
    for campaign_id, banner in derived.items():
        _show(service, campaign_id, banner)
    return loaded


def banners_in(service: Operation, paths: Iterable[Path]) -> list[tuple[CampaignId, Path]]:
    """Campaigns of these files with their banners, as far as they are loaded. Raises CampaignFileWrong."""
    known = {stored.campaign.campaign_id for stored, _ in service.running.campaigns()}
    files = [campaign_files.read(path, service.clock.now()) for path in paths]
    return [(campaign_id, file) for said in files for campaign_id, file in _banners(said) if campaign_id in known]


def derive_banner(service: Operation, campaign_id: CampaignId, file: Path) -> None:
    """Derive the banner's pictures anew and show them; whole, or not at all. Raises BannerRejected or OSError."""
    _show(service, campaign_id, banner_images.derive(file.read_bytes()))


def _banners(said: campaign_files.CampaignFile) -> list[tuple[CampaignId, Path]]:
    return [(campaign.campaign_id, said.folder / campaign.banner) for campaign in said.campaigns if campaign.banner]


def _show(service: Operation, campaign_id: CampaignId, banner: banner_images.DerivedBanner) -> None:
    pictures = tuple(Picture(i.name, i.media_type, i.width, i.content) for i in banner.images)
    service.running.set_banner(campaign_id, banner.inline, pictures)
