"""What the service itself refuses an operator, whatever a file said."""

import pytest

from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.refusals import Reason, Refusal
from tests.campaign_builders import a_campaign, a_developer
from tests.service_under_test import ServiceUnderTest


@pytest.mark.parametrize("country", ["ZA", "AL", "SA", "RU", "CH", "CU", "IR", "KP", "SY"])
def test_c9_a_developer_from_an_excluded_country_is_refused(under_test: ServiceUnderTest, country: str) -> None:
    with pytest.raises(Refusal) as refused:
        under_test.load(developer=a_developer(country=country))

    assert refused.value.reason is Reason.DEVELOPER_COUNTRY_EXCLUDED
    assert under_test.service.running.campaigns() == ()


def test_c1_a_pending_campaign_can_not_be_edited(under_test: ServiceUnderTest) -> None:
    under_test.load(live=False)
    under_test.service.running.move(CampaignId("spring"), CampaignMove.SUBMIT)

    with pytest.raises(Refusal, match="move-not-allowed"):
        under_test.load(a_campaign(name="Changed"))


def test_c1_an_illegal_move_says_what_is_legal(under_test: ServiceUnderTest) -> None:
    under_test.load(live=False)

    with pytest.raises(Refusal, match="legal=submit"):
        under_test.service.running.move(CampaignId("spring"), CampaignMove.FINISH)
