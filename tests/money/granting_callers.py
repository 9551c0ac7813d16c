"""Callers of GetReward's use case, many at once, in threads and processes; imports little, to start fast."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from threading import Barrier
from typing import Any, Final

from redeem_app.adapters.database import connect
from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.adapters.records import StoredRecords
from redeem_app.domain.granting import Granting, RewardWanted
from redeem_app.domain.ids import AppId, CampaignId, MomentId, RewardGroupId
from redeem_app.domain.refusals import Reason, Refusal
from tests.campaign_builders import NOW, an_app

WANTED: Final = RewardWanted(AppId("game"), CampaignId("spring"), MomentId("level-5"), RewardGroupId("US"))

Outcome = tuple[int, Reason | None]
"""How many rewards one caller got, and why it got no more; no reason where the pool was empty."""


class StoppedClock:
    def now(self) -> Any:
        return NOW


def calls_until_refused(granting: Granting, start: Barrier) -> Outcome:
    start.wait()
    issued = 0
    while True:
        try:
            notice = granting.grant(an_app(), WANTED)
        except Refusal as refusal:
            return issued, refusal.reason
        if notice is None:
            return issued, None
        issued += 1


def called_by_threads(granting: Granting, callers: int) -> list[Outcome]:
    start = Barrier(callers)
    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(lambda _: calls_until_refused(granting, start), range(callers)))


def called_by_processes(database_url: str, processes: int, callers: int) -> list[Outcome]:
    """By `callers` threads in each of `processes` processes, on one database."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    outcomes = context.Queue()
    started = [context.Process(target=_call, args=(database_url, callers, outcomes)) for _ in range(processes)]
    for process in started:
        process.start()
    heard = [outcomes.get(timeout=120) for _ in range(processes * callers)]
    for process in started:
        process.join()
    return heard


def _call(database_url: str, callers: int, outcomes: Any) -> None:
    database = connect(database_url)
    links = SignedLinks(["a-secret-of-the-tests-that-is-long-enough"])
    granting = Granting(StoredRecords(database), StoppedClock(), links, lambda: secrets.token_hex(16))
    for outcome in called_by_threads(granting, callers):
        outcomes.put(outcome)
    database.close()
