"""The rules that the rewards of a campaign file have to keep: what is offered, at which cost, to whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from redeem_app.adapters.campaign_files_campaign_form import CampaignForm, GroupForm, ItemForm
from redeem_app.adapters.campaign_files_form import FileForm
from redeem_app.adapters.campaign_files_lines import KeyPath
from redeem_app.domain.campaign import RewardKind
from redeem_app.domain.eligibility import MADE_TO_ORDER_COUNTRY
from redeem_app.domain.marketplaces import MARKETPLACES
from redeem_app.domain.money import Money, minor_digits
from redeem_app.domain.prices import BILLING_CURRENCY, needed_cost_per_action

MOST_ITEMS = 5
"""Rule C2: one to five free items."""

_Placed = tuple[KeyPath, ItemForm]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken; `paths[0]` is where to mend it, the others are what it was held against."""

    paths: tuple[KeyPath, ...]
    problem: str
    remedy: str


def reward_breaches(form: FileForm, campaign: CampaignForm, at: KeyPath) -> Iterator[Breach]:
    """What the groups and items of the campaign at `at` break."""
    groups = [((*at, "group", i), group) for i, group in enumerate(campaign.group)]
    if not groups:
        yield Breach(((*at, "group"),), "nothing is offered", "add a [[campaign.group]] with its items")
    yield from repeated([((*place, "id"), group.id) for place, group in groups], "id")
    everything = [entry for place, group in groups for entry in _entries(group, place)]
    yield from repeated([((*place, "id"), item.id) for place, item in everything], "id")
    yield from _offer(groups)
    yield from _made_to_order(form, campaign, at)
    for place, group in groups:
        yield from _stand_ins(group, place)
        yield from _currency(group, place)
        yield from _prices(group, place)
        yield from _covered(campaign, at, group, place)
        for spot, item in _entries(group, place):
            yield from _needs(item, spot)


def repeated(entries: Sequence[tuple[KeyPath, str]], what: str) -> Iterator[Breach]:
    """A breach for each entry that says what an earlier one says."""
    seen: dict[str, KeyPath] = {}
    for path, said in entries:
        if said in seen:
            yield Breach((path, seen[said]), f"{said.strip()} is there already", f"choose another {what}")
        seen.setdefault(said, path)


def too_fine(amount: Decimal | None, currency: str, path: KeyPath) -> Iterator[Breach]:
    """A breach where the amount has more decimals than the currency."""
    if amount is not None and amount != round(amount, minor_digits(currency)):
        remedy = f"write {round(amount, minor_digits(currency))}"
        yield Breach((path,), f"{amount} has more decimals than {currency} has", remedy)


def _entries(group: GroupForm, place: KeyPath) -> list[_Placed]:
    items = [((*place, "item", i), item) for i, item in enumerate(group.item)]
    return items + [((*place, "alternative", i), item) for i, item in enumerate(group.alternative)]


def _offer(groups: Sequence[tuple[KeyPath, GroupForm]]) -> Iterator[Breach]:
    """One to five free items in each marketplace, or one discounted category; never both (rule C2)."""
    offered: dict[str, list[_Placed]] = {}
    for place, group in groups:
        items = [((*place, "item", i), item) for i, item in enumerate(group.item)]
        offered.setdefault(group.marketplace, []).extend(items)
        if not items:
            yield Breach(((*place, "item"),), "the group offers nothing", "add a [[campaign.group.item]] (C2)")
    everything = [entry for items in offered.values() for entry in items]
    discounts = [place for place, item in everything if item.kind == RewardKind.CATEGORY_DISCOUNT]
    free = [place for place, item in everything if item.kind != RewardKind.CATEGORY_DISCOUNT]
    if discounts and free:
        remedy = "offer one to five free items or one discounted category, never both (C2)"
        paths = [(*place, "kind") for place in (*discounts, *free)]
        yield Breach(tuple(paths), "a category discount is offered beside free items", remedy)
    for marketplace, items in offered.items():
        most = 1 if discounts and not free else MOST_ITEMS
        for place, _ in items[most:]:
            problem = f"{marketplace} has {len(items)} rewards to choose from"
            remedy = "leave one discounted category" if most == 1 else f"leave at most {most} items"
            yield Breach((place,), problem, f"{remedy} in a marketplace (C2)")
    yield from _one_category([(place, item) for place, item in everything if place in discounts])


def _one_category(discounts: list[_Placed]) -> Iterator[Breach]:
    for place, item in discounts:
        first_place, first = discounts[0]
        if item.category and first.category and item.category != first.category:
            paths = ((*place, "category"), (*first_place, "category"))
            yield Breach(paths, f"a second category beside {first.category}", f'write "{first.category}" (C2)')


def _stand_ins(group: GroupForm, place: KeyPath) -> Iterator[Breach]:
    """An alternative is worth at least what it stands in for (rule R3)."""
    if not group.item:
        return
    prices = [item.price * (1 + item.tax) for item in group.item]
    for i, item in enumerate(group.alternative):
        spot = (*place, "alternative", i)
        if item.kind == RewardKind.CATEGORY_DISCOUNT:
            yield Breach(((*spot, "kind"),), "a category discount stands in for nothing", "leave it out (C2)")
        elif item.price * (1 + item.tax) < min(prices):
            problem = "it is worth less than every item, so that it can stand in for none"
            paths = ((*spot, "price"), (*spot, "tax"), (*place, "item"))
            yield Breach(paths, problem, f"choose one worth {min(prices):.2f} or more with its tax (R3)")


def _currency(group: GroupForm, place: KeyPath) -> Iterator[Breach]:
    """Prices in another currency come with the rate at which they are held against the cost per action (rule C5)."""
    currency = MARKETPLACES[group.marketplace].currency
    paths = ((*place, "marketplace"), (*place, "exchange_rate"))
    if currency != BILLING_CURRENCY and group.exchange_rate is None:
        problem = f"prices are in {currency} and the cost per action in {BILLING_CURRENCY}, and no rate is stated"
        yield Breach(paths, problem, f"add exchange_rate, the {BILLING_CURRENCY} for one {currency} (C5)")
    if currency == BILLING_CURRENCY and group.exchange_rate not in {None, Decimal(1)}:
        yield Breach(paths[::-1], f"the prices are in {currency} already", "leave it out")


def _prices(group: GroupForm, place: KeyPath) -> Iterator[Breach]:
    yield from too_fine(group.cost_per_action, BILLING_CURRENCY, (*place, "cost_per_action"))
    for spot, item in _entries(group, place):
        yield from too_fine(item.price, MARKETPLACES[group.marketplace].currency, (*spot, "price"))


def _covered(campaign: CampaignForm, at: KeyPath, group: GroupForm, place: KeyPath) -> Iterator[Breach]:
    """The cost per action covers each price with its tax (rule C5)."""
    currency, rate = MARKETPLACES[group.marketplace].currency, group.exchange_rate
    if rate is None and currency != BILLING_CURRENCY:
        return
    key = (*place, "cost_per_action") if group.cost_per_action else (*at, "cost_per_action")
    cost = group.cost_per_action or campaign.cost_per_action
    for spot, item in _entries(group, place):
        price = Money.of(round(item.price, minor_digits(currency)), currency)
        needed = needed_cost_per_action(price, item.tax, rate or Decimal(1)).major
        if cost < needed:
            problem = f"{cost} USD does not cover {item.id}: {price} with {item.tax * 100:f} % tax"
            paths = (key, (*spot, "price"), (*spot, "tax"), (*place, "exchange_rate"), (*place, "marketplace"))
            yield Breach(paths, problem, f"write {needed} or more (C5)")


def _needs(item: ItemForm, spot: KeyPath) -> Iterator[Breach]:
    """What each kind of reward needs, and what has no meaning for it (rules R6, C7, C8)."""
    kind, needed = (spot, (*spot, "kind")), str(item.kind)
    spends = item.kind in {RewardKind.CREDIT, RewardKind.CATEGORY_DISCOUNT}
    if spends and item.conditions is None:
        yield Breach((*kind, (*spot, "conditions")), f"a {needed} without conditions", 'add conditions = "..." (R6)')
    if item.kind == RewardKind.CATEGORY_DISCOUNT and item.category is None:
        yield Breach((*kind, (*spot, "category")), "a discount on no category", 'add category = "..." (C2)')
    if item.category is not None and not spends:
        yield Breach(((*spot, "category"), *kind[1:]), f"a {needed} item has no category", "leave it out")
    if item.sizes and item.kind != RewardKind.MADE_TO_ORDER:
        yield Breach(((*spot, "sizes"), *kind[1:]), f"a {needed} item has no sizes", "leave them out (C8)")
    if item.sold_by_amazon is not None and item.kind != RewardKind.OWN_PRODUCT:
        remedy = 'leave it out, or write kind = "own-product" (C7)'
        yield Breach(((*spot, "sold_by_amazon"), *kind[1:]), "it is said of a developer's own product only", remedy)
    if item.kind == RewardKind.OWN_PRODUCT and item.sold_by_amazon is not True:
        problem = "a developer's own product has to be sold and fulfilled by Amazon"
        remedy = "write sold_by_amazon = true where it is, or offer another item (C7)"
        yield Breach((*kind, (*spot, "sold_by_amazon")), problem, remedy)


def _made_to_order(form: FileForm, campaign: CampaignForm, at: KeyPath) -> Iterator[Breach]:
    """Made-to-order rewards: in the US only, by admitted developers only, in stated sizes (rule C8)."""
    groups = [((*at, "group", i), group) for i, group in enumerate(campaign.group)]
    entries = [(place, group, *entry) for place, group in groups for entry in _entries(group, place)]
    for place, group, spot, item in entries:
        if item.kind != RewardKind.MADE_TO_ORDER:
            continue
        kind = (*spot, "kind")
        if group.marketplace != MADE_TO_ORDER_COUNTRY:
            problem = f"made-to-order rewards are not delivered in {group.marketplace}"
            yield Breach((kind, (*place, "marketplace")), problem, "offer it in the US marketplace only (C8)")
        if campaign.delivery_countries and MADE_TO_ORDER_COUNTRY not in campaign.delivery_countries:
            problem = "made-to-order rewards go to the US only"
            yield Breach((kind, (*at, "delivery_countries")), problem, "add US to delivery_countries (C8)")
        if not form.operator.made_to_order:
            remedy = "have the operator set made_to_order = true in [operator] (C8)"
            problem = "the developer is not admitted to made-to-order rewards"
            yield Breach((kind, ("operator", "made_to_order")), problem, remedy)
        if not item.sizes:
            yield Breach((kind, (*spot, "sizes")), "no sizes are stated", 'add sizes = ["S", "M", "L"] (C8)')
