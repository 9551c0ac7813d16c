"""What is easily overlooked: paper, a phone on its side, forced colours, and addresses that have to break."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from redeem_app.web.presentation import breakable
from tests.pages.page_states import every_state
from tests.pages.variants import VARIANTS, opened

STATES = every_state()
INK = "rgb(23, 26, 33)"
PAGES_OF_A_PDF = re.compile(rb"/Type /Page\b")
LINE_ENDS = """(element) => {
    const ends = [], walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange();
    let before = null;
    for (let node; node = walker.nextNode();) for (let at = 0; at < node.length; at++) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const here = { letter: node.data[at], top: range.getBoundingClientRect().top };
        if (before && here.top > before.top + 4) ends.push(before.letter);
        before = here;
    }
    return ends;
}"""
ROOM_ABOVE_THE_FOOT = """() => {
    const ends = [...document.querySelectorAll('main > *')].map(one => one.getBoundingClientRect().bottom);
    return document.querySelector('footer').getBoundingClientRect().top - Math.max(...ends);
}"""
ON_PAPER = """links => links.map(link => ({
    act: link.dataset.act, address: link.getAttribute('href'), printed: getComputedStyle(link, '::after').content,
}))"""
UNFORCED = """() => [...document.querySelectorAll('svg')]
    .filter(one => !one.closest('a, summary, :disabled + .card'))
    .filter(one => getComputedStyle(one).color !== getComputedStyle(document.body).color)
    .map(one => one.parentElement.className)"""


@pytest.mark.browser
@pytest.mark.parametrize("state", ["applied", "confirm", "refusal-link-invalid"])
def test_addresses_break_between_their_parts_and_never_in_a_word(state: str, browser: Browser, base_url: str) -> None:
    with opened(browser, VARIANTS["narrow-large"]) as page:
        page.goto(f"{base_url}/state/{state}")
        addresses = page.locator("[data-account], .help a").all()
        ends = [end for address in addresses for end in address.evaluate(LINE_ENDS)]

    assert ends, "they are too long for one line here"
    assert set(ends) <= set("@./")


def test_an_address_stays_what_it_is_and_escaped() -> None:
    assert breakable("kim@mail.example") == "kim@<wbr>mail.<wbr>example"
    assert breakable("www.amazon.com/help/") == "www.<wbr>amazon.<wbr>com/<wbr>help/"
    assert breakable("<b>.&@x") == "&lt;b&gt;.<wbr>&amp;@<wbr>x"


@pytest.mark.browser
@pytest.mark.parametrize(
    "state", ["applied-code", "confirm-sizes", "offer-choice", "offer-test-mode", "applying-delayed"]
)
def test_a_print_is_one_page_in_ink_however_dark_the_screen_is(state: str, browser: Browser, base_url: str) -> None:
    with opened(browser, VARIANTS["dark"]) as page:
        page.goto(f"{base_url}/state/{state}?theme=dark")
        printed = page.pdf(format="A4", margin={"top": "1cm", "bottom": "1cm", "left": "1cm", "right": "1cm"})
        page.emulate_media(media="print")

        assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == INK
        assert page.locator("button:visible, summary:visible").count() == 0
        assert page.locator(".band:visible").count() == ("test-mode" in state)
        printed_links = page.locator("a.button:visible").evaluate_all(ON_PAPER)
        assert [link["act"] for link in printed_links] == (["claim", "product"] if state == "applied-code" else [])
        assert all(link["printed"] == f'"{link["address"]}"' for link in printed_links)
    assert len(PAGES_OF_A_PDF.findall(printed)) == 1


@pytest.mark.browser
def test_on_its_side_a_phone_shows_no_hole_between_page_and_foot(browser: Browser, base_url: str) -> None:
    room = {}

    with opened(browser, VARIANTS["landscape"]) as page:
        for state in STATES:
            page.goto(f"{base_url}/state/{state}")
            room[state] = page.evaluate(ROOM_ABOVE_THE_FOOT)

    assert {state: left for state, left in room.items() if left > 40} == {}


@pytest.mark.browser
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_in_forced_colours_no_drawing_keeps_the_colour_of_an_app(colours: str, browser: Browser, base_url: str) -> None:
    variant = replace(VARIANTS["forced-colours"], colours="dark" if colours == "dark" else "light")
    kept = {}

    with opened(browser, variant) as page:
        for state in ("applied", "offer-notice-out-of-stock", "offer-alternative", "confirm"):
            page.goto(f"{base_url}/state/{state}")
            kept[state] = page.evaluate(UNFORCED)

    assert kept == {state: [] for state in kept}
