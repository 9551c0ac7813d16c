"""The rules that a campaign file has to keep, over a form whose every value is of the right kind.

Each rule tells where it is broken, which values took part, and what would be right; what the rules of single rewards
are stands in `campaign_files_reward_checks`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from redeem_app.adapters.campaign_files_campaign_form import CampaignForm, Form, MomentForm
from redeem_app.adapters.campaign_files_form import AppForm, DeveloperForm, FileForm
from redeem_app.adapters.campaign_files_lines import KeyPath
from redeem_app.adapters.campaign_files_reward_checks import Breach, repeated, reward_breaches, too_fine
from redeem_app.domain.campaign import ACCOUNT_MONTH_CAP, CAMPAIGN_MONTH_CAP, MINIMUM_BUDGET
from redeem_app.domain.eligibility import EMBARGOED_COUNTRIES, DeliveryCountries, developer_exclusion
from redeem_app.domain.marketplaces import MARKETPLACES
from redeem_app.domain.points import EventType

BANNER_SIZE = (3000, 600)
BANNER_FORMATS = ("PNG", "JPEG")


def breaches(form: FileForm, folder: Path, now: datetime, programme: DeliveryCountries) -> Iterator[Breach]:
    """Every rule that the file breaks; pictures are looked for in `folder`, spans count from `now`."""
    yield from _developer(form.developer)
    yield from _operator(form)
    yield from _earning(form.app)
    if not form.campaign:
        yield Breach((("campaign",),), "there is no campaign", "add a [[campaign]] with its rewards and moments")
    for key in ("id", "name"):
        yield from repeated([(("campaign", i, key), getattr(c, key)) for i, c in enumerate(form.campaign)], key)
    for position, campaign in enumerate(form.campaign):
        at: KeyPath = ("campaign", position)
        yield from _dates(campaign, at, now)
        yield from _money(form, campaign, at)
        yield from _moments(form.app, campaign, at)
        yield from _words(campaign.language, campaign, at)
        yield from _banner(campaign, at, folder)
        yield from _delivery(campaign, at, programme)
        yield from reward_breaches(form, campaign, at)


def resolved(when: datetime | timedelta, now: datetime) -> datetime:
    """The moment in UTC that a date of the file means; a span counts from `now`."""
    moment = now.replace(microsecond=0) + when if isinstance(when, timedelta) else when
    return moment.astimezone(UTC)


def _developer(developer: DeveloperForm) -> Iterator[Breach]:
    exclusion = developer_exclusion(developer.country)
    if exclusion:
        remedy = "a developer has to be registered in a country that is admitted (C9)"
        yield Breach((("developer", "country"),), f"{developer.country} is refused: {exclusion}", remedy)


def _operator(form: FileForm) -> Iterator[Breach]:
    for key in ("campaign_month_cap", "account_month_cap"):
        yield from too_fine(getattr(form.operator, key), "USD", ("operator", key))


def _earning(app: AppForm) -> Iterator[Breach]:
    rules = [((("app", "earning", i, "event")), f"{r.event} {r.category or ''}") for i, r in enumerate(app.earning)]
    yield from repeated(rules, "event and category")
    for i, rule in enumerate(app.earning):
        at: KeyPath = ("app", "earning", i)
        if rule.category and rule.event != EventType.PURCHASE:
            remedy = "leave it out, or make the event a purchase (E1)"
            yield Breach(((*at, "category"), (*at, "event")), f"{rule.event} has no category", remedy)
        if rule.daily_cap is not None and rule.daily_cap < rule.points:
            problem = f"{rule.daily_cap} is less than the {rule.points} points of a single event"
            yield Breach(((*at, "daily_cap"), (*at, "points")), problem, f"write {rule.points} or more")


def _dates(campaign: CampaignForm, at: KeyPath, now: datetime) -> Iterator[Breach]:
    starts, ends = resolved(campaign.starts, now), resolved(campaign.ends, now)
    if ends <= starts:
        problem = f"it ends at {ends:%Y-%m-%d %H:%M} UTC, which is not after its start"
        remedy = f"choose a moment after {starts:%Y-%m-%d %H:%M} UTC"
        yield Breach(((*at, "ends"), (*at, "starts")), problem, remedy)
    elif ends <= now:
        problem = f"it ended at {ends:%Y-%m-%d %H:%M} UTC, so that nobody could be rewarded"
        yield Breach(((*at, "ends"),), problem, f"choose a moment after {now:%Y-%m-%d %H:%M} UTC")


def _money(form: FileForm, campaign: CampaignForm, at: KeyPath) -> Iterator[Breach]:
    """Budget and caps (rule C4); budget, cost per action and caps are in USD."""
    for key in ("budget", "cost_per_action", "month_cap"):
        yield from too_fine(getattr(campaign, key), "USD", (*at, key))
    least = max(MINIMUM_BUDGET.major, campaign.cost_per_action)
    if campaign.budget < least:
        problem = f"{campaign.budget} USD is too little: a budget is at least {MINIMUM_BUDGET} and pays for one reward"
        yield Breach(((*at, "budget"), (*at, "cost_per_action")), problem, f"write {least:.2f} or more (C4)")
    granted = form.operator.campaign_month_cap or CAMPAIGN_MONTH_CAP.major
    if campaign.month_cap is not None and campaign.month_cap > granted:
        problem = f"{campaign.month_cap} USD is above the cap of {granted} USD, which only the operator raises"
        remedy = f"write {granted} or less, or have the operator set campaign_month_cap in [operator] (C4)"
        yield Breach(((*at, "month_cap"), ("operator", "campaign_month_cap")), problem, remedy)
    account = form.operator.account_month_cap or ACCOUNT_MONTH_CAP.major
    cap = min(campaign.month_cap or granted, account)
    if campaign.cost_per_action > cap:
        problem = f"{campaign.cost_per_action} USD is above the month's cap of {cap} USD, so that none is ever issued"
        yield Breach(
            ((*at, "cost_per_action"), (*at, "month_cap"), ("operator",)), problem, f"write {cap} or less (C4)"
        )


def _moments(app: AppForm, campaign: CampaignForm, at: KeyPath) -> Iterator[Breach]:
    moments = [((*at, "moment", i), moment) for i, moment in enumerate(campaign.moment)]
    if not moments:
        yield Breach(((*at, "moment"),), "nothing is rewarded", "add a [[campaign.moment]]")
    yield from repeated([((*place, "id"), moment.id) for place, moment in moments], "id")
    groups = [group.id for group in campaign.group]
    for place, moment in moments:
        if moment.group is not None and moment.group not in groups:
            paths = ((*place, "group"), *((*at, "group", i, "id") for i in range(len(groups))))
            yield Breach(paths, f"there is no group {moment.group}", f"write one of {', '.join(groups)}")
        if moment.tier and moment.due_at_points is None:
            remedy = "say due_at_points, or leave the tier out (E2)"
            yield Breach(((*place, "tier"), (*place, "due_at_points")), "a tier is reached by points", remedy)
        if moment.issued_when_due and moment.due_at_points is None:
            remedy = "say due_at_points, or leave issued_when_due out, and call GetReward (E2)"
            paths = ((*place, "issued_when_due"), (*place, "due_at_points"))
            yield Breach(paths, "nothing makes the moment due", remedy)
        if moment.due_at_points is not None and not app.earning:
            remedy = "add an [[app.earning]] (E1)"
            yield Breach(((*place, "due_at_points"), ("app", "earning")), "nothing earns points in this app", remedy)
    yield from _tiers([(place, moment) for place, moment in moments if moment.due_at_points is not None])


def _tiers(tiers: list[tuple[KeyPath, MomentForm]]) -> Iterator[Breach]:
    """Tiers rise in the order of the file (rule E2)."""
    for (before, lower), (place, moment) in pairwise(tiers):
        if (moment.due_at_points or 0) <= (lower.due_at_points or 0):
            problem = f"{moment.due_at_points} is not above the {lower.due_at_points} points of the moment before"
            paths = ((*place, "due_at_points"), (*before, "due_at_points"))
            yield Breach(paths, problem, f"write more than {lower.due_at_points}, or list it before (E2)")


def _delivery(campaign: CampaignForm, at: KeyPath, programme: DeliveryCountries) -> Iterator[Breach]:
    """A campaign narrows the countries of the programme and adds none (rule R5)."""
    home = {country for group in campaign.group for country in MARKETPLACES[group.marketplace].countries}
    served = (programme.countries | home) - EMBARGOED_COUNTRIES
    path = (*at, "delivery_countries")
    for country in campaign.delivery_countries:
        if country not in served:
            remedy = "leave it out: rewards go to the countries of AmazonGlobal (R5)"
            yield Breach((path, (*at, "group")), f"nothing is delivered to {country}", remedy)


def _words(language: str, form: Form, at: KeyPath) -> Iterator[Breach]:
    """Each text is there in the campaign's language."""
    for key, value in form:
        path = (*at, key)
        if isinstance(value, Mapping) and "" not in value and language not in value:
            problem = f"there is no text in {language}, the campaign's language"
            yield Breach((path, ("campaign", at[1], "language")), problem, f'add {language} = "..."')
        for i, inner in enumerate(value if isinstance(value, list) else []):
            if isinstance(inner, Form):
                yield from _words(language, inner, (*path, i))


def _banner(campaign: CampaignForm, at: KeyPath, folder: Path) -> Iterator[Breach]:
    """The picture is there and 3000 x 600 (rule P2), and said in words."""
    if campaign.banner is None:
        return
    path = (*at, "banner")
    if campaign.banner_alt is None:
        yield Breach((path, (*at, "banner_alt")), "what it shows is not said", 'add banner_alt = "..." (P2)')
    width, height = BANNER_SIZE
    remedy = f"give the path of a PNG or JPEG of {width} x {height} pixels, from the folder of this file (P2)"
    problem = _picture_problem(folder, campaign.banner)
    if problem:
        yield Breach((path,), problem, remedy)


def _picture_problem(folder: Path, name: str) -> str:
    place = folder / name
    if not place.resolve().is_relative_to(folder.resolve()):
        return f"{name} is outside the folder of this file"
    try:
        with Image.open(place, formats=BANNER_FORMATS) as picture:
            size = picture.size
    except (FileNotFoundError, IsADirectoryError):
        return f"there is no picture {name}"
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return f"{name} is no PNG or JPEG that can be read"
    return "" if size == BANNER_SIZE else f"{name} is {size[0]} x {size[1]} pixels"


def month_caps(form: FileForm, campaign: CampaignForm) -> tuple[Decimal, Decimal]:
    """The caps in USD of the campaign and of the developer's account in a calendar month (rule C4)."""
    granted = form.operator.campaign_month_cap or CAMPAIGN_MONTH_CAP.major
    return campaign.month_cap or granted, form.operator.account_month_cap or ACCOUNT_MONTH_CAP.major
