"""Offering: what a person can choose now, with stand-ins for what is sold out (rules R1, R3).

Somebody who is not signed in is shown the shelf: what the campaign has, but for what an operator took off it. What
redemptions took shows after sign-in only, and before anything is applied; else a developer could tell from the page of
one link that another was redeemed, or from its own that this one was (rule V1).
"""

from dataclasses import dataclass

from redeem_app.domain.campaign import Campaign, Item, RewardGroup
from redeem_app.domain.counters import item_counter
from redeem_app.domain.eligibility import DeliveryCountries, delivers, served_countries
from redeem_app.domain.ids import ItemId
from redeem_app.domain.inventory import stand_in_for
from redeem_app.domain.records import Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Chosen
from redeem_app.domain.stored import LinkedReward


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """One choice (rule R1); `replaces` names the sold-out item that it stands in for (rule R3)."""

    item: Item
    replaces: Item | None = None


def served_items(
    offered: tuple[OfferedItem, ...], country: str, campaign: Campaign, group: RewardGroup, programme: DeliveryCountries
) -> tuple[OfferedItem, ...]:
    """Those that go to the person's country; all where it is not known. Raises Refusal(COUNTRY_NOT_SERVED)."""
    if not country:
        return offered
    served = served_countries(campaign, group, programme)
    left = tuple(choice for choice in offered if delivers(choice.item, country, served))
    if not left:
        raise Refusal(Reason.COUNTRY_NOT_SERVED, country=country, group=group.group_id)
    return left


def stock_of(link: LinkedReward, item_id: ItemId) -> str:
    """Name of the counter of an item's pieces."""
    return item_counter(link.reward.campaign_id, link.offer.group_id, item_id)


def shelf_items(tx: Transaction, link: LinkedReward) -> tuple[OfferedItem, ...]:
    """What is shown to somebody who is not signed in: the same whoever redeemed what (rule V1)."""
    empty = tx.shelves.empty(link.reward.campaign_id, link.offer.group_id)
    known = (*link.offer.items, *link.offer.alternatives)
    return _offered(link.offer, frozenset(item.item_id for item in known) - empty)


def offered_items(tx: Transaction, link: LinkedReward) -> tuple[OfferedItem, ...]:
    """What can be chosen now: the items in stock, and for each sold-out item its stand-in (rules R1, R3)."""
    names = {stock_of(link, item.item_id): item.item_id for item in (*link.offer.items, *link.offer.alternatives)}
    left = tx.counters.left(names)
    return _offered(link.offer, frozenset(item_id for name, item_id in names.items() if left.get(name, 0) > 0))


def _offered(group: RewardGroup, available: frozenset[ItemId]) -> tuple[OfferedItem, ...]:
    offered = [OfferedItem(item) for item in group.items if item.item_id in available]
    for sold_out in (item for item in group.items if item.item_id not in available):
        shown = {o.item.item_id for o in offered}
        alternative = stand_in_for(sold_out, (*group.items, *group.alternatives), available)
        if alternative is not None and alternative.item_id not in shown:
            offered.append(OfferedItem(alternative, replaces=sold_out))
    if not offered:
        raise Refusal(Reason.OUT_OF_STOCK, group=group.group_id)
    return tuple(offered)


def check_offered(
    offered: tuple[OfferedItem, ...], link: LinkedReward, chosen: Chosen, *, with_size: bool = True
) -> Item:
    """The chosen item, if it is among what is offered, in a size that it has (asked for once signed in, C8)."""
    item_id = chosen.item_id
    for choice in offered:
        if choice.item.item_id == item_id:
            if with_size and chosen.size not in (choice.item.sizes or ("",)):
                is_missing = choice.item.sizes and not chosen.size
                reason = Reason.SIZE_NEEDED if is_missing else Reason.ITEM_NOT_OFFERED
                raise Refusal(reason, item=item_id, sizes=", ".join(choice.item.sizes))
            return choice.item
    wanted = link.offer.item(item_id)
    for choice in offered:
        if choice.replaces is not None and choice.replaces.item_id == wanted.item_id:
            raise Refusal(Reason.ALTERNATIVE_NOT_ACCEPTED, item=item_id, alternative=choice.item.item_id)
    raise Refusal(Reason.ALTERNATIVE_NOT_ACCEPTED, item=item_id)
