"""The audit log: what operators did, in lines of which each is sealed with the one before.

A line that is changed, left out or put in breaks the seal of every later one. The seal is keyed, so that whoever can
write the database but does not have the service's key can't mend it. No line names a person.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from redeem_app.domain.ports import KeyedHash

if TYPE_CHECKING:
    from redeem_app.domain.records import Records, Transaction

_BEGINNING: Final = "the beginning"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act; `facts` is a JSON object with sorted keys."""

    number: int
    done_at: datetime
    act: str
    subject: str
    facts: str
    seal: str


class Audit:
    """Writes lines, and tells whether all of them are as they were written."""

    def __init__(self, hashes: KeyedHash) -> None:
        self._hashes = hashes

    def write(self, tx: "Transaction", now: datetime, act: str, subject: str, **facts: object) -> None:
        """Add a line in the transaction of the act itself: both are committed, or neither."""
        last = tx.audit.last_for_writing()
        number, before = (last.number + 1, last.seal) if last else (1, _BEGINNING)
        told = json.dumps({name: str(value) for name, value in facts.items()}, sort_keys=True)
        moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
        seal = self._seal(before, number, moment, act, subject, told)
        tx.audit.add(AuditLine(number, moment, act, subject, told, seal))

    def broken_at(self, lines: Iterable[AuditLine]) -> int | None:
        """The number of the first line that is not as it was written, or is missing; None if all are right."""
        before, expected = _BEGINNING, 1
        for line in lines:
            seal = self._seal(before, line.number, line.done_at, line.act, line.subject, line.facts)
            if line.number != expected or line.seal != seal:
                return expected
            before, expected = line.seal, expected + 1
        return None

    def lines(self, records: "Records") -> tuple[AuditLine, ...]:
        """Every line, oldest first."""
        return records.read(lambda tx: tx.audit.lines())

    def _seal(self, before: str, number: int, moment: datetime, *parts: str) -> str:
        return self._hashes.of("audit", before, str(number), moment.isoformat(), *parts)


def facts_of(line: AuditLine) -> Mapping[str, str]:
    """The line's facts."""
    facts: dict[str, str] = json.loads(line.facts)
    return facts
