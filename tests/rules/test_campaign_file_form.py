"""The form of a campaign file, its examples and its documentation say the same."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from redeem_app.adapters.campaign_files import check, read
from redeem_app.adapters.campaign_files_campaign_form import Form
from redeem_app.adapters.campaign_files_form import FileForm, part, specimen
from redeem_app.domain.campaign import RewardKind
from redeem_app.domain.marketplaces import MARKETPLACES

PROJECT = Path(__file__).parents[2]
EXAMPLES = sorted((PROJECT / "simulator" / "campaigns").glob("*.toml"))
MANUAL = (PROJECT / "docs" / "campaign-file.md").read_text(encoding="utf-8")
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def tables(form: type[Form] = FileForm, name: str = "") -> Iterator[tuple[str, type[Form]]]:
    for key in form.model_fields:
        inner = part(form, key)
        if inner is not None:
            path = f"{name}.{key}".removeprefix(".")
            yield path, inner
            yield from tables(inner, path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_is_right(path: Path) -> None:
    assert check(path, NOW) == ()
    assert check(path, datetime.now(UTC)) == ()


def test_the_examples_show_every_kind_of_reward_and_several_marketplaces() -> None:
    groups = [group for path in EXAMPLES for campaign in read(path, NOW).campaigns for group in campaign.groups]

    assert {item.kind for group in groups for item in group.items} == set(RewardKind)
    assert len({group.currency for group in groups}) >= 4


def test_ids_are_not_used_twice_over_the_examples() -> None:
    files = [read(path, NOW) for path in EXAMPLES]

    apps = [file.app.app_id for file in files]
    campaigns = [campaign.campaign_id for file in files for campaign in file.campaigns]
    assert len(set(apps)) == len(apps)
    assert len(set(campaigns)) == len(campaigns)


ODD = [
    "0",
    "-1",
    "nan",
    "inf",
    "1e400",
    "true",
    '""',
    '"x"',
    "[]",
    "{}",
    "[1]",
    "{a = 1}",
    "2026-01-01",
    "12:00:00",
    "=",
    '"',
    "[[",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(EXAMPLES),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([*ODD, "", "twice"])), max_size=4),
)
def test_no_broken_file_breaks_the_check(tmp_path: Path, example: Path, breaks: list[tuple[int, str]]) -> None:
    lines = example.read_text(encoding="utf-8").split("\n")
    for position, odd in breaks:
        line = lines[position % len(lines)]
        broken = [line, line] if odd == "twice" else [f"{line.partition('=')[0]}= {odd}"] if odd else []
        lines[position % len(lines)] = "\n".join(broken)
    path = tmp_path / "broken.toml"
    path.write_text("\n".join(lines), encoding="utf-8")

    findings = check(path, NOW)

    assert all(1 <= finding.line <= len("\n".join(lines).split("\n")) and finding.remedy for finding in findings)
    assert findings == tuple(sorted(findings))
    assert findings or read(path, NOW)


@pytest.mark.parametrize("banner", sorted((PROJECT / "simulator/campaigns/banners").iterdir()), ids=lambda b: b.name)
def test_the_banners_are_light(banner: Path) -> None:
    assert banner.stat().st_size < 120_000


@pytest.mark.parametrize(("name", "form"), list(tables()))
def test_every_key_has_a_sentence_and_an_example_that_is_right(name: str, form: type[Form]) -> None:
    for key, field in form.model_fields.items():
        assert field.description, f"{name}.{key}"
        whole = {k: specimen(form, k) for k, f in form.model_fields.items() if f.is_required() or k == key}
        TypeAdapter(form).validate_python(whole)


@pytest.mark.parametrize(("name", "form"), [(n, f) for n, f in tables() if not n.endswith("alternative")])
def test_the_manual_lists_the_keys_of_each_table(name: str, form: type[Form]) -> None:
    section = re.search(rf"^### `\[+{re.escape(name)}\]+`\n(.*?)(?=^#)", MANUAL, re.MULTILINE | re.DOTALL)

    assert section is not None
    rows = dict(re.findall(r"^\| `(\w+)` \| (yes|no) \|", section[1], re.MULTILINE))
    plain = {key: field for key, field in form.model_fields.items() if part(form, key) is None}
    assert rows == {key: "yes" if field.is_required() else "no" for key, field in plain.items()}


def test_the_manual_names_every_kind_marketplace_and_example() -> None:
    assert all(f"`{kind}`" in MANUAL for kind in RewardKind)
    assert all(re.search(rf"\b{code}\b", MANUAL) for code in MARKETPLACES)
    assert set(re.findall(r"`([\w-]+\.toml)`", MANUAL)) == {path.name for path in EXAMPLES}


def test_the_smallest_file_of_the_manual_is_right(tmp_path: Path) -> None:
    path = tmp_path / "smallest.toml"
    path.write_text(re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)[0], encoding="utf-8")

    assert check(path, NOW) == ()


def test_there_are_thirteen_marketplaces_each_with_its_currency() -> None:
    assert len(MARKETPLACES) == 13
    assert MARKETPLACES["JP"].currency == "JPY"
    assert all(store.shop.startswith("https://www.amazon.") for store in MARKETPLACES.values())
