from collections.abc import Iterator

import pytest

from simulator.fake_amazon import FakeAmazon, MemoryClock


@pytest.fixture
def amazon() -> Iterator[FakeAmazon]:
    """A fake Amazon whose time stands still on 15 June 2026, 12:00 UTC."""
    with FakeAmazon(clock=MemoryClock("=1781524800"), seed=7) as running:
        yield running
