"""Callers of GetReward's use case, many at once, in threads and processes; imports little, to start fast."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from threading import Barrier
from typing import Any, Final

from redeem_app.adapters.database import connect
from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.adapters.records import StoredRecords
from redeem_app.domain.granting import Granting
from redeem_app.domain.granting_at_once import Gate, GrantingAtOnce
from redeem_app.domain.ids import AppId, CampaignId, MomentId, RewardGroupId
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward_wanted import RewardNotice, RewardWanted
from tests.campaign_builders import NOW, an_app
from tests.service_under_test import ServiceUnderTest

WANTED: Final = RewardWanted(AppId("game"), CampaignId("spring"), MomentId("level-5"), RewardGroupId("US"))

Outcome = tuple[int, Reason | None]
"""How many rewards one caller got, and why it got no more; no reason where the pool was empty."""


class StoppedClock:
    def now(self) -> Any:
        return NOW


@dataclass(frozen=True)
class Caller:
    """Calls as the API does: the short way, and where that finds anything in the way, the long one."""

    at_once: GrantingAtOnce
    granting: Granting
    key_hash: str

    def grant(self, wanted: RewardWanted = WANTED) -> RewardNotice | None:
        return self.at_once.grant(self.key_hash, wanted, Gate(lambda _: True)) or self.granting.grant(an_app(), wanted)


def a_caller(under_test: ServiceUnderTest) -> Caller:
    service = under_test.service
    return Caller(service.granting_at_once, service.granting, service.running.key_hash(under_test.api_key))


def calls_until_refused(caller: Caller, start: Barrier) -> Outcome:
    start.wait()
    issued = 0
    while True:
        try:
            notice = caller.grant()
        except Refusal as refusal:
            return issued, refusal.reason
        if notice is None:
            return issued, None
        issued += 1


def called_by_threads(caller: Caller, callers: int) -> list[Outcome]:
    start = Barrier(callers)
    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(lambda _: calls_until_refused(caller, start), range(callers)))


def called_by_processes(database_url: str, key_hash: str, processes: int, callers: int) -> list[Outcome]:
    """By `callers` threads in each of `processes` processes, on one database."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    outcomes = context.Queue()
    started = [
        context.Process(target=_call, args=(database_url, key_hash, callers, outcomes)) for _ in range(processes)
    ]
    for process in started:
        process.start()
    heard = [outcomes.get(timeout=120) for _ in range(processes * callers)]
    for process in started:
        process.join()
    return heard


def _call(database_url: str, key_hash: str, callers: int, outcomes: Any) -> None:
    database = connect(database_url)
    links = SignedLinks(["a-secret-of-the-tests-that-is-long-enough"])
    parts = (StoredRecords(database), StoppedClock(), links, lambda: secrets.token_hex(16))
    for outcome in called_by_threads(Caller(GrantingAtOnce(*parts), Granting(*parts), key_hash), callers):
        outcomes.put(outcome)
    database.close()
