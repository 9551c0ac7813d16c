import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.pages.axe import findings
from tests.pages.page_builders import Render
from tests.pages.page_states import distinct, every_state
from tests.pages.variants import VARIANTS, opened

STATES = every_state()
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
pytestmark = pytest.mark.browser


def complaints(page: Page) -> list[str]:
    """What the browser itself says against the page: the security policy broken, a script that fails."""
    told: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            told.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


@pytest.mark.parametrize("name", ["light", "dark", "rtl", "narrow", "large-text"])
def test_axe_finds_nothing_in_any_state(name: str, browser: Browser, base_url: str, render: Render) -> None:
    """States that differ in words alone have one look at them; the structure and the colours are the same."""
    looked_at = distinct({state: render(page) for state, page in STATES.items()})
    wrong = []

    with opened(browser, VARIANTS[name]) as page:
        told = complaints(page)
        for state in looked_at:
            page.goto(f"{base_url}/state/{state}?lang={VARIANTS[name].language}")
            wrong += [f"{state}: {finding}" for finding in findings(page)]

    assert len(looked_at) > 20
    assert wrong == []
    assert told == []


@pytest.mark.parametrize(
    ("name", "language"),
    [("narrow", "de"), ("narrow-large", "fi"), ("large-text", "ru")],
)
def test_long_words_are_never_cut_off(name: str, language: str, browser: Browser, base_url: str) -> None:
    wrong = []

    with opened(browser, VARIANTS[name]) as page:
        for state in STATES:
            page.goto(f"{base_url}/state/{state}?lang={language}")
            wrong += [state] if page.evaluate(TOO_WIDE) else []

    assert wrong == []
