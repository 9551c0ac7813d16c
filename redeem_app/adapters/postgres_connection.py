"""One connection to PostgreSQL: a statement with values is prepared when it is run for the second time.

The driver's cursors would prepare it too, but take several times as much of a core to run it, and let go of the
interpreter at each step. So what is prepared is run by the driver's lower layer, `psycopg.pq`, in one call that waits
for the answer. Only what is run for the first time goes through a cursor, and can be interrupted while it waits.
"""

import itertools
import select
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg import adapt, pq
from psycopg.abc import Transformer
from psycopg.adapt import PyFormat
from psycopg.pq.abc import PGresult

from redeem_app.adapters.transactions import Row, Statement, Values

_MOST: Final = 512
"""Statements that a connection knows; each that is prepared takes memory of the server."""
_DONE: Final = frozenset({pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK})

_Key = tuple[str, tuple[int, ...]]
"""A statement and the types of its values: a small number's type is another than a large one's."""
_Dumped = Sequence[Any]


@lru_cache(maxsize=512)
def _postgres_form(statement: str) -> bytes:
    first, *others = statement.split("?")
    return (first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))).encode()


@lru_cache(maxsize=128)
def _formats(count: int) -> Sequence[PyFormat]:
    return [PyFormat.AUTO] * count


class _Prepared:
    """A statement that the server knows by a name, and what reads its rows once there was a result."""

    __slots__ = ("name", "reader")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.reader: Transformer | None = None


_Call = tuple[_Prepared, _Dumped, Sequence[int] | None]
"""What is prepared, its values, and in which format each of them is."""


class PostgresConnection:
    """Runs statements; used by one thread at a time."""

    dialect = "postgresql"

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self.raw = raw
        self.attempt = 0
        self._libpq = raw.pgconn
        self._dumper: Transformer = adapt.Transformer(raw)
        self._known: dict[_Key, _Prepared | None] = {}
        """None where it was run once."""
        self._numbers = itertools.count()
        self._incoming, self._outgoing = select.poll(), select.poll()
        self._incoming.register(raw.fileno(), select.POLLIN)
        self._outgoing.register(raw.fileno(), select.POLLOUT)

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        result, reader = self._execute(statement, values)
        rows = reader.load_rows(0, result.ntuples, tuple)
        reader.set_pgresult(None, set_loaders=False)  # which may be large
        return rows

    def row(self, statement: str, values: Values = ()) -> Row | None:
        result, reader = self._execute(statement, values)
        return reader.load_row(0, tuple) if result.ntuples else None

    def run(self, statement: str, values: Values = ()) -> int:
        return self._execute(statement, values)[0].command_tuples or 0

    def run_after(self, first: Statement, then: Statement) -> int:
        calls = [self._call(*first), self._call(*then)]
        try:
            results = self._pipelined(calls)
        except BaseException:
            self.raw.close()  # nobody knows how far it came
            raise
        for result in results:
            self._check(result)
        return results[-1].command_tuples or 0

    @property
    def is_good(self) -> bool:
        """Whether it may be used on: it is whole, in no transaction, and knows no more than it should."""
        return self._libpq.transaction_status == pq.TransactionStatus.IDLE and len(self._known) < _MOST

    @property
    def is_spoken_to(self) -> bool:
        """Whether there is anything to read, a goodbye included; asks the kernel and not the server."""
        return bool(self._incoming.poll(0))

    def _execute(self, statement: str, values: Values) -> tuple[PGresult, Transformer]:
        """The result, and what reads its rows."""
        if values:
            dumped = self._dumper.dump_sequence(values, _formats(len(values)))
            key = statement, self._dumper.types or ()
            if key in self._known:
                return self._execute_prepared(self._known[key] or self._prepare(key), dumped)
            self._known[key] = None
        result = self.raw.execute(_postgres_form(statement), values).pgresult
        if result is None:
            raise psycopg.InterfaceError("no result")
        return result, self._reader(result)

    def _execute_prepared(self, prepared: _Prepared, dumped: _Dumped) -> tuple[PGresult, Transformer]:
        result = self._libpq.exec_prepared(prepared.name, dumped, self._dumper.formats)
        self._check(result)
        reader = prepared.reader
        if reader is None:
            reader = prepared.reader = self._reader(result)
        else:
            reader.set_pgresult(result, set_loaders=False)
        return result, reader

    def _call(self, statement: str, values: Values) -> _Call:
        dumped = self._dumper.dump_sequence(values, _formats(len(values)))
        key = statement, self._dumper.types or ()
        return self._known.get(key) or self._prepare(key), dumped, self._dumper.formats

    def _prepare(self, key: _Key) -> _Prepared:
        statement, types = key
        name = b"s%d" % next(self._numbers)
        self._check(self._libpq.prepare(name, _postgres_form(statement), types))
        prepared = self._known[key] = _Prepared(name)
        return prepared

    def _pipelined(self, calls: Sequence[_Call]) -> list[PGresult]:
        """The results of calls that are sent at once, as one transaction."""
        libpq = self._libpq
        results: list[PGresult] = []
        libpq.enter_pipeline_mode()
        for prepared, dumped, formats in calls:
            libpq.send_query_prepared(prepared.name, dumped, formats)
        libpq.pipeline_sync()
        while libpq.flush():
            self._outgoing.poll()
        while (result := self._next_result()).status != pq.ExecStatus.PIPELINE_SYNC:
            results.append(result)
        libpq.exit_pipeline_mode()
        return results

    def _next_result(self) -> PGresult:
        """Wait for it; it comes after None, with which the one before it ended."""
        libpq = self._libpq
        while libpq.status == pq.ConnStatus.OK:
            while libpq.is_busy():
                self._incoming.poll()
                libpq.consume_input()
            result = libpq.get_result()
            if result is not None:
                return result
        raise psycopg.OperationalError(libpq.get_error_message(self.raw.info.encoding))

    def _reader(self, result: PGresult) -> Transformer:
        reader: Transformer = adapt.Transformer(self.raw)
        reader.set_pgresult(result)
        return reader

    def _check(self, result: PGresult) -> None:
        """Raise what went wrong, if anything did; where the server has said nothing, the connection broke."""
        if result.status in _DONE:
            return
        encoding = self.raw.info.encoding
        if result.error_field(pq.DiagnosticField.SQLSTATE) is None:
            raise psycopg.OperationalError(result.get_error_message(encoding))
        raise psycopg.errors.error_from_result(result, encoding)
