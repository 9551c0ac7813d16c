"""`redeem trace`: what a support number stands for."""

import json

import click

from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.refusal_rules import RULES
from redeem_app.domain.refusal_traces import KEPT_FOR, RefusalTrace, written
from redeem_app.domain.refusals import Reason


@click.command("trace")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def trace(number: str, as_json: bool) -> None:  # noqa: FBT001 - click's
    """Say which rule refused, with its facts and when, by the NUMBER that a page or an API answer showed."""
    found = up_to_date_service().refusal_traces.find(number)
    if found is None:
        stop(
            f"No refusal is kept under {written(number)}. They are kept for {KEPT_FOR.days} days;"
            " a page that refused nothing shows a number, too."
        )
    click.echo(json.dumps(_told(found)) if as_json else "\n".join(f"{k:<10} {v}" for k, v in _told(found).items()))


def _told(found: RefusalTrace) -> dict[str, str]:
    where = found.where
    told = {
        "number": found.number,
        "when": f"{found.noted_at:%Y-%m-%d %H:%M:%S} UTC",
        "reason": found.reason,
        "rule": RULES[Reason(found.reason)],
        "told to": where.door,
        "app": where.app_id or "",
        "campaign": where.campaign_id or "",
        "reward": where.reward_id or "",
        "facts": ", ".join(f"{name}={fact}" for name, fact in found.facts.items()),
        "request": where.request_id,
    }
    return {name: value for name, value in told.items() if value}
