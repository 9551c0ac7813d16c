"""`redeem trace NUMBER` tells an operator what a person or an app was refused."""

import json
from collections.abc import Callable

from click.testing import Result

from redeem_app.domain.ids import AppId, CampaignId, RewardId
from redeem_app.domain.refusal_traces import Where
from redeem_app.domain.refusals import Reason, Refusal
from tests.campaign_builders import NOW
from tests.service_under_test import ServiceUnderTest

Redeem = Callable[..., Result]
AT = NOW.timestamp()


def test_a_number_tells_rule_facts_and_when(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    where = Where("person", AppId("game"), CampaignId("spring"), RewardId("r1"), "request-0001")
    refusal = Refusal(Reason.COUNTRY_NOT_SERVED, country="FR", account="amzn1.account.ann")
    under_test.service.refusal_traces.note("4F7K-Q2M9", refusal, where)

    told = redeem("trace", "4f7kq2m9", at=AT).output
    as_json = json.loads(redeem("trace", "4F7K-Q2M9", "--json", at=AT).output)

    assert told.splitlines() == [
        "number     4F7K-Q2M9",
        "when       2026-03-01 12:00:00 UTC",
        "reason     country-not-served",
        "rule       R5: rewards go to the countries of the programme",
        "told to    person",
        "app        game",
        "campaign   spring",
        "reward     r1",
        "facts      country=FR, account=(masked)",
        "request    request-0001",
    ]
    assert as_json["reason"] == "country-not-served"


def test_a_number_that_is_not_kept_says_what_that_means(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    assert under_test.service.database

    told = redeem("trace", "4F7K-Q2M9", at=AT)

    assert told.exit_code == 1
    assert "No refusal is kept under 4F7K-Q2M9. They are kept for 30 days" in told.output
