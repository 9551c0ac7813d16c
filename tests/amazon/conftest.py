"""One fake Amazon for all tests of this folder; each test finds it as if it had just been started."""

from collections.abc import Iterator

import pytest

from tests.amazon.fake_amazon_world import FakeWorld, a_fake_world


@pytest.fixture(scope="session")
def running_world() -> Iterator[FakeWorld]:
    with a_fake_world() as running:
        yield running


@pytest.fixture
def world(running_world: FakeWorld) -> Iterator[FakeWorld]:
    running_world.begin_anew()
    yield running_world
    running_world.close_connections()
