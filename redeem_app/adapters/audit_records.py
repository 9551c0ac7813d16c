"""The audit log on the database; lines are only ever added."""

from redeem_app.adapters.database import Connection, Row
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.auditing import AuditLine

_LINES = "SELECT number, done_at, act, subject, facts, seal FROM audit"
_ADVISORY_LOCK = 711_2021
"""Any fixed number: lines are written one after the other."""


class StoredAudit:
    """AuditRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def last_for_writing(self) -> AuditLine | None:
        if self._db.dialect == "postgresql":
            self._db.run("SELECT pg_advisory_xact_lock(?)", (_ADVISORY_LOCK,))
        row = self._db.row(f"{_LINES} ORDER BY number DESC LIMIT 1")
        return None if row is None else _line(row)

    def add(self, line: AuditLine) -> None:
        self._db.run(
            "INSERT INTO audit (number, done_at, act, subject, facts, seal) VALUES (?, ?, ?, ?, ?, ?)",
            (line.number, to_ms(line.done_at), line.act, line.subject, line.facts, line.seal),
        )

    def lines(self) -> tuple[AuditLine, ...]:
        return tuple(_line(row) for row in self._db.rows(f"{_LINES} ORDER BY number"))


def _line(row: Row) -> AuditLine:
    number, done_at, act, subject, facts, seal = row
    return AuditLine(int(number), from_ms(done_at), act, subject, facts, seal)
