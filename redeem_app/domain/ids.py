"""Types of the ids that the domain passes around, so that one can't stand in for another."""

from typing import NewType

DeveloperId = NewType("DeveloperId", str)
AppId = NewType("AppId", str)
CampaignId = NewType("CampaignId", str)
MomentId = NewType("MomentId", str)
RewardGroupId = NewType("RewardGroupId", str)
ItemId = NewType("ItemId", str)
RewardId = NewType("RewardId", str)
LinkId = NewType("LinkId", str)
EventId = NewType("EventId", str)

CustomerKey = NewType("CustomerKey", str)
"""Keyed hash of an app's own customer id; the id itself is never stored."""

AccountId = NewType("AccountId", str)
"""Amazon's `user_id` of the account that signed in: `amzn1.account.…`."""

AccountKey = NewType("AccountKey", str)
"""Keyed hash of an `AccountId`, for counting accounts without naming them."""

VisitId = NewType("VisitId", str)
"""Random id of one browser's visit; only its hash is stored."""
