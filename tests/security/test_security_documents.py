"""The evidence that the documents name exists."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("document", ["threat-model.md", "asvs.md"])
def test_every_named_test_and_path_exists(document: str) -> None:
    text = (PROJECT / "docs" / document).read_text("utf-8")
    code = "\n".join(path.read_text("utf-8") for path in (PROJECT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", text))
    paths = set(re.findall(r"`((?:redeem_app|tests|operations)/[\w/.]+)`", text))

    assert named
    assert {name for name in named if f"def {name}(" not in code} == set()
    assert {path for path in paths if not (PROJECT / path).exists()} == set()
