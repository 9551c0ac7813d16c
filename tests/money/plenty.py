"""A service with one live campaign that has plenty of everything, for commands that make many rewards."""

from collections.abc import Mapping

from click.testing import CliRunner

from redeem_app.cli import main
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.money import Money
from redeem_app.settings import read_settings
from redeem_app.wiring import Service, build
from tests.campaign_builders import a_campaign, a_developer, a_group, an_app, an_item


def service_with_plenty(environment: Mapping[str, str]) -> Service:
    """On the database of that environment, which is brought up to date."""
    CliRunner(env=environment).invoke(main, ["migrate"])
    service = build(read_settings(environment))
    much = Money.of("1000000.00", "USD")
    campaign = a_campaign(a_group(an_item(stock=100_000)), budget=much, month_cap=much)
    service.running.load(a_developer(month_cap=much), an_app(), (campaign,))
    for move in (CampaignMove.SUBMIT, CampaignMove.APPROVE):
        service.running.move(CampaignId("spring"), move)
    return service
