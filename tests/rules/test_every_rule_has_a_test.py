"""Each rule of the domain is named by at least one test, in its name or its docstring."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

RULES = {
    "E1": "an app defines what earns points",
    "E2": "more engagement gives better rewards: rising tiers",
    "E3": "points are exchanged for rewards only",
    "E4": "points are counted on the server, each event once",
    "C1": "the life cycle of a campaign, test mode among its states",
    "C2": "one to five free items, or one discounted category",
    "C3": "the charge is made when a reward is issued",
    "C4": "least budget and monthly caps",
    "C5": "the cost per action includes tax",
    "C6": "prices follow what other copies sold for; an issued price stays",
    "C7": "a developer's own product: sold and fulfilled by Amazon, no discount",
    "C8": "made-to-order rewards: in the US, by admitted developers",
    "C9": "developers of some countries are refused",
    "R1": "a person chooses among what the developer designated",
    "R2": "a reward expires 30 days after its campaign",
    "R3": "an alternative of equivalent value, told before it is applied",
    "R4": "standard shipping, and Prime",
    "R5": "rewards are delivered to the countries of AmazonGlobal",
    "R6": "a credit works much like a gift card on curated products",
    "R7": "one reward is applied once, to one account",
    "P1": "a reward link opens in a browser or in the app's own view",
    "P2": "the banner of 3000 x 600 pixels",
    "P3": "the badge in words of our own",
    "P4": "who has no account creates one and comes back",
    "P5": "support is the developer's before the link was opened, Amazon's after",
    "P6": "the app's messages come from the API",
    "V1": "developers never learn who redeemed",
}


def named_tests() -> Iterator[tuple[str, str]]:
    """File and name of every test, with its docstring behind the name."""
    for path in sorted(TESTS.rglob("test_*.py")):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield str(path.relative_to(TESTS)), f"{node.name} {ast.get_docstring(node) or ''}"


@pytest.fixture(scope="module")
def tests() -> list[tuple[str, str]]:
    return list(named_tests())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule}: {RULES[rule]}")
def test_each_rule_is_named_by_a_test(rule: str, tests: list[tuple[str, str]]) -> None:
    pattern = re.compile(rf"(?<![A-Za-z0-9]){rule}(?![A-Za-z0-9])", re.IGNORECASE)

    assert [where for where, test in tests if pattern.search(test.replace("_", " "))]


def test_no_test_names_a_rule_that_is_not_there(tests: list[tuple[str, str]]) -> None:
    named = {(rule.upper(), where) for where, test in tests for rule in re.findall(r"_([ecrpv][1-9])_", test)}

    assert {rule for rule, _ in named} <= set(RULES)
