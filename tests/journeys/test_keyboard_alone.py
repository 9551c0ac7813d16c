"""The whole way by keyboard alone, and what a screen reader is told on it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from simulator.journeys.journey import Theatre
from simulator.people import Person
from simulator.world import World, WorldPlan
from tests.pages.variants import VARIANTS, opened

pytestmark = pytest.mark.browser

ADA = Person(name="ada")
BEN = Person(name="ben")
MOST_STOPS = 40


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(WorldPlan(seed=1)) as world:
        for person in (ADA, BEN):
            world.amazon.add_account(person.email, person.password, person.full_name)
        yield world


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and can be seen to have it."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not lead to {selector}")


def presses(page: Page, act: str) -> None:
    tab_to(page, f"[data-act={act}]")
    page.keyboard.press("Enter")


def answers_amazon(page: Page, person: Person, answer: str) -> None:
    expect(page.locator("input[name=email]")).to_be_focused()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-act={answer}]")).to_be_visible()
    presses(page, answer)


def shows(page: Page, name: str, *told: str) -> None:
    """The page has come, and its tree for screen readers holds these lines."""
    expect(page.locator(f"main[data-page='{name}']")).to_be_visible()
    tree = page.locator("body").aria_snapshot()
    assert [line for line in told if line not in tree] == [], tree


def test_a_reward_is_chosen_signed_in_for_and_added_without_a_pointer(world: World, theatre: Theatre) -> None:
    with opened(theatre.browser, VARIANTS["narrow"]) as page:
        page.goto(world.fresh_reward("ada").url)
        shows(page, "offer", 'heading "Your reward is here" [level=1]', 'group "Choose one of 5 rewards"')
        tab_to(page, "input[name=item]")
        page.keyboard.press("ArrowDown")
        shows(page, "offer", "[checked]", 'button "Sign in with Amazon"')
        presses(page, "sign-in")

        answers_amazon(page, ADA, "allow")

        shows(page, "confirm", 'heading "One last step" [level=1]', "term: Amazon account", "a•••@people.example")
        expect(page.get_by_role("radio", checked=True)).to_have_value("lamp")
        presses(page, "apply")

        shows(
            page, "applied", 'heading "Your reward has been added" [level=1]', "a•••@people.example",
            'link "See it at Amazon"', "Support number",
        )  # fmt: skip
        page.go_back()
        shows(page, "applied", 'heading "Your reward has been added" [level=1]')


def test_who_refuses_at_amazon_hears_why_he_is_back_and_can_go_on(world: World, theatre: Theatre) -> None:
    with opened(theatre.browser, VARIANTS["narrow"]) as page:
        page.goto(world.fresh_reward("ben").url)
        presses(page, "sign-in")
        answers_amazon(page, BEN, "refuse")

        expect(page.get_by_role("status")).to_contain_text("Your reward is safe.")
        shows(page, "offer", "- status:", 'button "Sign in with Amazon"')
        tab_to(page, "[data-act=sign-in]")
