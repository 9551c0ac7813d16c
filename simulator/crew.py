"""Plays journeys side by side, each in a process with a browser of its own; worlds share nothing, so they may."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from simulator import browsers
from simulator.hosts.profiles import Device, Host
from simulator.journeys import journey
from simulator.journeys.film import Film
from simulator.journeys.journey import Theatre
from simulator.scenario import Scenario

Journey = tuple[Scenario, Device, Host]

GRACE_SECONDS: Final = 30.0
"""More than a service takes to end, which ends with its journey."""

_theatre: Theatre
_playing: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Manner:
    """How a crew plays: with a screen or without, looking for barriers or not, and where it keeps traces."""

    headless: bool = True
    looks_for_barriers: bool = False
    traces: Path | None = None


def play(journeys: Sequence[Journey], seed: int, jobs: int, manner: Manner, ended: Callable[[Film], None]) -> None:
    """Play them, `jobs` at a time; `ended` is told of each as it ends. Interrupted, it ends those under way."""
    with crew_of(jobs, manner) as crew:
        under_way: list[Future[Film]] = [crew.submit(play_one, one, seed) for one in journeys]
        for done in as_completed(under_way):
            ended(done.result())


@contextmanager
def crew_of(jobs: int, manner: Manner = Manner()) -> Iterator[ProcessPoolExecutor]:
    """So many processes, each ready to `play_one` journey after the other."""
    # Processes that begin from nothing: Playwright's threads do not survive a fork.
    crew = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _open_theatre, (manner,))
    try:
        yield crew
    finally:
        crew.shutdown(cancel_futures=True)


def _open_theatre(manner: Manner) -> None:
    global _theatre  # noqa: PLW0603 - what a process of the pool keeps between its journeys
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    playwright = sync_playwright().start()
    browser = browsers.find(playwright).launch(playwright.chromium, headless=manner.headless)
    _theatre = Theatre(playwright, browser, looks_for_barriers=manner.looks_for_barriers, traces=manner.traces)
    Finalize(None, playwright.stop, exitpriority=1)
    Finalize(None, browser.close, exitpriority=2)


def play_one(one: Journey, seed: int) -> Film:
    """Play a journey; only in a process of a crew. Raises SystemExit when whoever started that process is gone."""
    scenario, device, host = one
    run = multiprocessing.parent_process()
    with _playing:
        if run is not None and not run.is_alive():
            raise SystemExit  # what still waited when the run was killed is not begun
        return journey.play(scenario, _theatre, device, host, seed)


def _end_with_the_run() -> None:
    """When whoever started this process is gone, killed perhaps, end the journey in order, and in any case soon."""
    run = multiprocessing.parent_process()
    if run is None:
        return
    run.join()
    os.kill(os.getpid(), signal.SIGTERM)
    _playing.acquire(timeout=GRACE_SECONDS)
    os._exit(1)


def _as_ctrl_c(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
