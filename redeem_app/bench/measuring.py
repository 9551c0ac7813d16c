"""One run: rounds in which the bare view and each path take turns, so that a busy machine slows both alike."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redeem_app.bench import load
from redeem_app.bench.figures import Found, OpenLoop, Row, middle
from redeem_app.bench.instructions import counted
from redeem_app.bench.machine import looked_at, noise
from redeem_app.bench.noting import note, note_times
from redeem_app.bench.servers import Server, free_port
from redeem_app.bench.subjects import PATHS, SPREAD, Size, Subject, look_over, postgres_schema, subject
from redeem_app.bench.traffic import PHONE, message

_MOST_PER_SECOND: Final = 6_000
"""Requests made ready for a second of writing; where a machine does more, the slot ends early."""
_WARM_SECONDS: Final = 0.5
_OPEN_LOOP_CONNECTIONS: Final = 64
_GROWTH_WRITES: Final = 1_000
_COUNTED_ON: Final = 10_000
_WITH_REDIS: Final = "PostgreSQL and Redis"
"""Rewards in the tables, where no size was asked for."""

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure, and for how long."""

    rounds: int
    seconds: float
    connections: int
    workers: int
    threads: int
    postgres: str
    sizes: tuple[int, ...]
    open_loop_rate: int
    instructions: bool = False
    redis: str = ""
    """With it, PostgreSQL is measured a second time, with calls counted there instead of in the database."""


class Bench:
    """One run on one machine; what it found so far is in `found`, also after an interrupt."""

    def __init__(self, wanted: Wanted, folder: Path, told: Told) -> None:
        self._wanted = wanted
        self._folder = folder
        self._told = told
        self._hello = [message("GET", "/hello", PHONE)]
        self._port = free_port()
        self.found = Found(looked_at(folder), wanted.workers, wanted.threads, wanted.connections)

    def run(self) -> None:
        """Everything that is wanted. An interrupt ends it in order, with what was found."""
        try:
            with Server("bare", self._port, self._wanted.workers, self.found.bare_threads) as bare:
                self._measure(bare)
            if self._wanted.instructions:
                self.found.instructions = {
                    f"{rewards:,} rewards": counted(self._folder, rewards, self._told) for rewards in self._to_count()
                }
        except KeyboardInterrupt:
            self.found.interrupted = True
        self.found.noise_after = round(noise(), 2)

    def _measure(self, bare: Server) -> None:
        with self._subjects() as subjects:
            rows = self._warm_up(subjects)
            if self._wanted.open_loop_rate:  # before the disk is busy with what full load has left
                self._open_loops(subjects[0])
            self._rounds(subjects, rows)
            self._one_hot_campaign(subjects)
            self._remember_memory("bare", bare)
            for one in subjects:
                self._remember_memory(one.name, one.server)
        if self._wanted.sizes:
            self._growth()

    def _to_count(self) -> tuple[int, ...]:
        """The smallest and the largest size of the tables."""
        sizes = self._wanted.sizes or (_COUNTED_ON,)
        return tuple(dict.fromkeys((min(sizes), max(sizes))))

    def _remember_memory(self, name: str, server: Server) -> None:
        shares = server.memory()
        if shares:
            self.found.memory_mb[name] = round(max(shares) / 2**20, 1)

    @contextlib.contextmanager
    def _subjects(self) -> Iterator[list[Subject]]:
        wanted = self._wanted
        at_rate = wanted.rounds * int(wanted.seconds * wanted.open_loop_rate)
        size = Size(10_000, int((wanted.rounds * wanted.seconds + _WARM_SECONDS) * _MOST_PER_SECOND / 2) + at_rate)
        with contextlib.ExitStack() as stack:
            urls = {"SQLite": f"sqlite:///{self._folder / 'bench.sqlite3'}"}
            if wanted.postgres:
                urls["PostgreSQL"] = stack.enter_context(postgres_schema(wanted.postgres))
            if wanted.redis:
                urls[_WITH_REDIS] = stack.enter_context(postgres_schema(wanted.postgres))
            yield [stack.enter_context(self._subject(name, url, size)) for name, url in urls.items()]

    def _subject(self, name: str, url: str, size: Size) -> contextlib.AbstractContextManager[Subject]:
        self._told(f"{name}: filling")
        return subject(
            name,
            url,
            self._folder,
            size,
            workers=self._wanted.workers,
            threads=self._wanted.threads,
            told=lambda words: self._told(f"{name}: {words}"),
            redis=self._wanted.redis if name == _WITH_REDIS else "",
        )

    def _warm_up(self, subjects: list[Subject]) -> dict[tuple[str, str], Row]:
        """Go each path for a moment; gives the rows that the rounds fill, which hold the errors until then."""
        rows = {(one.name, path): Row(one.name, path) for one in subjects for path in PATHS}
        self.found.rows = [Row("bare", "hello"), *rows.values()]
        for one in subjects:
            self.found.durability[one.name] = _durability(one)
            for path in PATHS:
                self._slot(one, path, _WARM_SECONDS)
        return rows

    def _rounds(self, subjects: list[Subject], rows: dict[tuple[str, str], Row]) -> None:
        bare = self.found.rows[0]
        for number in range(self._wanted.rounds):
            for one in subjects:
                look_over(one.service)
                for path in PATHS:
                    before = self._bare(bare)
                    outcome = self._slot(one, path, self._wanted.seconds)
                    note(rows[one.name, path], outcome, self._wanted.connections)
                    rows[one.name, path].ratios.append(outcome.rate / before.rate)
                self._audit(one)
            self._told(f"round {number + 1} of {self._wanted.rounds}: {_so_far(rows)}")

    def _bare(self, row: Row) -> load.Outcome:
        outcome = load.run(load.Plan(self._port, self._hello, self._wanted.connections, self._wanted.seconds / 2))
        row.errors += outcome.sent - outcome.answers.get("200", 0)
        note(row, outcome, self._wanted.connections)
        return outcome

    def _slot(self, one: Subject, path: str, seconds: float, most: int = 0) -> load.Outcome:
        plan = one.plan(path, self._wanted.connections, seconds, most or int(seconds * _MOST_PER_SECOND / 2))
        outcome = load.run(plan)
        self._count_errors(one, path, outcome)
        return outcome

    def _count_errors(self, one: Subject, path: str, outcome: load.Outcome) -> None:
        errors = one.note(path, outcome)
        for row in (*self.found.rows, *self.found.growth):
            if row.subject == one.name and row.path == path:
                row.errors += errors

    def _audit(self, one: Subject) -> None:
        self.found.audits.setdefault(one.name, []).extend(one.audit())

    def _one_hot_campaign(self, subjects: list[Subject]) -> None:
        """GetReward on one campaign, whose counters all calls meet at, and on twenty, in turn."""
        self.found.hot = [Row(one.name, "GetReward") for one in subjects]
        for number in range(self._wanted.rounds):
            for one, row in zip(subjects, self.found.hot, strict=True):
                spread = self._slot(one, SPREAD, self._wanted.seconds)
                hot = self._slot(one, "GetReward", self._wanted.seconds)
                note(row, hot, self._wanted.connections)
                row.ratios.append(hot.rate / spread.rate)
                self._audit(one)
            found = ", ".join(f"{row.subject} {middle(row.ratios):.2f}" for row in self.found.hot)
            self._told(f"one hot campaign to twenty, round {number + 1} of {self._wanted.rounds}: {found}")

    def _open_loops(self, one: Subject) -> None:
        rate, seconds = self._wanted.open_loop_rate, self._wanted.seconds
        rows = {path: OpenLoop(one.name, path, rate) for path in ("bare", "open", "apply")}
        self.found.open_loop = list(rows.values())
        for path in ("open", "apply"):  # not in turn: what applying leaves to the disk would be in opening's way
            for number in range(self._wanted.rounds):
                bare = self._at_rate(load.Plan(self._port, self._hello, 0, seconds), rate)
                note_times(rows["bare"], bare, bare)
                plan = one.plan(path, 0, seconds, int(rate * seconds))
                outcome = self._at_rate(plan, rate)
                rows[path].errors += one.note(path, outcome)
                note_times(rows[path], outcome, bare)
                self._told(f"{path} at {rate} a second, {number + 1} of {self._wanted.rounds}: p99 {_latencies(rows)}")
        self._audit(one)

    def _at_rate(self, plan: load.Plan, rate: int) -> load.Outcome:
        plan.connections, plan.rate = _OPEN_LOOP_CONNECTIONS, rate
        return load.run(plan)

    def _growth(self) -> None:
        with contextlib.ExitStack() as stack:
            size_of = {f"{rewards:,} rewards": rewards for rewards in self._wanted.sizes}
            signed_in = (self._wanted.rounds + 1) * _GROWTH_WRITES
            subjects = [
                stack.enter_context(
                    self._subject(name, f"sqlite:///{self._folder / f'{rewards}.sqlite3'}", Size(rewards, signed_in))
                )
                for name, rewards in size_of.items()
            ]
            rows = {(one.name, path): Row(one.name, path) for one in subjects for path in PATHS}
            self.found.growth = list(rows.values())
            for one in subjects:
                for path in PATHS:
                    self._slot(one, path, _WARM_SECONDS, _GROWTH_WRITES)
            for number in range(self._wanted.rounds):
                for path in PATHS:
                    self._compare_sizes(subjects[:: -1 if number % 2 else 1], path, rows)
                self._told(f"growing tables, round {number + 1} of {self._wanted.rounds}: {_so_far(rows)}")
            for one in subjects:
                self._audit(one)

    def _compare_sizes(self, subjects: list[Subject], path: str, rows: dict[tuple[str, str], Row]) -> None:
        rates: dict[str, float] = {}
        for one in subjects:
            outcome = self._slot(one, path, self._wanted.seconds, _GROWTH_WRITES)
            rates[one.name] = outcome.rate
            note(rows[one.name, path], outcome, self._wanted.connections)
        smallest = f"{min(self._wanted.sizes):,} rewards"
        for name, rate in rates.items():
            rows[name, path].ratios.append(rate / rates[smallest])


def _durability(one: Subject) -> str:
    database = one.service.database
    if database.dialect == "sqlite":
        mode, level = database.read(
            lambda c: [str((c.row(f"PRAGMA {name}") or ("?",))[0]) for name in ("journal_mode", "synchronous")]
        )
        return f"{mode.upper()}, synchronous={({'2': 'FULL', '1': 'NORMAL', '0': 'OFF'}).get(level, level)}"
    commit, flush = database.read(
        lambda c: [str((c.row(f"SHOW {name}") or ("?",))[0]) for name in ("synchronous_commit", "fsync")]
    )
    return f"synchronous_commit={commit}, fsync={flush}"


def _so_far(rows: dict[tuple[str, str], Row]) -> str:
    return ", ".join(f"{name} {path} {middle(row.ratios):.2f}" for (name, path), row in rows.items())


def _latencies(rows: dict[str, OpenLoop]) -> str:
    return ", ".join(f"{path} {row.p99_ms[-1]:.1f} ms" for path, row in rows.items() if row.p99_ms)
