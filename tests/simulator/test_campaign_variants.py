"""A campaign file can be varied and written again without losing anything."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import campaign_file
from simulator.campaign_file import NoSuchCampaign, WrongVariation
from simulator.toml_text import written

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=2)

VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.text() | AMOUNTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4))
def test_what_is_written_reads_back_the_same(table: dict[str, object]) -> None:
    text = written(table)  # type: ignore[arg-type]

    assert tomllib.loads(text, parse_float=Decimal) == table


def test_a_changed_value_lands_where_its_path_leads(tmp_path: Path) -> None:
    demo = campaign_file.named("demo")

    path = demo.varied({"campaign.0.group.0.item.0.stock": 0}).write(tmp_path)

    again = tomllib.loads(path.read_text(encoding="utf-8"))
    assert again["campaign"][0]["group"][0]["item"][0]["stock"] == 0
    assert demo.document["campaign"][0]["group"][0]["item"][0]["stock"] > 0
    assert (tmp_path / again["campaign"][0]["banner"]).is_file()


def test_a_path_that_leads_nowhere_is_a_mistake() -> None:
    with pytest.raises(WrongVariation, match=r"campaign\.7\.budget"):
        campaign_file.named("demo").varied({"campaign.7.budget": 50})


def test_the_ids_are_those_that_the_apps_server_sends() -> None:
    demo = campaign_file.named("demo")

    moments = demo.moments()

    assert demo.app_id == "star-runner"
    assert [m.moment_id for m in moments if m.is_announced][:1] == ["bronze"]
    assert {m.group_id for m in moments} == {"US"}


def test_an_unknown_campaign_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NoSuchCampaign, match=r"there is: .*demo"):
        campaign_file.named("nonesuch")
