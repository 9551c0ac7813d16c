"""What axe-core finds on a page against WCAG 2.2 A and AA, where axe-core is installed."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

_PACKAGE: Final = "axe_playwright_python"
_RUN: Final = """
async () => {
  const outcome = await axe.run(document, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  });
  return outcome.violations.flatMap((found) => found.nodes.map((node) => `${found.help}: ${node.target}`));
}
"""


@cache
def script() -> str:
    """axe-core's source; empty where it isn't installed."""
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        return ""
    return (Path(package.origin).parent / "axe.min.js").read_text("utf-8")


def findings(page: Page) -> list[str]:
    """Each as a sentence and the place; empty when all is well, or nothing could be looked at."""
    if not script():
        return []
    page.evaluate(script())
    found: list[str] = page.evaluate(_RUN)
    return found
