"""Visiting: what holds of a link and of the browser that is on it, for every use case that a person meets."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.ids import AccountKey, LinkId, VisitId
from redeem_app.domain.ports import KeyedHash, LinkSigner
from redeem_app.domain.records import Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Application, check_redeemable
from redeem_app.domain.stored import LinkedReward, SignedIn

VISIT_LASTS: Final = timedelta(hours=12)
"""How long a signed-in person may take to press the button, or come back to see what was applied."""


def digest(secret: str) -> str:
    """Random secrets are looked up by digest, so that the database alone opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def real_link(links: LinkSigner, token: str) -> LinkId:
    """The link of a token that leads to a reward. Raises Refusal, for a campaign's test link too."""
    if links.is_test(token):
        links.read(token)
        raise Refusal(Reason.TEST_MODE)
    return LinkId(links.read(token))


def valid_link(tx: Transaction, link_id: LinkId) -> LinkedReward:
    """What the link leads to. Raises Refusal where it leads nowhere, or another took its place."""
    link = tx.rewards.linked(link_id)
    if link is None:
        raise Refusal(Reason.LINK_INVALID)
    if link.replaced_at is not None:
        raise Refusal(Reason.LINK_REPLACED, when=link.replaced_at)
    return link


def who_signed_in(tx: Transaction, visit: VisitId | None, link: LinkedReward, now: datetime) -> SignedIn | None:
    """Who signed in for this reward during the visit, if that is not too long ago."""
    found = None if visit is None else tx.visits.signed_in(digest(visit), link.reward.reward_id)
    return found if found is not None and is_fresh(found, now) else None


def is_fresh(signed_in: SignedIn, now: datetime) -> bool:
    """Whether the sign-in still counts."""
    return now - signed_in.signed_in_at <= VISIT_LASTS


def account_key(hashes: KeyedHash, signed_in: SignedIn) -> AccountKey:
    """How the account is known where its id must not be."""
    return AccountKey(hashes.of("account", signed_in.account_id))


def check_own(application: Application, signed_in: SignedIn) -> None:
    """Only the account that got the reward sees it; every other account learns no more than that it is used (R7)."""
    if signed_in.account_id != application.account_id:
        raise Refusal(Reason.REWARD_USED)


def check_open(link: LinkedReward, now: datetime) -> None:
    """Of a used reward too, so that who is not its person can't tell it from one that is not (rule V1)."""
    check_redeemable(link.reward, now)
    if link.stored.state_at(now) is CampaignState.SUSPENDED:
        raise Refusal(Reason.CAMPAIGN_SUSPENDED)
