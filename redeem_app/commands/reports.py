"""`redeem report`: what a developer may see; nothing in it follows from who redeemed (rule V1)."""

import csv
import io
import json
from typing import Any

import click

from redeem_app.commands.service import up_to_date_service
from redeem_app.domain.ids import DeveloperId
from redeem_app.domain.money import Money
from redeem_app.domain.reporting import LEAST_TOLD, CampaignReport

_COLUMNS = ("developer", "campaign", "month", "issued", "committed", "charged", "currency")


@click.command()
@click.option("--developer", "developer_id", help="Of this developer only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="Print months as CSV.")
def report(developer_id: str | None, *, as_json: bool, as_csv: bool) -> None:
    """Issued, charged and remaining, by campaign and month (UTC), as the developer may see them."""
    reports = up_to_date_service().reporting.report(DeveloperId(developer_id) if developer_id else None)
    if as_json:
        click.echo(json_report(reports))
    elif as_csv:
        click.echo(csv_report(reports), nl=False)
    else:
        for one in reports:
            click.echo(_table(one))


def json_report(reports: tuple[CampaignReport, ...]) -> str:
    """The reports as one JSON object; amounts are decimal strings, `charged` is null where it is not told."""
    return json.dumps({"leastTold": LEAST_TOLD, "campaigns": [_object(one) for one in reports]})


def csv_report(reports: tuple[CampaignReport, ...]) -> str:
    """One line for each campaign and month."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_COLUMNS)
    for one in reports:
        for month in one.months:
            told = (month.month, month.issued, month.committed.major, _major(month.charged))
            lines.writerow(
                (one.developer_id, one.campaign.campaign_id, *told, one.campaign.budget.currency),
            )
    return text.getvalue()


def _object(one: CampaignReport) -> dict[str, Any]:
    return {
        "developerId": one.developer_id,
        "appId": one.campaign.app_id,
        "campaignId": one.campaign.campaign_id,
        "name": one.campaign.name,
        "state": str(one.state),
        "chargedAt": str(one.campaign.charged_at),
        "currency": one.campaign.budget.currency,
        "budget": str(one.campaign.budget.major),
        "issued": one.issued,
        "charged": str(one.charged.major),
        "remainingBudget": str(one.remaining_budget.major),
        "remainingRewards": one.remaining_rewards,
        "months": [
            {
                "month": month.month,
                "issued": month.issued,
                "committed": str(month.committed.major),
                "charged": _major(month.charged),
            }
            for month in one.months
        ],
    }


def _table(one: CampaignReport) -> str:
    campaign = one.campaign
    lines = [f"{campaign.campaign_id} ({campaign.name}) of {one.developer_id} is {one.state}"]
    lines += [
        f"  {month.month}  {month.issued:>8} issued  {month.committed.major:>12} committed"
        f"  {_major(month.charged) or 'not told':>12} charged"
        for month in one.months
    ]
    lines.append(f"  remaining: {one.remaining_budget} of {campaign.budget}")
    lines += [f"  remaining this month in {group}: {left} rewards" for group, left in one.remaining_rewards.items()]
    return "\n".join(lines)


def _major(amount: Money | None) -> str | None:
    return None if amount is None else str(amount.major)
