"""What can go wrong around a journey, by names that scenarios and people use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.apps.ad_network import View
from simulator.apps.app_server import AppServer, Event
from simulator.apps.post import Mishap, Post
from simulator.database import hide_links, show_links
from simulator.fake_amazon.faults import Fault, FaultKind
from simulator.hosts.phone import Phone
from simulator.phone_network import OFFLINE, SLOW_3G, WELL, Conditions
from simulator.world import World

OF_THE_SIGN_IN: Final = ("token", "profile", "tokeninfo")
OF_THE_DELIVERY: Final = ("LoadAmazonBalance", "CreateGiftCard")
Change = Callable[[World, Phone | None], None]
Posts = Callable[[AppServer], Post[Any] | None]
"""What of an app's a mishap befalls: the events of its server, or the calls of its ad network."""


class NoSuchFault(Exception):
    """There is no fault of that name; the text names those that are."""


@dataclass(frozen=True, slots=True)
class NamedFault:
    """A fault with what it means to people, how it sets in and how it is mended."""

    words: str
    begin: Change
    mend: Change
    needs_phone: bool = False
    """Whether it happens inside a phone of ours, which a person's own browser isn't."""


def named(name: str) -> NamedFault:
    """A fault by its name. Raises NoSuchFault."""
    if name not in FAULTS:
        raise NoSuchFault(f"There is no fault named {name!r}; there is: {', '.join(FAULTS)}.")
    return FAULTS[name]


def _amazon(operations: tuple[str, ...], kind: FaultKind, **more: object) -> Change:
    def begin(world: World, _phone: Phone | None) -> None:
        for operation in operations:
            world.amazon.faults.add(Fault(operation=operation, kind=kind, **more))  # type: ignore[arg-type]

    return begin


def _amazon_is_well(world: World, _phone: Phone | None) -> None:
    world.amazon.faults.clear()


def _account_is(*, blocked: bool) -> Change:
    def change(world: World, _phone: Phone | None) -> None:
        for account in world.amazon.world.accounts:
            account.blocked = blocked

    return change


def _events(server: AppServer) -> Post[Event] | None:
    return server.post


def _callbacks(server: AppServer) -> Post[View] | None:
    return server.ads.post if server.ads is not None else None


def _befalls(posts: Posts, mishap: Mishap) -> Change:
    def begin(world: World, _phone: Phone | None) -> None:
        for app in world.apps.values():
            post = posts(app.server)
            if post is not None:
                post.mishaps.append(mishap)

    return begin


def _is_over(posts: Posts, *, arrives: bool = False) -> Change:
    """No mishap is in line any more; what waits arrives now, or goes on waiting."""

    def mend(world: World, _phone: Phone | None) -> None:
        for app in world.apps.values():
            post = posts(app.server)
            if post is not None:
                post.mishaps.clear()
                if arrives:
                    app.server.deliver_late(post)

    return mend


def _network(conditions: Conditions) -> Change:
    """Of the phone where it is one of ours, else of the way from any phone to the world."""

    def change(world: World, phone: Phone | None) -> None:
        if phone is not None:
            phone.set_network(conditions)
        elif world.phone_network is not None:
            world.phone_network.becomes(conditions)

    return change


def _kill_app(_world: World, phone: Phone | None) -> None:
    if phone is not None:
        phone.kill_app()


def _kill_service(world: World, _phone: Phone | None) -> None:
    world.service.kill()


def _start_service(world: World, _phone: Phone | None) -> None:
    world.service.start()


def _nothing(_world: World, _phone: Phone | None) -> None:
    """A fault that is over by itself."""


FAULTS: Final[Mapping[str, NamedFault]] = {
    "amazon-down": NamedFault(
        "Amazon answers every call of the service with 503",
        _amazon((*OF_THE_SIGN_IN, *OF_THE_DELIVERY), FaultKind.ANSWER, status=503, times=None),
        _amazon_is_well,
    ),
    "amazon-silent": NamedFault(
        "Amazon takes the service's calls and never answers",
        _amazon((*OF_THE_SIGN_IN, *OF_THE_DELIVERY), FaultKind.NEVER, times=None, applied=False),
        _amazon_is_well,
    ),
    "delivery-down": NamedFault(
        "Amazon signs people in, and answers deliveries with 503",
        _amazon(OF_THE_DELIVERY, FaultKind.ANSWER, status=503, times=None),
        _amazon_is_well,
    ),
    "answer-lost": NamedFault(
        "Amazon delivers once and the answer gets lost",
        _amazon(OF_THE_DELIVERY, FaultKind.CUT, applied=True),
        _amazon_is_well,
    ),
    "answers-lost": NamedFault(
        "Amazon delivers and each answer gets lost",
        _amazon(OF_THE_DELIVERY, FaultKind.CUT, applied=True, times=None),
        _amazon_is_well,
    ),
    "funds-low": NamedFault(
        "the operator's funds at Amazon are used up",
        _amazon(OF_THE_DELIVERY, FaultKind.ERROR, error="F3003", times=None),
        _amazon_is_well,
    ),
    "throttled": NamedFault(
        "Amazon throttles the operator",
        _amazon(OF_THE_DELIVERY, FaultKind.ANSWER, status=429, body='{"message":"Rate exceeded"}', times=None),
        _amazon_is_well,
    ),
    "account-blocked": NamedFault(
        "Amazon refuses credit on every account", _account_is(blocked=True), _account_is(blocked=False)
    ),
    "offline": NamedFault("the phone has no network", _network(OFFLINE), _network(WELL)),
    "slow-3g": NamedFault(
        "the phone has a slow network: 2 s for an answer, 50 kB in a second", _network(SLOW_3G), _network(WELL)
    ),
    "app-killed": NamedFault("the phone ends the app", _kill_app, _nothing, needs_phone=True),
    "service-killed": NamedFault("the service's processes are killed", _kill_service, _start_service),
    "records-away": NamedFault(
        "the service can't find its records of links",
        lambda world, _phone: hide_links(world.database_url),
        lambda world, _phone: show_links(world.database_url),
    ),
    "event-twice": NamedFault("the next event arrives twice", _befalls(_events, Mishap.TWICE), _is_over(_events)),
    "event-late": NamedFault(
        "the next event arrives late", _befalls(_events, Mishap.LATE), _is_over(_events, arrives=True)
    ),
    "event-reordered": NamedFault(
        "the next event is overtaken", _befalls(_events, Mishap.REORDERED), _is_over(_events, arrives=True)
    ),
    "event-lost": NamedFault("the next event never arrives", _befalls(_events, Mishap.NEVER), _is_over(_events)),
    "callback-twice": NamedFault(
        "the ad network's next callback arrives twice", _befalls(_callbacks, Mishap.TWICE), _is_over(_callbacks)
    ),
    "callback-late": NamedFault(
        "the ad network's next callback arrives late",
        _befalls(_callbacks, Mishap.LATE),
        _is_over(_callbacks, arrives=True),
    ),
    "callback-reordered": NamedFault(
        "the ad network's next callback is overtaken",
        _befalls(_callbacks, Mishap.REORDERED),
        _is_over(_callbacks, arrives=True),
    ),
    "callback-never": NamedFault(
        "the ad network's next callback never arrives", _befalls(_callbacks, Mishap.NEVER), _is_over(_callbacks)
    ),
}
