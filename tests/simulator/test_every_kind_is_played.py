"""Every kind of reward is played to its end by a scenario: applied, and spent or shown at Amazon."""

import tomllib
from typing import Final

import pytest

from redeem_app.domain.campaign import RewardKind
from simulator import campaign_file, scenario

PLAYED: Final = {
    RewardKind.PHYSICAL: "existing-account",
    RewardKind.DIGITAL: "digital-content",
    RewardKind.CREDIT: "video-credit",
    RewardKind.CATEGORY_DISCOUNT: "shop-discount",
    RewardKind.OWN_PRODUCT: "own-product",
    RewardKind.MADE_TO_ORDER: "made-to-order-shirt",
}


def test_each_kind_has_its_scenario() -> None:
    assert set(PLAYED) == set(RewardKind)


@pytest.mark.parametrize("kind", PLAYED)
def test_the_scenario_applies_a_reward_of_the_kind_and_goes_to_its_product(kind: RewardKind) -> None:
    [played] = scenario.chosen([PLAYED[kind]])
    steps = {step.do: step for step in played.form.step}
    document = tomllib.loads((campaign_file.FOLDER / f"{played.form.campaign.file}.toml").read_text("utf-8"))
    kinds = {item["kind"] for campaign in document["campaign"] for g in campaign["group"] for item in g["item"]}

    assert kind in kinds
    assert steps["applies_code"].expect["page"] == "applied"
    assert steps["applies_code"].expect["applications"] == 1
    assert steps["follows_product"].expect["place"] == "amazon"
