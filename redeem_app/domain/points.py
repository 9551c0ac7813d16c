"""Points."""

from enum import StrEnum
from typing import Final


class EventType(StrEnum):
    """What an app's server reports of a person (rules E1, E4)."""

    GAME_LEVEL = "game.level"
    GAME_SESSION = "game.session"
    AD_WATCHED = "ad.watched"
    PURCHASE = "purchase"
    PURCHASE_REFUNDED = "purchase.refunded"
    AD_WITHDRAWN = "ad.withdrawn"


EARNING_EVENTS: Final = (EventType.GAME_LEVEL, EventType.GAME_SESSION, EventType.AD_WATCHED, EventType.PURCHASE)
"""The events that give points."""
