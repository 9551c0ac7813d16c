"""`redeem check`: what is wrong with the configuration, and with what Amazon knows of it."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict

import click

from redeem_app.adapters.findings import Finding, Level
from redeem_app.commands.settings_read import settings_of_environment, stop
from redeem_app.configuration_check import check_configuration
from redeem_app.operating import Operation


@click.group(invoke_without_command=True)
@click.option("--amazon", "with_amazon", is_flag=True, help="Ask Amazon too, as `redeem check amazon` does.")
@click.option("--strict", is_flag=True, help="End with exit code 1 for warnings too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(context: click.Context, *, with_amazon: bool, strict: bool, as_json: bool) -> None:
    """Say all that is wrong with the configuration before the start does; changes nothing.

    Exit code 1 where the service would not start or not work; 0 for warnings.
    """
    if context.invoked_subcommand is not None:
        return
    found = list(check_configuration(os.environ))
    if with_amazon and not any(finding.level is Level.FAIL and finding.about == "settings" for finding in found):
        found += Operation(settings_of_environment()).partner.check()
    _tell(found, as_json=as_json)
    wrong = {Level.FAIL, Level.WARN} if strict else {Level.FAIL}
    count = sum(finding.level in wrong for finding in found)
    if count and not as_json:
        stop(f"{count} to mend: see the lines that begin with {' or '.join(f'`{level}`' for level in sorted(wrong))}.")
    context.exit(1 if count else 0)


@check.command("amazon")
def check_amazon() -> None:
    """Ask Amazon, without spending, whether keys, hosts, return address and clock are right."""
    found = Operation(settings_of_environment()).partner.check()
    _tell(found, as_json=False)
    if any(finding.level is Level.FAIL for finding in found):
        stop("Amazon would not work with these settings; see the lines that begin with `fail`.")


def _tell(found: Iterable[Finding], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"findings": [asdict(finding) for finding in found]}))
        return
    for finding in found:
        click.echo(f"{finding.level:<5} {finding.about}: {finding.sentence}")
