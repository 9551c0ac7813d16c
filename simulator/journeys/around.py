"""Verbs of those around the person: the operator, the world's faults, and time."""

from datetime import timedelta

from simulator import faults
from simulator.journeys.stage import Stage
from simulator.journeys.verbs import done_by
from simulator.navigators import the, wait_until
from simulator.spans import span


@done_by("the operator")
def operator_does(stage: Stage, _who: str, command: str) -> None:
    """The service's operator runs a command: `campaign move summer-of-stars suspend`."""
    stage.world.operate(*command.split())


@done_by("the operator")
def operator_derives_price(stage: Stage, _who: str, item: str, price: str, copies: int = 9) -> None:
    """The service's operator derives an item's price from what copies of it sold for last month (rule C6)."""
    world = stage.world
    last_month = world.clock.now().replace(day=1) - timedelta(days=10)
    sales = world.folder / "sales.csv"
    line = f"{item},{last_month:%Y-%m-%d},{price},USD,{copies}"
    sales.write_text(f"item_id,sold_on,price,currency,copies\n{line}\n", encoding="utf-8")
    world.operate("campaign", "prices", world.app.server.campaign.campaign_ids[0], str(sales))


@done_by("the world")
def breaks(stage: Stage, who: str, what: str) -> None:
    """Something goes wrong, by the name of a fault."""
    faults.named(what).begin(stage.world, stage.phone(who))


@done_by("the world")
def is_mended(stage: Stage, who: str, what: str) -> None:
    """What went wrong is well again."""
    faults.named(what).mend(stage.world, stage.phone(who))


@done_by("time")
def time_passes(stage: Stage, _who: str, by: str) -> None:
    """Nothing happens for a while: `31 days`."""
    stage.pass_time(span(by))


@done_by("the service")
def service_restarts(stage: Stage, _who: str) -> None:
    """The service is killed and started again."""
    stage.world.service.kill()
    stage.world.service.start()


@done_by("the sweeper")
def sweeper_runs(stage: Stage, _who: str) -> None:
    """The service's sweeper settles what it had not heard."""
    stage.world.operate("sweep")


@done_by("the service")
def is_killed_while_applying(stage: Stage, who: str) -> None:
    """Press the button that applies the reward; Amazon does, and the service is killed before it hears so."""
    world = stage.world
    world.amazon.faults.late("LoadAmazonBalance", 60, applied=True)
    world.amazon.faults.late("CreateGiftCard", 60, applied=True)
    page = stage.page(who)
    the(page, "[data-act='apply']").click(no_wait_after=True)
    wait_until(page, lambda: bool(world.amazon.applications()), "Amazon to apply the reward")
    world.service.kill()
    world.amazon.faults.clear()
    world.service.start()
