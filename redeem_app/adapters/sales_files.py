"""Sales files: CSV of what copies of items sold for, from which prices are derived (rule C6).

The columns `item_id`, `sold_on` (2026-05-31), `price` (without tax, 24.90), `currency` and, where a line stands for
several copies, `copies`; in any order, other columns are passed over. A file with a wrong line is not used at all.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from redeem_app.domain.ids import ItemId
from redeem_app.domain.marketplaces import MARKETPLACES
from redeem_app.domain.money import Money, minor_digits
from redeem_app.domain.prices import Sale

COLUMNS: Final = ("item_id", "sold_on", "price", "currency")
CURRENCIES: Final = frozenset(store.currency for store in MARKETPLACES.values())
_PRICE: Final = re.compile(r"\d{1,9}(\.\d{1,2})?")
_COPIES: Final = re.compile(r"[1-9]\d{0,8}")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that can't be used, and why."""

    line: int
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


class SalesFileWrong(Exception):
    """A file with lines that can't be used; nothing of it was taken."""

    def __init__(self, rows: tuple[BadRow, ...]) -> None:
        super().__init__("\n".join(str(row) for row in rows))
        self.rows = rows


def read_sales(path: Path, currencies: Mapping[ItemId, str]) -> tuple[Sale, ...]:
    """The sales of the items in `currencies`, which says what currency each one's price is in.

    Raises SalesFileWrong with every wrong line. Lines of other items are checked, then left out.
    """
    sales, wrong = list[Sale](), list[BadRow]()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for found in _rows(file, currencies):
                if isinstance(found, BadRow):
                    wrong.append(found)
                elif found.item_id in currencies:
                    sales.append(found)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        wrong = [BadRow(1, f"{path.name} can't be read: {reason}")]
    if wrong:
        raise SalesFileWrong(tuple(wrong))
    return tuple(sales)


def _rows(file: Iterator[str], currencies: Mapping[ItemId, str]) -> Iterator[Sale | BadRow]:
    reader = csv.reader(file, strict=True)
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in COLUMNS if header.count(name) != 1]
        if missing:
            yield BadRow(1, f"the first line has to name {', '.join(missing)} once")
            return
        line = reader.line_num + 1
        for fields in reader:
            if fields:
                yield _sale(line, header, fields, currencies)
            line = reader.line_num + 1
    except csv.Error as error:
        yield BadRow(line, f"is no CSV: {error}")


def _sale(line: int, header: list[str], fields: list[str], currencies: Mapping[ItemId, str]) -> Sale | BadRow:
    if len(fields) != len(header):
        return BadRow(line, f"has {len(fields)} fields where the first line has {len(header)}")
    row = {name: field.strip() for name, field in zip(header, fields, strict=True)}
    problems = [
        f"{name} {problem}" for name, check in _CHECKS.items() if name in row and (problem := check(row[name], row))
    ]
    expected = currencies.get(ItemId(row["item_id"]))
    if not problems and expected and expected != row["currency"]:
        problems = [f"{row['item_id']} is priced in {expected}, not in {row['currency']}"]
    if problems:
        return BadRow(line, "; ".join(problems))
    price = Money.of(Decimal(row["price"]), row["currency"])
    return Sale(ItemId(row["item_id"]), date.fromisoformat(row["sold_on"]), price, int(row.get("copies", "1")))


def _wrong_id(value: str, _row: Mapping[str, str]) -> str:
    return "" if value else "is empty"


def _wrong_day(value: str, _row: Mapping[str, str]) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return f"is {value!r}, not a day such as 2026-05-31"
    return ""


def _wrong_price(value: str, row: Mapping[str, str]) -> str:
    if not _PRICE.fullmatch(value) or Decimal(value) == 0:
        return f"is {value!r}, not an amount such as 24.90"
    if Decimal(value) != round(Decimal(value), minor_digits(row["currency"])):
        return f"is {value}, which has more decimals than {row['currency']} has"
    return ""


def _wrong_currency(value: str, _row: Mapping[str, str]) -> str:
    return "" if value in CURRENCIES else f"is {value!r}, none of {', '.join(sorted(CURRENCIES))}"


def _wrong_copies(value: str, _row: Mapping[str, str]) -> str:
    return "" if _COPIES.fullmatch(value) else f"is {value!r}, not a whole number of at least 1"


_CHECKS: Final[Mapping[str, Callable[[str, Mapping[str, str]], str]]] = {
    "item_id": _wrong_id,
    "sold_on": _wrong_day,
    "price": _wrong_price,
    "currency": _wrong_currency,
    "copies": _wrong_copies,
}
