"""From the form of a campaign file to the types of the domain; the form keeps every rule already."""

from collections.abc import Mapping
from datetime import datetime

from redeem_app.adapters.campaign_files_campaign_form import CampaignForm, GroupForm, ItemForm, MomentForm
from redeem_app.adapters.campaign_files_checks import month_caps, resolved
from redeem_app.adapters.campaign_files_form import EarningForm, FileForm
from redeem_app.domain.campaign import (
    App,
    Campaign,
    ChargedAt,
    Developer,
    EarningRule,
    Item,
    Moment,
    RewardGroup,
    RewardKind,
    Words,
)
from redeem_app.domain.ids import AppId, CampaignId, DeveloperId, ItemId, MomentId, RewardGroupId
from redeem_app.domain.marketplaces import MARKETPLACES
from redeem_app.domain.money import Money
from redeem_app.domain.prices import BILLING_CURRENCY


def developer_of(form: FileForm) -> Developer:
    """The developer, with what the operator grants."""
    cap = form.operator.account_month_cap
    developer = form.developer
    plain = Developer(DeveloperId(developer.id), developer.name, developer.country)
    return Developer(
        plain.developer_id,
        plain.name,
        plain.country,
        month_cap=Money.of(cap, BILLING_CURRENCY) if cap else plain.month_cap,
        made_to_order=form.operator.made_to_order,
    )


def app_of(form: FileForm) -> App:
    """The app, with what earns points in it."""
    app = form.app
    return App(
        app_id=AppId(app.id),
        developer_id=DeveloperId(form.developer.id),
        name=app.name,
        earning=tuple(_earning_rule(rule) for rule in app.earning),
        points_expire_after_days=app.points_expire_after_days,
        return_link=app.return_link or "",
        frame_origins=tuple(app.frame_origins),
        caller_addresses=tuple(app.caller_addresses),
        errors_as_200=app.errors_as_200,
        android_packages=tuple(app.android_packages),
        apple_app_ids=tuple(app.apple_app_ids),
        ad_keys=dict(app.ad_keys),
    )


def campaign_of(form: FileForm, campaign: CampaignForm, now: datetime) -> Campaign:
    """One campaign; spans count from `now`."""
    said = campaign.language
    return Campaign(
        campaign_id=CampaignId(campaign.id),
        app_id=AppId(form.app.id),
        name=campaign.name,
        starts_at=resolved(campaign.starts, now),
        ends_at=resolved(campaign.ends, now),
        budget=Money.of(campaign.budget, BILLING_CURRENCY),
        cost_per_action=Money.of(campaign.cost_per_action, BILLING_CURRENCY),
        groups=tuple(_group(group, said) for group in campaign.group),
        moments=tuple(_moment(moment, said) for moment in campaign.moment),
        announcement=_words(campaign.announcement, said),
        redemption=_words(campaign.redemption, said),
        terms_url=campaign.terms_url,
        support=campaign.support,
        accent=campaign.accent,
        banner=campaign.banner or "",
        banner_alt=_words(campaign.banner_alt or {"": ""}, said),
        starts_by_itself=campaign.starts_by_itself,
        month_cap=Money.of(month_caps(form, campaign)[0], BILLING_CURRENCY),
        charged_at=ChargedAt(campaign.charged_at),
        delivery_countries=tuple(campaign.delivery_countries),
    )


def _earning_rule(rule: EarningForm) -> EarningRule:
    return EarningRule(rule.event, rule.points, category=rule.category or "", daily_cap=rule.daily_cap)


def _moment(moment: MomentForm, language: str) -> Moment:
    return Moment(
        moment_id=MomentId(moment.id),
        title=_words(moment.title, language),
        announced=moment.announced,
        due_at_points=moment.due_at_points,
        tier=moment.tier or "",
        group_id=RewardGroupId(moment.group) if moment.group else None,
        issued_when_due=moment.issued_when_due,
    )


def _group(group: GroupForm, language: str) -> RewardGroup:
    currency = MARKETPLACES[group.marketplace].currency
    cost = group.cost_per_action
    return RewardGroup(
        group_id=RewardGroupId(group.id),
        marketplace=group.marketplace,
        currency=currency,
        items=tuple(_item(item, currency, language) for item in group.item),
        alternatives=tuple(_item(item, currency, language) for item in group.alternative),
        cost_per_action=Money.of(cost, BILLING_CURRENCY) if cost else None,
        exchange_rate=group.exchange_rate,
    )


def _item(item: ItemForm, currency: str, language: str) -> Item:
    return Item(
        item_id=ItemId(item.id),
        kind=RewardKind(item.kind),
        title=_words(item.title, language),
        description=_words(item.description, language),
        price=Money.of(item.price, currency),
        tax_rate=item.tax,
        stock=item.stock,
        product_url=item.product_url or "",
        image_url=item.image_url or "",
        sizes=tuple(item.sizes),
        category=item.category or "",
        conditions=_words(item.conditions, language) if item.conditions else None,
    )


def _words(phrase: Mapping[str, str], language: str) -> Words:
    """Plain text is in the campaign's language, which is the default."""
    by_language = {tag or language: text for tag, text in phrase.items()}
    return Words(by_language[language], by_language)
