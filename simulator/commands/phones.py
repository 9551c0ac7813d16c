"""`simulator phones`: how many whole journeys a minute one browser plays, on so many phones at a time."""

import itertools
import json
from collections.abc import Callable
from statistics import quantiles
from typing import Any, Final

import click

from simulator import verdict
from simulator.browsers import NoBrowser
from simulator.hosts import profiles
from simulator.hosts.profiles import NoSuchProfile
from simulator.load import phones as journeys
from simulator.load import shape
from simulator.load.phones import Given, Played
from simulator.load.target import OwnWorld, own_world
from simulator.people import Person
from simulator.service import ServiceFailed
from simulator.verdict import Check
from simulator.visitors.sending import HttpxSender, Sender
from simulator.visitors.way import headers_of

WRONG: Final = 1
LACKING: Final = 3
A_SECOND_AT_MOST: Final = 40
"""Journeys that the world has rewards for; no browser gets near that."""


@click.command()
@click.option("--at-once", default=4, show_default=True, type=click.IntRange(1, 64), help="Phones at a time.")
@click.option("--seconds", default=30.0, show_default=True, type=click.FloatRange(1), help="How long to count.")
@click.option("--device", default="pixel", show_default=True, help="What the phones are; `simulator list` names them.")
@click.option("--seed", default=1, show_default=True, help="The world's secrets and ids.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def phones(at_once: int, seconds: float, device: str, seed: int, *, as_json: bool) -> None:
    """Count whole journeys a minute in one browser: open, sign in, consent, apply, see the reward; again and again.

    Each is another person's, with a fresh reward on a fresh phone. In the end the books are compared as after `load`;
    no speed is told when something is wrong. Ends with 0 when all went well, 1 when something went wrong, 2 when asked
    for something that isn't there, 3 when no browser works here.
    """
    try:
        kind = profiles.device(device)
        people = int(seconds * A_SECOND_AT_MOST) + 2 * at_once
        with own_world(shape.named("push-campaign"), people, seed) as world, HttpxSender() as sender:
            played = journeys.play(people_of(world, sender), at_once, seconds, kind)
            checks = _checks(world, played)
    except NoSuchProfile as wrong:
        raise click.UsageError(str(wrong)) from None
    except NoBrowser as none:
        click.echo(str(none), err=True)
        raise SystemExit(LACKING) from None
    except ServiceFailed as failed:
        raise click.ClickException(str(failed)) from None
    done = done_of(played, at_once, checks)
    click.echo(json.dumps(done, ensure_ascii=False) if as_json else _table(done))
    if not done["wentWell"]:
        raise SystemExit(WRONG)


def people_of(world: OwnWorld, sender: Sender) -> Callable[[], Given]:
    """One person after the other, each with an Amazon account and a link that the app asked the service for."""
    numbers = itertools.count()

    def next_one() -> Given:
        number = next(numbers)
        person = Person(name=f"p{number}")
        world.expect([person])
        link = world.calls.gets_reward(sender, person.name)
        return Given(person, link, headers_of(person, number)["x-forwarded-for"])

    return next_one


def _checks(world: OwnWorld, played: Played) -> list[Check]:
    counts = played.outcome.counts
    told, applied = world.books(), world.applied()
    return [
        Check(
            "every journey ended with the reward",
            counts["applied"] == counts["came"],
            f"{counts['applied']} of {counts['came']}",
        ),
        *verdict.of_books(told, world.cost),
        *verdict.of_people(told, counts["rewarded"], counts["applied"]),
        *verdict.of_amazon(told, applied),
    ]


def done_of(played: Played, at_once: int, checks: list[Check]) -> dict[str, Any]:
    """What is printed; times in milliseconds. There is no speed where anything is wrong."""
    well = verdict.went_well(checks)
    p50, p95 = _p50_and_p95(played.lasted)
    return {
        "wentWell": well,
        "browser": played.browser,
        "phones": at_once,
        "seconds": played.span,
        "journeys": len(played.lasted),
        "journeysAMinute": round(played.a_minute, 1) if well else None,
        "p50": p50,
        "p95": p95,
        "outcome": dict(played.outcome.counts),
        "wrong": played.outcome.wrong,
        "checks": [check.as_json() for check in checks],
    }


def _p50_and_p95(lasted: list[float]) -> tuple[int | None, int | None]:
    """In milliseconds; None of too few."""
    if len(lasted) < 2:  # noqa: PLR2004 - of one there is no distribution
        return None, None
    parts = quantiles(lasted, n=20, method="inclusive")
    return round(parts[9] * 1000), round(parts[18] * 1000)


def _table(done: dict[str, Any]) -> str:
    speed = "no speed is told, since something is wrong"
    if done["wentWell"]:
        speed = f"{done['journeysAMinute']:.0f} journeys a minute, each p50 {done['p50']} ms, p95 {done['p95']} ms"
    marks = {True: "ok ", False: "BAD", None: "-  "}
    return "\n".join(
        [
            f"{done['phones']} phones at a time for {done['seconds']:g} s in {done['browser']}",
            speed,
            "",
            *(f"{marks[check['went_well']]} {check['name']}: {check['told']}" for check in done["checks"]),
            *(f"    {sentence}" for sentence in done["wrong"]),
        ]
    )
