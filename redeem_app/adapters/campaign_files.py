"""Campaign files: TOML that states a developer, an app and its campaigns, read whole or with every mistake named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from redeem_app.adapters.campaign_files_checks import breaches
from redeem_app.adapters.campaign_files_domain import app_of, campaign_of, developer_of
from redeem_app.adapters.campaign_files_filling import filled
from redeem_app.adapters.campaign_files_form import FileForm
from redeem_app.adapters.campaign_files_lines import KeyPath, located
from redeem_app.adapters.campaign_files_reward_checks import Breach
from redeem_app.adapters.delivery_countries import delivery_countries
from redeem_app.domain.campaign import App, Campaign, Developer
from redeem_app.domain.eligibility import DeliveryCountries


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """What a file states, in domain types; `folder` is where its banners are looked for."""

    developer: Developer
    app: App
    campaigns: tuple[Campaign, ...]
    folder: Path


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake: its line, the value it concerns, what is wrong and what would be right."""

    line: int
    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.where}: {self.problem}; {self.remedy}"


class CampaignFileWrong(Exception):
    """A file with mistakes; nothing of it was taken."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


def read(path: Path, now: datetime, programme: DeliveryCountries | None = None) -> CampaignFile:
    """What the file states; spans such as "-1 day" count from `now`. Raises CampaignFileWrong.

    `programme`: the countries that are delivered to, where the operator has a list of their own.
    """
    form, findings = _examined(path, now, programme)
    if form is None or findings:
        raise CampaignFileWrong(findings)
    developer, app = developer_of(form), app_of(form)
    campaigns = tuple(campaign_of(form, campaign, now) for campaign in form.campaign)
    return CampaignFile(developer, app, campaigns, path.parent)


def check(path: Path, now: datetime, programme: DeliveryCountries | None = None) -> tuple[Finding, ...]:
    """Every mistake of the file, in the order of its lines; none if it can be applied."""
    return _examined(path, now, programme)[1]


def _examined(
    path: Path, now: datetime, programme: DeliveryCountries | None
) -> tuple[FileForm | None, tuple[Finding, ...]]:
    try:
        text = located(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return None, (Finding(1, path.name, f"can't be read: {reason}", "give the path of a TOML file"),)
    syntax = {Finding(m.line, "syntax", m.problem, "write TOML (https://toml.io)") for m in text.mistakes}
    if text.table is None:
        return None, tuple(sorted(syntax))
    form, mistakes = filled(text.table)
    rules = breaches(form, path.parent, now, programme or delivery_countries())
    wrong = [*mistakes, *(breach for breach in rules if not _rests_on(breach, mistakes))]
    findings = {Finding(text.line_of(w.paths[0]), _name(w.paths[0]), w.problem, w.remedy) for w in wrong}
    unreadable = {mistake.line for mistake in text.mistakes}
    return form, tuple(sorted(syntax | {finding for finding in findings if finding.line not in unreadable}))


def _rests_on(breach: Breach, mistakes: Iterable[Breach]) -> bool:
    """Whether a value that took part in the breach only stands in for a broken one."""
    broken = [mistake.paths[0] for mistake in mistakes]
    return any(a[: len(b)] == b[: len(a)] for a in breach.paths for b in broken)


def _name(path: KeyPath) -> str:
    """`campaign[1].group[2].price`, counted from one as people do."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
