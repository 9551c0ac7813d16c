"""What the waiting view is told while it waits: each change, for a bounded time, by a bounded number of streams."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from redeem_app.web.hand_over_progress import LOOK_SECONDS, Streams
from tests.webview.on_a_phone import Phone, Screen, address_of, main_of, number_of

EVENT_STREAM = {"Accept": "text/event-stream"}


def never_ending(_seconds: float) -> bool:
    return False


def told(events: Iterator[str]) -> list[str]:
    """The states among the events."""
    return [line.removeprefix("data: ") for event in events for line in event.splitlines() if line.startswith("data")]


def test_each_change_is_told_once_until_nothing_more_can_come() -> None:
    states = iter(["waiting", "waiting", "opened", "opened", "applying", "applied", "never asked"])

    heard = told(Streams(wait=never_ending).events(lambda: next(states)))

    assert heard == ["waiting", "opened", "applying", "applied"]
    assert next(states) == "never asked"


def test_a_stream_ends_after_its_time_and_the_browser_comes_back_by_itself() -> None:
    events = list(Streams(wait=never_ending, seconds=4 * LOOK_SECONDS).events(lambda: "waiting"))

    assert events[0].startswith("retry: ")
    assert events[2:] == [":\n\n"] * 4


def test_beyond_the_places_a_stream_tells_how_things_stand_and_ends() -> None:
    streams = Streams(held=1, wait=never_ending)
    held = streams.events(lambda: "waiting")
    first = [next(held), next(held), next(held)]

    assert told(streams.events(lambda: "opened")) == ["opened"]

    held.close()  # the view has gone: its place is free again
    states = iter(["waiting", "offer"])
    assert told(streams.events(lambda: next(states))) == ["waiting", "offer"]
    assert len(first) == 3


def test_when_the_process_ends_so_does_every_stream() -> None:
    streams = Streams()
    held = streams.events(lambda: "waiting")
    next(held), next(held)

    streams.end()

    assert list(held) == []


def test_a_process_that_is_told_to_end_tells_who_asked_for_it() -> None:
    program = (
        "import signal, threading\n"
        "from redeem_app.process_end import keep_signals, when_told_to_end\n"
        "keep_signals()\n"
        "ended = threading.Event()\n"
        "when_told_to_end(ended.set)\n"
        "signal.signal(signal.SIGTERM, lambda *_: None)\n"
        "print('ready', flush=True)\n"
        "print(ended.wait(20))\n"
    )
    assert said_when_told_to_end(program) == ("True\n", 0)


def said_when_told_to_end(program: str) -> tuple[str, int]:
    """What a program prints once it is ready and told to end, and how it ends."""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        os.kill(process.pid, signal.SIGTERM)
        return process.stdout.read(), process.wait(20)


def test_on_a_loop_its_handler_is_called_after_whoever_asked_for_it() -> None:
    program = (
        "import asyncio, signal\n"
        "from redeem_app.process_end import keep_signals, when_told_to_end_on\n"
        "keep_signals()\n"
        "async def main():\n"
        "    loop, told = asyncio.get_running_loop(), asyncio.Event()\n"
        "    loop.add_signal_handler(signal.SIGTERM, lambda: (print('handler', flush=True), told.set()))\n"
        "    when_told_to_end_on(loop, lambda: print('streams', flush=True))\n"
        "    print('ready', flush=True)\n"
        "    await told.wait()\n"
        "asyncio.run(main())\n"
    )
    assert said_when_told_to_end(program) == ("streams\nhandler\n", 0)


def test_only_the_view_with_its_ticket_is_told_anything(phone: Phone) -> None:
    waiting = phone.hands_over()
    ticket = main_of(waiting)["ticket"]
    phone.signs_in(phone.names(number_of(waiting), address_of(waiting)))
    phone.applies()
    stranger = Screen(phone.app, phone.view.agent, headers=EVENT_STREAM)

    answer = stranger.opens(f"{phone.link}/hand-over?ticket={ticket}")

    assert told(iter([answer.text])) == ["applied"]
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/event-stream", "no-store")
    assert told(iter([stranger.opens(f"{phone.link}/hand-over").text])) == ["offer"]
    assert told(iter([stranger.opens(f"{phone.link}/hand-over?ticket=guessed.guessed").text])) == ["offer"]
