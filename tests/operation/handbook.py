"""The commands of docs/operating.md, as they stand there."""

import re
import textwrap
from pathlib import Path

PROJECT = Path(__file__).parents[2]
HANDBOOK = PROJECT / "docs" / "operating.md"


def commands(section: str) -> list[str]:
    """The blocks of shell commands of a section, in order."""
    text = HANDBOOK.read_text(encoding="utf-8")
    part = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [
        textwrap.dedent(block).strip() for block in re.findall(r"^ *```sh\n(.*?)^ *```", part, re.MULTILINE | re.DOTALL)
    ]


def filled(block: str, words: dict[str, str]) -> str:
    """The block with what stands in angle brackets, and the places of this machine, put in."""
    for word, value in words.items():
        block = block.replace(word, value)
    left = re.findall(r"<[a-z][^ >]*>", block)
    assert not left, f"nothing was put in for {left}"
    return block
