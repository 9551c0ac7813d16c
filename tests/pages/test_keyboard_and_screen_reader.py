import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.variants import VARIANTS, opened

pytestmark = pytest.mark.browser

FOCUS = """
() => {
  const it = document.activeElement;
  const seen = it.matches("input") ? it.nextElementSibling : it;
  const box = seen.getBoundingClientRect();
  const onTop = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: it.value || it.dataset.act || it.getAttribute("href") || it.tagName,
    outlined: getComputedStyle(seen).outlineStyle !== "none" && parseFloat(getComputedStyle(seen).outlineWidth) >= 2,
    inSight: box.top >= 0 && box.bottom <= innerHeight + 1,
    covered: !(seen.contains(onTop) || (onTop && onTop.contains(seen))),
  };
}
"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with opened(browser, VARIANTS["narrow"]) as page:
        yield page


def walk(page: Page, stops: int) -> list[dict[str, object]]:
    """Press Tab that many times; say at each stop what has the focus, and whether one can see so."""
    seen = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUS))
    return seen


def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_seen(phone: Page, base_url: str) -> None:
    phone.goto(f"{base_url}/state/confirm-choice")

    stops = walk(phone, 7)

    assert [stop["name"] for stop in stops] == [
        "lamp",
        "apply",
        "sign-in",
        "https://www.amazon.com/help",
        "mailto:help@starlight.example",
        "https://starlight.example/terms",
        "SUMMARY",
    ]
    assert all(stop["outlined"] and stop["inSight"] and not stop["covered"] for stop in stops), stops


def test_the_keyboard_alone_chooses_and_goes_on(phone: Page, base_url: str) -> None:
    phone.goto(f"{base_url}/state/offer-choice")
    phone.keyboard.press("Tab")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Tab")

    with phone.expect_request("**/reward/sign-in") as sent:
        phone.keyboard.press("Enter")

    assert parse_qs(sent.value.post_data or "")["item"] == ["lamp"]


def test_return_in_the_form_applies_and_does_not_change_the_account(phone: Page, base_url: str) -> None:
    phone.goto(f"{base_url}/state/confirm-choice")
    phone.keyboard.press("Tab")

    with phone.expect_request(lambda request: request.method == "POST") as sent:
        phone.keyboard.press("Enter")

    assert sent.value.url.endswith("/reward/apply")


def test_the_language_is_chosen_by_keyboard(phone: Page, base_url: str) -> None:
    phone.goto(f"{base_url}/state/refusal-page-not-found")
    phone.locator("summary").focus()
    phone.keyboard.press("Enter")
    phone.get_by_role("button", name="Suomi").focus()

    phone.keyboard.press("Enter")

    expect(phone.locator("html")).to_have_attribute("lang", "fi")


def test_a_screen_reader_hears_the_offer_in_order(phone: Page, base_url: str) -> None:
    phone.goto(f"{base_url}/state/offer-notice-item-not-offered")

    expect(phone.locator("body")).to_match_aria_snapshot("""
        - banner:
          - img "Starlight Runner"
          - paragraph: Starlight Runner
        - main:
          - status:
            - paragraph: This item is not part of the offer
            - paragraph: /You can choose only among the rewards shown/
          - heading "Your reward is here" [level=1]
          - paragraph: You reached level 5. Thank you for playing with us!
          - group "Choose one of 3 rewards":
            - radio /Wireless headphones .* \\$27\\.50 tax included/ [checked]
            - radio /Reading lamp/
            - radio /Game credit .* Sold out/ [disabled]
          - term: Use by
          - definition:
            - time: December 30, 2026
          - term: Shipping
          - definition:
            - list:
              - listitem: Free two-day delivery with Prime
              - listitem: Free shipping on orders over $25
              - listitem: Standard shipping rates below that
          - button "Sign in with Amazon"
          - paragraph: /No Amazon account yet/
          - paragraph: Delivered through Amazon
        - contentinfo:
          - region "Help":
            - heading "Help" [level=2]
            - term: Amazon customer service, for this reward
            - definition:
              - link "www.amazon.com/help"
        """)
    expect(phone.locator("fieldset")).to_have_accessible_description(re.compile("not part of the offer"))


def test_a_screen_reader_hears_the_success_with_account_and_date(phone: Page, base_url: str) -> None:
    phone.goto(f"{base_url}/state/applied")

    expect(phone.locator("main")).to_match_aria_snapshot("""
        - main:
          - heading "Your reward has been added" [level=1]
          - heading "Wireless headphones" [level=2]
          - term: Value
          - definition: $27.50 tax included
          - term: Amazon account
          - definition: m•••@example.com
          - term: Added on
          - definition:
            - time: November 23, 2026
          - term: Use by
          - definition:
            - time: November 23, 2027
          - term: Shipping
          - definition
          - paragraph:
            - link "See it at Amazon"
        """)
