"""Verbs of those around the person: the operator, the world's faults, and time."""

from simulator import faults
from simulator.journeys.stage import Stage
from simulator.journeys.verbs import verb
from simulator.scenario import span


@verb
def operator_does(stage: Stage, _who: str, command: str) -> None:
    """The service's operator runs a command: `campaign move summer-of-stars suspend`."""
    stage.world.operate(*command.split())


@verb
def breaks(stage: Stage, who: str, what: str) -> None:
    """Something goes wrong, by the name of a fault."""
    faults.named(what).begin(stage.world, stage.phone(who))


@verb
def is_mended(stage: Stage, who: str, what: str) -> None:
    """What went wrong is well again."""
    faults.named(what).mend(stage.world, stage.phone(who))


@verb
def time_passes(stage: Stage, _who: str, by: str) -> None:
    """Nothing happens for a while: `31 days`."""
    stage.pass_time(span(by))


@verb
def service_restarts(stage: Stage, _who: str) -> None:
    """The service is killed and started again."""
    stage.world.service.kill()
    stage.world.service.start()


@verb
def sweeper_runs(stage: Stage, _who: str) -> None:
    """The service's sweeper settles what it had not heard."""
    stage.world.operate("sweep")
