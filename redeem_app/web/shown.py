"""From what the domain sees to what a page is given."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from redeem_app.domain.campaign import Item, RewardKind
from redeem_app.domain.offering import OfferedItem
from redeem_app.domain.refusals import Reason
from redeem_app.domain.seen import Applied, Offered, TestOffer, UnderWay
from redeem_app.domain.stored import StoredCampaign
from redeem_app.web.pages import AppliedPage, ApplyingPage, Banner, BannerSource, Choice, Frame, OfferPage

_DIGITAL = frozenset({RewardKind.DIGITAL, RewardKind.CREDIT, RewardKind.CATEGORY_DISCOUNT})
_WITHOUT_END = frozenset({"USD", "CAD"})
_ELSEWHERE = timedelta(days=3652)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PAIRS = tuple(one + other for one in _ALPHABET for other in _ALPHABET)


def new_support_number() -> str:
    """A short number that a person can read out: `4F7K-Q2M9`."""
    first, second, third, fourth = random.choices(_PAIRS, k=4)  # noqa: S311 - it opens nothing
    return f"{first}{second}-{third}{fourth}"


@dataclass(frozen=True, slots=True)
class Shown:
    """Makes page data in one language, for one shop."""

    language: str
    shop: str
    amazon_support: str

    def frame(self, stored: StoredCampaign, support_number: str, *, is_test: bool = False) -> Frame:
        """What every page of the campaign shares."""
        campaign = stored.campaign
        return Frame(
            app_name=stored.app_name,
            accent=campaign.accent,
            banner=self._banner(stored),
            app_support=campaign.support,
            amazon_support=self.amazon_support,
            support_number=support_number,
            terms_url=campaign.terms_url,
            in_test_mode=is_test,
            frame_origins=stored.frame_origins,
            return_link=stored.return_link,
            item_count=max(len(group.items) for group in campaign.groups),
        )

    def offer(self, seen: Offered, token: str, support_number: str, notice: Reason | None) -> OfferPage:
        """The reward with its choices, before or after sign-in."""
        campaign = seen.link.stored.campaign
        return OfferPage(
            frame=self.frame(seen.link.stored, support_number),
            link=token,
            message=campaign.redemption.in_language(self.language),
            choices=tuple(self._choice(offered) for offered in seen.items),
            selected=seen.selected,
            expires_at=seen.link.reward.expires_at,
            account_label=seen.signed_in.account_label if seen.signed_in else "",
            notice=notice,
        )

    def test_offer(self, seen: TestOffer, token: str, support_number: str, notice: Reason | None) -> OfferPage:
        """The page of an approved campaign, with nothing behind its button (rule C1)."""
        campaign = seen.stored.campaign
        return OfferPage(
            frame=self.frame(seen.stored, support_number, is_test=True),
            link=token,
            message=campaign.redemption.in_language(self.language),
            choices=tuple(self._choice(offered) for offered in seen.items),
            selected=seen.items[0].item.item_id,
            expires_at=campaign.redeemable_until,
            notice=notice,
        )

    def under_way(self, seen: UnderWay, token: str, support_number: str, *, delayed: bool) -> ApplyingPage:
        """Asked of Amazon, not yet heard."""
        return ApplyingPage(
            frame=self.frame(seen.link.stored, support_number),
            link=token,
            item=self._choice(OfferedItem(seen.item)),
            account_label="" if seen.is_watched else seen.application.account_label,
            delayed=delayed,
        )

    def applied(self, seen: Applied, support_number: str) -> AppliedPage:
        """What was applied, to which account."""
        return AppliedPage(
            frame=self.frame(seen.link.stored, support_number),
            item=self._choice(OfferedItem(seen.item)),
            account_label="" if seen.is_watched else seen.application.account_label,
            applied_at=seen.application.applied_at or seen.application.started_at,
            usable_until=_usable_until(seen),
            product_url=self._product_url(seen.item, seen.application.chosen.size),
            claim_code=seen.claim_code,
            claim_url=f"{self.shop}/gc/redeem" if seen.claim_code else "",
        )

    def _banner(self, stored: StoredCampaign) -> Banner | None:
        if stored.banner is None:
            return None
        return Banner(
            alt=stored.campaign.banner_alt.in_language(self.language),
            inline=stored.banner.inline,
            sources=tuple(BannerSource(v.media_type, v.width, f"/media/{v.name}") for v in stored.banner.variants),
        )

    def _choice(self, offered: OfferedItem) -> Choice:
        item = offered.item
        return Choice(
            item_id=item.item_id,
            title=item.title.in_language(self.language),
            description=item.description.in_language(self.language),
            value=item.value,
            image_url=item.image_url,
            shipping=_shipping(item),
            replaces=offered.replaces.title.in_language(self.language) if offered.replaces else "",
            sizes=item.sizes,
            conditions=item.conditions.in_language(self.language) if item.conditions else "",
        )

    def _product_url(self, item: Item, size: str) -> str:
        url = item.product_url or "/"
        whole = self.shop + url if url.startswith("/") else url
        return f"{whole}{'&' if '?' in whole else '?'}{urlencode({'size': size})}" if size else whole


def _usable_until(seen: Applied) -> datetime | None:
    """Amazon's US and Canadian balances don't expire; elsewhere they last ten years."""
    applied_at = seen.application.applied_at or seen.application.started_at
    if seen.application.value.currency in _WITHOUT_END:
        return None
    return applied_at + _ELSEWHERE


def _shipping(item: Item) -> tuple[str, ...]:
    """The shipping lines that apply to the item (rule R4)."""
    return ("digital",) if item.kind in _DIGITAL else ("prime-free", "free-over", "standard")
