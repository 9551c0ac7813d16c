"""A pytest fixture with a fake Amazon, for anybody's tests.

Ask for it in a `conftest.py` at the top of your tests:

    pytest_plugins = ["simulator.pytest_fake_amazon"]

Each test that takes `fake_amazon` gets one of its own, serving on a free port of loopback, with a clock that the test
can move, and none of it is left when the test ends.
"""

from collections.abc import Iterator

import pytest

from simulator.fake_amazon import FakeAmazon, MemoryClock


@pytest.fixture
def fake_amazon() -> Iterator[FakeAmazon]:
    """A fake Amazon over http; hosts are set to its `base_url`."""
    with FakeAmazon(clock=MemoryClock()) as amazon:
        yield amazon


@pytest.fixture
def fake_amazon_over_https() -> Iterator[FakeAmazon]:
    """A fake Amazon over https, for clients whose hosts can't be set: see `certificate` and `https_proxy`."""
    amazon = FakeAmazon(clock=MemoryClock())
    amazon.start(tls=True)
    yield amazon
    amazon.stop()
