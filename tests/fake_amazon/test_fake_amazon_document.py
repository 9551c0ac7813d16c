"""The document names what is there: pages, hooks, settings and faults."""

import re
from pathlib import Path

from simulator.fake_amazon import FakeAmazon, FaultKind, Settings
from simulator.fake_amazon.application import application
from simulator.fake_amazon.control.urls import ControlPlane
from simulator.fake_amazon.faults import Faults
from simulator.fake_amazon.pages import folder

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "fake-amazon.md").read_text("utf-8")


def named_in_row(beginning: str) -> set[str]:
    """The words in code style of one row of a table, but for its first cell."""
    row = next(line for line in DOCUMENT.splitlines() if line.startswith(beginning))
    return set(re.findall(r"`([^`]+)`", row.split("|", 2)[2]))


def test_every_hook_of_the_pages_is_documented_and_the_other_way_round() -> None:
    texts = [path.read_text("utf-8") for path in folder("templates").glob("*.html")]

    pages = {page for text in texts for page in re.findall(r"block page_name %}([a-z-]+){%", text)}
    acts = {act for text in texts for act in re.findall(r'data-act="([a-z-]+)"', text)}

    assert named_in_row("| `<main data-page>`") == pages
    assert named_in_row("| `data-act`") == acts


def test_every_kind_of_fault_and_every_call_for_one_is_documented() -> None:
    kinds = named_in_row("| `GET`, `POST`, `DELETE /control/faults`")
    calls = {name for name in vars(Faults) if not name.startswith("_")} - {"take", "waiting", "clear"}

    assert {kind.value for kind in FaultKind} <= kinds
    assert all(f"`faults.{call}(" in DOCUMENT for call in calls)


def test_every_address_of_the_control_plane_is_documented() -> None:
    amazon = FakeAmazon(control=True)
    app = application(amazon.world, ControlPlane(amazon))

    addresses = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/control/")}

    assert all(address in DOCUMENT for address in addresses)


def test_every_setting_but_those_for_devices_is_documented() -> None:
    settings = {name for name in Settings.__dataclass_fields__ if not name.startswith("device_")}

    assert all(f"`{name}`" in DOCUMENT for name in settings)


def test_every_address_of_the_protocols_is_documented() -> None:
    amazon = FakeAmazon()
    app = application(amazon.world)

    addresses = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if re.match(r"/(auth|user|ap/oa|ap/user|Create|Get|Load|Void)", rule.rule)
    }

    assert all(f"`{address}`" in DOCUMENT for address in addresses)
