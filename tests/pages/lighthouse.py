"""Lighthouse for phones, over the reward page and the success page: `python -m tests.pages.lighthouse`.

The pages are those of `redeem serve`; slow 4G and a processor four times as slow are really applied. Accessibility and
best practices have to be 100 each time, performance in the best of the rounds, since a busy machine can only make a
page look slower than it is. Exit code 1 when a score is lower.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import node_packages
from tests.pages.served_pages import ServedPages, look_at

FOLDER: Final = Path(__file__).parent / "node"
FULL: Final = 100
PERFORMANCE: Final = "performance"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of one look at one page."""

    scores: Mapping[str, int]
    findings: Sequence[str]
    seen: str
    """Which page was there: `offer`, `applied`, …"""
    largest: float
    """Largest contentful paint, in seconds."""
    error: str


def judged(pages: ServedPages, url: str, cookies: Sequence[Mapping[str, object]], throttling: str) -> Judgement:
    """One look. Raises SystemExit when Lighthouse fails."""
    asked = {"browser": pages.program, "url": url, "cookies": cookies, "throttling": throttling}
    command = [str(shutil.which("node")), "lighthouse.mjs", json.dumps(asked)]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=180)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return Judgement(**json.loads(done.stdout))


def is_full(looks: Sequence[Judgement], expected: str) -> bool:
    """Print what was found; whether it is all that can be had."""
    names = looks[0].scores
    scores = {name: [look.scores[name] for look in looks] for name in names}
    sys.stdout.write(f"{expected}: " + ", ".join(f"{name} {'/'.join(map(str, scores[name]))}" for name in names))
    sys.stdout.write(f"; largest paint {min(look.largest for look in looks):.2f} s\n")
    for finding in dict.fromkeys(finding for look in looks for finding in look.findings):
        sys.stdout.write(f"  {finding}\n")
    is_right_page = all(look.seen == expected and not look.error for look in looks)
    if not is_right_page:
        sys.stdout.write(f"  not the page that was meant: {[(look.seen, look.error) for look in looks]}\n")
    return is_right_page and all((max if name == PERFORMANCE else min)(found) == FULL for name, found in scores.items())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.pages.lighthouse", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="looks at each page at most; it stops once all is 100")
    parser.add_argument("--throttling", choices=["devtools", "simulate"], default="devtools")
    asked = parser.parse_args()
    node_packages.install(FOLDER)
    full = []

    def look(pages: ServedPages) -> None:
        for expected, url, cookies in (("offer", pages.reward, ()), ("applied", pages.success, pages.cookies)):
            looks: list[Judgement] = []
            while len(looks) < asked.rounds and not (looks and looks[-1].scores[PERFORMANCE] == FULL):
                looks.append(judged(pages, url, cookies, asked.throttling))
            full.append(is_full(looks, expected))

    look_at(look)
    sys.exit(0 if full and all(full) else 1)


if __name__ == "__main__":
    main()
