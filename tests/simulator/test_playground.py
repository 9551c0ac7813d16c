"""The playground in a browser: whoever tests reaches the states by hand that the README names."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import FrameLocator, Page, Playwright, expect

from simulator import browsers, campaign_file
from simulator.faults import FAULTS
from simulator.phone_network import SLOW_3G
from simulator.play.playground import Playground, origin
from simulator.ports import reserved_port
from simulator.world import LOOPBACK, World, WorldPlan

pytestmark = pytest.mark.browser


@contextmanager
def a_playground(address: str, *campaigns: str) -> Iterator[Playground]:
    with reserved_port(address) as port:
        plan = WorldPlan(
            seed=1,
            campaigns=tuple(campaign_file.named(name) for name in campaigns),
            runs_in_real_time=True,
            address=address,
            phone_network=True,
            shown_at=origin(address, port) if address == LOOPBACK else "",
        )
        with World(plan) as world:
            playground = Playground(world, port)
            playground.start()
            yield playground
            playground.stop()


@pytest.fixture(scope="module")
def playground() -> Iterator[Playground]:
    with a_playground(LOOPBACK, "demo", "shop", "video") as playground:
        yield playground


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    browser = browsers.find(playwright).launch(playwright.chromium)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    yield page
    browser.close()


def phone(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[name='phone']")


def opens(page: Page, playground: Playground, **choice: str) -> None:
    page.goto(playground.url + "?" + "&".join(f"{name}={value}" for name, value in choice.items()))


def sets(page: Page, control: str) -> None:
    """Press a control beside the phone, and wait for the page that shows what it did."""
    with page.expect_navigation(wait_until="load"):
        page.click(control)


def redeems(page: Page) -> None:
    phone(page).locator("[data-act='redeem']").first.click()


def test_out_of_stock_then_expired_then_back_to_now(page: Page, playground: Playground) -> None:
    opens(page, playground, person="ben", host="view", phone="small")
    sets(page, "[data-state='out-of-stock']")
    redeems(page)

    expect(phone(page).locator("main[data-page='offer']")).to_be_visible()
    first = phone(page).locator("input[name='item']").first
    assert first.get_attribute("value") != "headphones"

    sets(page, "[data-state='expired']")
    redeems(page)
    expect(phone(page).locator("main[data-reason='reward-expired']")).to_be_visible()

    sets(page, "button[value='back']")
    expect(page.get_by_text("stays expired")).to_be_visible()
    sets(page, "[data-state='fresh']")
    redeems(page)
    expect(phone(page).locator("main[data-page='offer']")).to_be_visible()


def test_a_person_with_an_arabic_phone_and_one_from_afar(page: Page, playground: Playground) -> None:
    opens(page, playground, person="noor", host="view")
    sets(page, "[data-state='fresh']")
    redeems(page)
    expect(phone(page).locator("html[dir='rtl'] main[data-page='offer']")).to_be_visible()

    page.select_option("select[name='person']", "otto")
    page.wait_for_url("**person=otto**")
    sets(page, "[data-state='fresh']")
    redeems(page)
    expect(phone(page).locator("main[data-reason='country-not-served']")).to_be_visible()


def test_a_fault_is_switched_on_and_off_and_the_books_follow(page: Page, playground: Playground) -> None:
    opens(page, playground, person="ada")
    down = page.locator("button[value='amazon-down'][aria-pressed]")

    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "false")

    phone(page).locator("[data-act='play-level']").click()
    expect(page.locator("#books")).to_contain_text("ada's points in Star Runner")
    expect(page.locator("#log")).to_contain_text("event counted")


def test_without_a_network_the_phone_shows_nothing_and_afterwards_the_same_link_goes_on(
    page: Page, playground: Playground
) -> None:
    opens(page, playground, person="ada", host="view")
    sets(page, "[data-state='fresh']")
    offline = page.locator("button[value='offline'][aria-pressed]")

    offline.click()
    expect(offline).to_have_attribute("aria-pressed", "true")
    expect(phone(page).locator("main[data-app]")).to_have_count(0)

    sets(page, "button[value='offline'][aria-pressed]")
    redeems(page)
    expect(phone(page).locator("main[data-page='offer']")).to_be_visible()


def test_on_slow_3g_each_answer_takes_its_two_seconds(page: Page, playground: Playground) -> None:
    opens(page, playground, person="ada", host="view")
    sets(page, "[data-state='fresh']")
    sets(page, "button[value='slow-3g'][aria-pressed]")
    expect(phone(page).locator("main[data-app]")).to_be_visible(timeout=20_000)
    began = time.monotonic()
    redeems(page)
    expect(phone(page).locator("main[data-page='offer']")).to_be_visible(timeout=20_000)
    assert time.monotonic() - began >= SLOW_3G.latency
    page.click("button[value='slow-3g'][aria-pressed]")


def test_an_ad_networks_callback_is_held_up_and_whoever_tests_sees_why_there_are_no_points(
    page: Page, playground: Playground
) -> None:
    opens(page, playground, person="dara", app="reel-house")
    late = page.locator("button[value='callback-late'][aria-pressed]")

    late.click()
    phone(page).locator("[data-act='watch-ad']").first.click()
    expect(phone(page).locator("[data-unconfirmed='1']")).to_be_visible()
    expect(page.locator("#log")).to_contain_text("ad network: callback late, customer dara")

    late.click()
    expect(page.locator("#log")).to_contain_text("ad network: callback taken, counted True, customer dara")
    expect(phone(page).locator("[data-points='10']")).to_be_visible()
    expect(phone(page).locator("[data-unconfirmed]")).to_have_count(0)


def test_every_fault_is_there_or_the_page_names_the_command_that_plays_it(page: Page, playground: Playground) -> None:
    opens(page, playground)

    for name, fault in FAULTS.items():
        button = page.locator(f"button[value='{name}'][aria-pressed]")
        told = page.locator(f"[data-elsewhere='{name}']")
        assert (button.count(), told.count()) == ((0, 1) if fault.needs_phone else (1, 0))
    expect(page.locator("[data-elsewhere='app-killed']")).to_contain_text("simulator run app-killed --host webview")


def test_another_app_is_chosen(page: Page, playground: Playground) -> None:
    opens(page, playground, person="ada")

    page.select_option("select[name='app']", index=1)
    page.wait_for_url("**app=**")
    expect(phone(page).locator("main[data-app='shop']")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_beside_a_narrow_screen_in_large_text(page: Page, playground: Playground, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opens(page, playground)
    page.add_style_tag(content="html { font-size: 200% }")

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_world_that_is_open_to_a_network_says_so_and_its_links_lead_there(page: Page) -> None:
    another_of_loopback = "127.0.0.2"
    with a_playground(another_of_loopback, "demo") as shared:
        opens(page, shared, person="ada")
        sets(page, "[data-state='fresh']")

        expect(page.get_by_role("note")).to_contain_text("Open to your network")
        link = page.locator("[data-link]").first.get_attribute("href") or ""
        assert link.startswith(f"http://{another_of_loopback}:")
        page.goto(link)
        expect(page.locator("main[data-page='offer']")).to_be_visible()


def test_a_jump_that_is_none_is_refused(page: Page, playground: Playground) -> None:
    answer = page.request.post(
        playground.url + "time", form={"days": "many"}, headers={"Origin": playground.url.rstrip("/")}
    )
    from_elsewhere = page.request.post(
        playground.url + "time", form={"by": "1 day"}, headers={"Origin": "http://elsewhere.example"}
    )

    assert answer.status == 400
    assert "1 to 3650 days" in answer.text()
    assert from_elsewhere.status == 403
