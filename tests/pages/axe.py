"""axe-core in the page under test: what it finds against WCAG 2.2 A and AA, and its best practices."""

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

RUN = """
async () => {
  const outcome = await axe.run(document, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return outcome.violations.flatMap((found) => found.nodes.map((node) => `${found.id}: ${node.target} ${node.html}`));
}
"""


@cache
def script() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def findings(page: Page) -> list[str]:
    """Each as `rule: selector html`; empty when all is well."""
    page.evaluate(script())
    found: list[str] = page.evaluate(RUN)
    return found
