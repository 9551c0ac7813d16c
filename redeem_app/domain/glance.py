"""A glance at a link: all that an offer shown to somebody unknown depends on, cheap to read and to compare.

Two links whose glances are equal offer the same, so that a page made for one serves for the other but for the link
itself. Whatever is added to what an unknown visitor is shown has to show here too; a property test holds the two
together (tests/pages/test_prepared_pages.py). It tells nothing of who redeemed, or whether (rule V1).
"""

from datetime import datetime
from typing import NamedTuple


class Glance(NamedTuple):
    """What one row says."""

    contents: int
    """Another number whenever campaign, app, banner or offer are others in any way."""
    empty_shelves: str
    """Ids of the offer's items that an operator took off the shelf, in one word."""
    expires_at: datetime
    is_withdrawn: bool
    """Whether the link was replaced, or the reward has expired."""
    is_suspended: bool

    def is_open(self, now: datetime) -> bool:
        """Whether there is an offer to show."""
        return not (self.is_withdrawn or self.is_suspended) and self.expires_at > now
