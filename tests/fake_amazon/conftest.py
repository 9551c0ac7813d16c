from collections.abc import Iterator

import pytest

from simulator.fake_amazon import FakeAmazon, MemoryClock


@pytest.fixture
def amazon() -> Iterator[FakeAmazon]:
    """A fake Amazon whose time stands still on 15 June 2026, 12:00 UTC."""
    with FakeAmazon(clock=MemoryClock("=1781524800"), seed=7) as running:
        yield running


@pytest.fixture
def amazon_by_name(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAmazon]:
    """A fake Amazon that clients of the `requests` library reach under Amazon's own host names."""
    amazon = FakeAmazon(clock=MemoryClock("=1781524800"), seed=7)
    amazon.start(tls=True)
    for name in ("NO_PROXY", "no_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", amazon.https_proxy)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(amazon.certificate))
    yield amazon
    amazon.stop()
