"""The dashboard, the alerts and the container files speak of what there is."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from redeem_app.adapters.metrics import PrometheusMeter
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.watching import BudgetLeft, Figures, Trouble
from redeem_app.settings import Settings
from tests.campaign_builders import NOW

PROJECT = Path(__file__).parents[2]
OPERATIONS = PROJECT / "operations"


@pytest.fixture(scope="module")
def metric_names() -> set[str]:
    """Every name that `/metrics` can show."""
    meter = PrometheusMeter()
    meter.opened()
    meter.refused("link-invalid", "person")
    meter.settled("applied")
    meter.partner_answered("sign-in", "ok", 0.1)
    figures = Figures(
        states={(CampaignId("spring"), "applied"): 1},
        unsettled=1,
        oldest_unsettled=NOW - NOW,
        budgets=(BudgetLeft(CampaignId("spring"), "USD", 1, 2),),
        troubles=(Trouble("funds-low", "", NOW),),
    )
    text = meter.exposition(figures).decode()
    return set(re.findall(r"^(redeem_\w+?)(?:\{| )", text, re.MULTILINE))


def used_names(text: str) -> set[str]:
    return set(re.findall(r"redeem_[a-z_]+", text))


def alerts() -> list[dict[str, Any]]:
    [group] = yaml.safe_load((OPERATIONS / "alerts.yml").read_text("utf-8"))["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def test_every_metric_of_an_alert_exists(metric_names: set[str]) -> None:
    used = set().union(*(used_names(rule["expr"]) for rule in alerts()))

    assert used
    assert used <= metric_names


def test_every_metric_of_the_dashboard_exists(metric_names: set[str]) -> None:
    board = json.loads((OPERATIONS / "grafana-dashboard.json").read_text("utf-8"))
    used = set().union(*(used_names(t["expr"]) for panel in board["panels"] for t in panel["targets"]))

    assert used
    assert used <= metric_names


def test_every_metric_is_on_the_dashboard_and_explained(metric_names: set[str]) -> None:
    families = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in metric_names}
    board = (OPERATIONS / "grafana-dashboard.json").read_text("utf-8")
    handbook = (PROJECT / "docs" / "operating.md").read_text("utf-8")

    assert {name for name in families if name not in handbook} == set()
    assert {name for name in families if name not in board} == set()


def test_what_every_process_tells_of_all_is_never_added_up() -> None:
    """Several processes tell the same figure of the records, which rules and panels must not sum or repeat."""
    board = json.loads((OPERATIONS / "grafana-dashboard.json").read_text("utf-8"))
    asked = [t["expr"] for panel in board["panels"] for t in panel["targets"]] + [rule["expr"] for rule in alerts()]
    of_records = r"redeem_(?:issued_total|applied_total|rewards|unsettled\w*|budget_left\w*|partner_trouble)"

    for expression in asked:
        if re.search(of_records, expression):
            assert re.search(rf"(max|min)( by \([a-z, ]+\))? ?\((rate\()?{of_records}", expression), expression


def test_prometheus_scrapes_every_process_of_the_compose_file() -> None:
    prometheus = yaml.safe_load((OPERATIONS / "prometheus.yml").read_text("utf-8"))
    compose = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
    [job] = prometheus["scrape_configs"]
    [group] = job["static_configs"]
    serving = {name for name, service in compose["services"].items() if "REDEEM_MODE" in service.get("environment", {})}

    assert {target.split(":")[0] for target in group["targets"]} == serving
    assert (OPERATIONS / prometheus["rule_files"][0]).exists()
    assert job["job_name"] in next(rule["expr"] for rule in alerts() if rule["alert"] == "RedeemDown")


def test_every_alert_has_its_page_in_the_handbook() -> None:
    handbook = (PROJECT / "docs" / "operating.md").read_text("utf-8")

    missing = [rule["alert"] for rule in alerts() if f"### {rule['alert']}" not in handbook]

    assert missing == []


def test_compose_sets_only_settings_that_exist() -> None:
    compose = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
    known = {f"REDEEM_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    used = {
        name.removesuffix("_FILE")
        for service in compose["services"].values()
        for name in service.get("environment", {})
        if name.startswith("REDEEM_") and name != "REDEEM_HOST"
    }

    assert used <= known
    assert "REDEEM_SECRET_KEYS" in used


def test_compose_has_a_file_for_each_secret_that_a_service_reads() -> None:
    compose = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
    for service in compose["services"].values():
        mounted = set(service.get("secrets", []))
        named = {
            Path(value).name
            for value in service.get("environment", {}).values()
            if str(value).startswith("/run/secrets/")
        }

        assert named <= mounted
        assert mounted <= set(compose["secrets"])


def test_the_container_copies_only_what_there_is() -> None:
    for line in (PROJECT / "Containerfile").read_text("utf-8").splitlines():
        if line.startswith("COPY") and "--from" not in line:
            sources = line.split()[1:-1]
            assert all((PROJECT / source).exists() for source in sources), line
