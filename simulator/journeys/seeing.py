"""What can be expected after a step, by name, and how each is looked up."""

from collections.abc import Callable, Mapping
from typing import Final

from simulator.apps.rewards_api import collected
from simulator.journeys.stage import Stage
from simulator.navigators import inside, sight, text_of
from simulator.world import BEGINNING

Seen = str | int | bool | list[str]


def points(stage: Stage, who: str) -> Seen:
    """The points that the person has collected, as the service tells them to the app's server."""
    return collected(stage.world.app.api.balance(who))


def tier(stage: Stage, who: str) -> Seen:
    """The tier that the person has reached; empty for none."""
    return str(stage.world.app.api.balance(who)["tier"] or "")


def rewards(stage: Stage, who: str) -> Seen:
    """How many rewards the app holds for the person."""
    return len(stage.world.app.server.customer(who).rewards)


def applications(stage: Stage, _who: str) -> Seen:
    """How many rewards Amazon has applied in this world, however often it was asked."""
    return sum(not done.undone for done in stage.world.amazon.applications())


def credit(stage: Stage, who: str) -> Seen:
    """The credit that the person's Amazon account holds, `27.50`; empty without an account."""
    account = stage.world.amazon.account(stage.people[who].email)
    return str(stage.world.amazon.balance(account.user_id).major) if account else ""


def refused(stage: Stage, who: str) -> Seen:
    """The reason code of what the service last refused to the app for this person; empty for none."""
    codes = stage.world.app.server.customer(who).refusal_codes
    return codes[-1] if codes else ""


def unconfirmed(stage: Stage, who: str) -> Seen:
    """How many watched films the app's screen calls not confirmed by their sponsor."""
    found = inside(stage.page(who)).locator("[data-unconfirmed]")
    return int(found.get_attribute("data-unconfirmed") or 0) if found.count() else 0


def days_passed(stage: Stage, _who: str) -> Seen:
    """How many whole days have passed in the world since it began."""
    return (stage.world.clock.now() - BEGINNING).days


def shipping(stage: Stage, who: str) -> Seen:
    """How Amazon's shop ships what is looked at or ordered: two-day, standard, none."""
    found = inside(stage.page(who)).locator("[data-shipping]")
    return found.first.get_attribute("data-shipping") or "" if found.count() else ""


def says_through(stage: Stage, who: str) -> Seen:
    """Whether the page says through whom the reward is delivered (rule P3)."""
    return bool(text_of(stage.page(who), ".through"))


def has_support_number(stage: Stage, who: str) -> Seen:
    """Whether the page shows a number to tell to support."""
    return bool(text_of(stage.page(who), "[data-support-number]"))


def asked(stage: Stage, _who: str) -> Seen:
    """How often the service asked Amazon to deliver, repetitions included."""
    return sum(len(stage.world.amazon.requests_of(name)) for name in ("LoadAmazonBalance", "CreateGiftCard"))


def items(stage: Stage, who: str) -> Seen:
    """The rewards on offer, in the page's order."""
    found = inside(stage.page(who)).locator("input[name='item']")
    return [found.nth(index).input_value() for index in range(found.count())]


def item(stage: Stage, who: str) -> Seen:
    """The reward that is chosen."""
    found = inside(stage.page(who)).locator("input[name='item']:checked, input[name='item'][type='hidden']")
    return found.first.input_value() if found.count() else ""


def pays(stage: Stage, who: str) -> Seen:
    """What is to be paid in Amazon's shop, `0.00`."""
    found = inside(stage.page(who)).locator("[data-to-pay]")
    return found.first.get_attribute("data-to-pay") or "" if found.count() else ""


def shows_code(stage: Stage, who: str) -> Seen:
    """Whether the page shows a claim code."""
    return bool(text_of(stage.page(who), "[data-claim-code]"))


def account(stage: Stage, who: str) -> Seen:
    """The masked label of the account."""
    return text_of(stage.page(who), "[data-account]")


def value(stage: Stage, who: str) -> Seen:
    """The reward's value as the page shows it."""
    return text_of(stage.page(who), "[data-value]")


def language(stage: Stage, who: str) -> Seen:
    """The page's language."""
    return inside(stage.page(who)).locator("html").get_attribute("lang") or ""


def has(stage: Stage, who: str) -> Seen:
    """The controls that the page offers, in alphabetical order."""
    found = inside(stage.page(who)).locator("[data-act]")
    return sorted({found.nth(index).get_attribute("data-act") or "" for index in range(found.count())})


_LOOKS: Final = (
    points, tier, rewards, refused, unconfirmed, days_passed, applications, asked, credit, items, item,
    pays, shipping, account, value, language, has, has_support_number, says_through,
    shows_code,
)  # fmt: skip

SEEN: Final[Mapping[str, Callable[[Stage, str], Seen]]] = {
    "place": lambda stage, who: sight(stage.page(who)).place,
    "page": lambda stage, who: sight(stage.page(who)).page,
    "reason": lambda stage, who: sight(stage.page(who)).reason,
    "notice": lambda stage, who: sight(stage.page(who)).notice,
    **{look.__name__: look for look in _LOOKS},
}
"""Every expectation that a step may name."""
