"""Where in a TOML text each value stands, which the standard library's reader does not tell.

No TOML is taken apart here: a text is cut into statements by asking the standard reader after each line whether the
statement is whole.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

KeyPath = tuple[str | int, ...]
"""Keys and positions from the top of a file down to a value: `("campaign", 0, "group", 1, "marketplace")`."""

Table = dict[str, object]

_AT_LINE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_ASSIGNMENT = re.compile(r"^\s*[A-Za-z0-9_.\"'-]+\s*=")
_MOST_MENDED = 20


@dataclass(frozen=True, slots=True)
class SyntaxMistake:
    """A line that is not TOML, and what the reader said of it."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class LocatedText:
    """What a TOML text says, and on which line; `table` is None where its syntax leaves too much open."""

    table: Table | None
    mistakes: tuple[SyntaxMistake, ...]
    lines: Mapping[KeyPath, int]

    def line_of(self, path: KeyPath) -> int:
        """The line of the value, or of the nearest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def located(text: str) -> LocatedText:
    """Read `text`, decimals as `Decimal`; a broken value is passed over, so that the rest can be read too."""
    lines, mistakes = text.split("\n"), list[SyntaxMistake]()
    while len(mistakes) < _MOST_MENDED:
        try:
            table = tomllib.loads("\n".join(lines), parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            mistake = _mistake(str(error), lines)
            mistakes.append(mistake)
            mended = _mended(lines[mistake.line - 1], mistake.problem)
            if mended is None or lines[mistake.line - 1] == mended:
                break
            lines[mistake.line - 1] = mended
        else:
            return LocatedText(table, tuple(mistakes), dict(_positions(lines)))
    return LocatedText(None, tuple(mistakes), {})


def _mistake(message: str, lines: list[str]) -> SyntaxMistake:
    found = _AT_LINE.search(message)
    line = int(found["line"]) if found and found["line"] else len(lines)
    return SyntaxMistake(min(line, len(lines)), _AT_LINE.sub("", message))


def _mended(line: str, problem: str) -> str | None:
    """The assignment with a value that can be read; None for any other line, which may hold the file together."""
    assignment = _ASSIGNMENT.match(line)
    if assignment is None:
        return None
    return "" if problem == "Cannot overwrite a value" else f"{assignment[0]} 0"


def _positions(lines: list[str]) -> Iterator[tuple[KeyPath, int]]:
    """Every key of a correct text with its line; the lists of tables are counted as they come."""
    table: KeyPath = ()
    count: dict[KeyPath, int] = {}
    for line, statement, said in _statements(lines):
        if not statement.startswith("["):
            yield from ((table + path, line) for path in _paths(said))
            continue
        table = ()
        *around, last = _header(said)
        for key in around:
            table += (key,)
            table += (count[table] - 1,) if table in count else ()
        table += (last,)
        if statement.startswith("[["):
            yield from [(table, line)] if table not in count else []
            count[table] = count.get(table, 0) + 1
            table += (count[table] - 1,)
        yield table, line


def _statements(lines: list[str]) -> Iterator[tuple[int, str, Table]]:
    """First line, text and meaning of each statement, blank lines and comments left out."""
    first, statement = 0, ""
    for number, line in enumerate(lines, start=1):
        if not statement and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first = first if statement else number
        statement = f"{statement}\n{line}" if statement else line.lstrip()
        try:
            said = tomllib.loads(statement, parse_float=Decimal)
        except tomllib.TOMLDecodeError:
            continue
        yield first, statement, said
        statement = ""


def _header(said: object) -> Iterator[str]:
    while isinstance(said, dict) and said:
        key, said = next(iter(said.items()))
        yield key


def _paths(said: Table) -> Iterator[KeyPath]:
    for key, value in said.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, *path) for path in _paths(value))
