"""What the records ask of a database: statements with `?` in a transaction, durable commits, retries of conflicts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Row = tuple[Any, ...]
Value = str | int | None
Values = Sequence[Value | Sequence[Value]]
"""For the marks of a statement; several of them for one of an array, which PostgreSQL alone has."""
Statement = tuple[str, Values]


class Connection(Protocol):
    """Runs one statement inside the current transaction."""

    dialect: str
    """`sqlite` or `postgresql`."""
    attempt: int
    """0 when the work runs for the first time; when it runs again, it may take a way that waits instead."""

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        """All rows of a query, or of a write with RETURNING."""
        ...

    def row(self, statement: str, values: Values = ()) -> Row | None:
        """The first row, or None."""
        ...

    def run(self, statement: str, values: Values = ()) -> int:
        """Run a write; the number of rows it changed."""
        ...

    def run_after(self, first: Statement, then: Statement) -> int:
        """Run two statements, of which the second sees what the first waited for; how many rows the second changed.

        With `Database.write_alone` they are one transaction, on PostgreSQL in one round trip.
        """
        ...


class Conflict(Exception):
    """Another transaction is in the way of this one: roll back and run the work again."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What the database's driver raises, for who tells one fault from another without knowing the driver."""

    all: tuple[type[Exception], ...]
    in_the_way: tuple[type[Exception], ...]
    """A row was refused, or another transaction was faster."""
    no_table: tuple[type[Exception], ...]


class Database(Protocol):
    """A store of rows with durable commits."""

    dialect: str
    faults: Faults

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run queries; each sees committed rows."""
        ...

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction and commit it durably; may run `work` again after a conflict."""
        ...

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which makes one statement that is a transaction of its own; once, whatever is in its way."""
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...
