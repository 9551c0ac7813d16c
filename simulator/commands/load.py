"""`simulator load`: many people at once, each answer checked for what it says, the books compared at the end."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from simulator import campaign_file, verdict
from simulator.apps.ad_network import SECRET_NAME
from simulator.campaign_file import NoSuchCampaign
from simulator.load import locust_run, shape
from simulator.load.locust_run import Arrangement, LocustFailed
from simulator.load.plan import Plan
from simulator.load.shape import NoSuchShape, Shape
from simulator.load.target import RunningService, Target, TargetFailed, calls_of, own_world
from simulator.service import ServiceFailed
from simulator.verdict import Check
from simulator.world import LOOPBACK as HERE

NONE_YET: Final[dict[str, Any]] = {"books": []}
WRONG: Final = 1
LACKING: Final = 3
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
ANY: Final = frozenset({"", "*", "0.0.0.0", "::"})  # noqa: S104 - what is refused


@click.command()
@click.argument("shape_name", metavar="SHAPE", default="push-campaign")
@click.option("--people", type=click.IntRange(1), help="How many; the shape's own number by default.")
@click.option("--minutes", type=click.FloatRange(0.01), help="From the first arrival to the last.")
@click.option("--seed", default=1, show_default=True, help="Who comes, in which order, and what each does.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes on this machine.")
@click.option("--await-workers", default=0, type=click.IntRange(0), help="Lead so many workers of other machines.")
@click.option("--bind", default="127.0.0.1:5557", show_default=True, help="Where workers find this one.")
@click.option("--worker-of", default="", help="Play people for the load that leads at HOST:PORT, until it ends.")
@click.option("--web-port", default=0, type=click.IntRange(0, 65535), help="Show Locust's page there, until Ctrl-C.")
@click.option("--url", default="", help="A service that runs already, instead of a world of its own.")
@click.option("--app-key", default="", help="With --url: the app's API key.", envvar="SIMULATOR_LOAD_APP_KEY")
@click.option("--campaign", default="", help="With --url: the campaign file that is live there (a name or a path).")
@click.option(
    "--amazon", default="", help="With --url: the fake Amazon that it uses, with --control; else nobody signs in."
)
@click.option("--books", default="", help="With --url: the command that prints its books as JSON.")
@click.option("--beyond-loopback", is_flag=True, help="With --url: yes, it is on another machine and it is mine.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; progress goes to stderr.")
@click.option("--list", "only_list", is_flag=True, help="Print the shapes and end.")
def load(  # noqa: C901, PLR0917 - options, and a sentence for each thing that can be wrong
    shape_name: str,
    people: int | None,
    minutes: float | None,
    seed: int,
    workers: int,
    await_workers: int,
    bind: str,
    worker_of: str,
    web_port: int,
    url: str,
    app_key: str,
    campaign: str,
    amazon: str,
    books: str,
    *,
    beyond_loopback: bool,
    as_json: bool,
    only_list: bool,
) -> None:
    """Let many people come at once: SHAPE is push-campaign, slow-day, robot-wave or a TOML file.

    Ends with 0 when every answer was right and everything adds up, 1 when something went wrong, 2 when asked for
    something that isn't there, 3 when Locust is missing.
    """
    if only_list:
        for name in shape.there():
            click.echo(f"{name:<15} {shape.named(name).title}")
        return
    if not locust_run.is_there():
        click.echo(locust_run.WITHOUT, err=True)
        raise SystemExit(LACKING)
    if worker_of:
        raise SystemExit(_follow(worker_of))
    for address in filter(None, (url, amazon)):
        if urlsplit(address).hostname not in LOOPBACK and not beyond_loopback:
            raise click.UsageError(f"{address} is not on this machine. If it is yours, say so with --beyond-loopback.")
    if url and not app_key:
        raise click.UsageError("--url needs --app-key, the API key of the app whose campaign is live there.")
    try:
        form = shape.named(shape_name)
        asked = Asked(form, people or form.people, minutes or form.minutes, seed)
        bind_host, _, bind_port = bind.rpartition(":")
        arrangement = Arrangement(workers, await_workers, bind_host, int(bind_port), web_port)
        with _target(asked, There(url, app_key, campaign, amazon, books), _address_of_world(arrangement)) as target:
            done = _run(asked, arrangement, target)
    except (NoSuchShape, NoSuchCampaign, ValueError) as wrong:
        raise click.UsageError(str(wrong)) from None
    except (ServiceFailed, TargetFailed, LocustFailed) as failed:
        raise click.ClickException(str(failed)) from None
    click.echo(json.dumps(done, ensure_ascii=False) if as_json else _table(done))
    if not done["wentWell"]:
        raise SystemExit(WRONG)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for."""

    shape: Shape
    people: int
    minutes: float
    seed: int


@dataclass(frozen=True, slots=True)
class There:
    """A service that runs already, as the options name it; without `url`, none."""

    url: str
    app_key: str
    campaign: str
    amazon: str
    books: str

    def service(self, form: Shape) -> RunningService:
        """As a target. Raises NoSuchCampaign, TargetFailed."""
        name = self.campaign or form.campaign
        file = campaign_file.read(Path(name)) if name.endswith(".toml") else campaign_file.named(name)
        calls = calls_of(file, form, self.url.rstrip("/"), self.app_key, os.environ.get(SECRET_NAME, ""))
        return RunningService(calls, file.app_name, self.amazon.rstrip("/"), self.books)


@contextmanager
def _target(asked: Asked, there: There, address: str) -> Iterator[Target]:
    if there.url:
        yield there.service(asked.shape)
        return
    if address not in LOOPBACK:
        click.echo(
            f"Warning: the world of this load listens on {address}, where its workers find it, and everybody else in"
            " that network too, for as long as it runs.",
            err=True,
        )
    with own_world(asked.shape, asked.people, asked.seed, address) as world:
        yield world


def _address_of_world(arrangement: Arrangement) -> str:
    """Where a world of the load's own listens: where the workers that other machines play with find their leader."""
    address = arrangement.bind_host if arrangement.others else HERE
    if address in ANY:
        raise ValueError(f"--bind: {address} is no address that workers find a world at; write this machine's own.")
    return address


def _run(asked: Asked, arrangement: Arrangement, target: Target) -> dict[str, Any]:
    numbers = range(asked.people + arrangement.processes)
    target.expect(asked.shape.persona_of(number, asked.seed).numbered(number) for number in numbers)
    before = target.books() or NONE_YET
    plan = Plan(
        shape=asked.shape,
        people=asked.people,
        minutes=asked.minutes,
        seed=asked.seed,
        app_name=target.app_name,
        calls=target.calls,
        can_sign_in=target.can_sign_in,
    )
    with tempfile.TemporaryDirectory(prefix="simulator-load-") as folder:
        came_out = locust_run.lead(plan, arrangement, Path(folder))
    checks = [*_of_answers(came_out, asked.people), *_of_books(target, came_out, already=before)]
    return {
        "shape": asked.shape.title,
        "people": asked.people,
        "minutes": asked.minutes,
        "seed": asked.seed,
        "wentWell": verdict.went_well(checks),
        "checks": [check.as_json() for check in checks],
        "outcome": came_out["counts"],
        "wrong": came_out["wrong"],
        "requests": came_out["requests"],
    }


def _of_answers(came_out: dict[str, Any], people: int) -> list[Check]:
    counts = came_out["counts"]
    finished, wrong, unheard = (counts.get(name, 0) for name in ("finished", "wrong", "unheard"))
    return [
        Check("everybody came to an end", finished == people, f"{finished} of {people}"),
        Check("every answer says what it has to", wrong == 0, "; ".join(came_out["wrong"][:3]) or "none was wrong"),
        Check("every request was answered", unheard == 0, f"{unheard} people went unheard"),
    ]


def _of_books(target: Target, came_out: dict[str, Any], already: Any) -> list[Check]:
    """The books of now, and by how much they grew, since a service that runs already has earlier rewards."""
    told = target.books()
    if told is None:
        return [Check("the books add up", None, "not looked at: --books names the command that prints them")]
    counts = came_out["counts"]
    grown = _grown(told, already)
    checks = verdict.of_books(told, target.cost)
    checks += verdict.of_people(grown, counts.get("rewarded", 0), counts.get("applied", 0))
    applied = target.applied()
    if applied is None:
        return [*checks, Check("Amazon did it once", None, "not looked at: --amazon names the fake Amazon")]
    new = [one for one in applied if one.request_id not in target.already]
    return [*checks, *verdict.of_amazon(grown, new)]


def _grown(told: Any, already: Any) -> dict[str, Any]:
    before = {book["campaign_id"]: book for book in already["books"]}
    return {
        "books": [
            {
                name: value - int(before.get(book["campaign_id"], {}).get(name, 0)) if isinstance(value, int) else value
                for name, value in book.items()
            }
            for book in told["books"]
        ]
    }


def _follow(worker_of: str) -> int:
    host, _, port = worker_of.rpartition(":")
    if not host or not port.isdecimal():
        raise click.UsageError(f"--worker-of is {worker_of!r}; write the leader's HOST:PORT.")
    with tempfile.TemporaryDirectory(prefix="simulator-load-") as folder:
        return locust_run.follow(host, int(port), Path(folder))


def _table(done: dict[str, Any]) -> str:
    lines = [f"{done['shape']}: {done['people']} people in {done['minutes']:g} min, seed {done['seed']}", ""]
    lines.append(f"{'step':<46}{'requests':>9}{'failed':>8}{'per s':>8}{'p50':>7}{'p95':>7}{'p99':>7}  ms")
    lines += [
        f"{one['step']:<46}{one['requests']:>9}{one['failures']:>8}{one['perSecond']:>8.1f}"
        f"{one['p50']:>7.0f}{one['p95']:>7.0f}{one['p99']:>7.0f}"
        for one in sorted(done["requests"], key=lambda one: one["step"])
    ]
    marks = {True: "ok ", False: "BAD", None: "-  "}
    lines += ["", *(f"{marks[check['went_well']]} {check['name']}: {check['told']}" for check in done["checks"])]
    lines += [f"    {sentence}" for sentence in done["wrong"]]
    return "\n".join(lines)
