"""Twenty worlds at once do not touch: the same seed gives the same event log in each, and as it does alone."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

from simulator.world import World, WorldPlan

WORLDS = 20


def a_day_in_a_world(seed: int) -> str:
    """The event log of a world in which somebody plays, is rewarded, and asks again a day later."""
    with World(WorldPlan(seed=seed)) as world:
        for _ in range(5):
            world.app.server.happened("ada", "game.level", quantity=1)
        world.fresh_reward("ben")
        world.pass_time(timedelta(days=1))
        world.app.server.claim("ada", "gold")
        assert len(world.app.server.customer("ada").rewards) == 1
        return world.log.as_text()


def test_20_worlds_side_by_side_give_the_event_log_that_one_alone_gives() -> None:
    alone = a_day_in_a_world(7)
    with ProcessPoolExecutor(WORLDS, multiprocessing.get_context("spawn")) as together:
        logs = list(together.map(a_day_in_a_world, [7] * WORLDS))

    assert set(logs) == {alone}
