"""What the verdict makes of books that don't add up."""

from typing import Any

import pytest

from simulator import verdict
from simulator.verdict import Applied, Check


def books(**changes: Any) -> dict[str, Any]:
    book = {"campaign_id": "c", "currency": "USD", "issued": 3, "redeemed": 2, "expired": 0, "open": 1, "charged": 8250}
    return {"books": [{**book, **changes}], "disagreements": []}


TWO = [Applied("r1", "anna"), Applied("r2", "ben")]


def wrong(checks: list[Check]) -> list[str]:
    return [check.name for check in checks if check.went_well is False]


def test_books_that_add_up_pass() -> None:
    checks = [*verdict.of_books(books(), 2750), *verdict.of_amazon(books(), TWO), *verdict.of_people(books(), 3, 2)]

    assert wrong(checks) == []
    assert verdict.went_well(checks)


@pytest.mark.parametrize(
    ("checks", "name"),
    [
        (verdict.of_books(books(open=0)), "issued = redeemed + expired + open"),
        (verdict.of_books(books(charged=8000), 2750), "the ledger sums to zero"),
        (verdict.of_books({**books(), "disagreements": ["c: 1 reserved"]}), "rewards, ledger and counters agree"),
        (verdict.of_amazon(books(), [TWO[0]]), "redeemed = applied at Amazon"),
        (verdict.of_amazon(books(), [TWO[0], TWO[0]]), "no request id has two effects"),
        (verdict.of_amazon(books(), [TWO[0], Applied("r2", "anna")]), "nobody got twice"),
        (verdict.of_people(books(), 4, 2), "no reward is lost"),
        (verdict.of_people(books(), 3, 3), "what people saw applied is redeemed"),
    ],
)
def test_each_disagreement_is_named(checks: list[Check], name: str) -> None:
    assert name in wrong(checks)
    assert not verdict.went_well(checks)
