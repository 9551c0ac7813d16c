"""Verbs of people at the fake Amazon: they sign in, create an account, refuse, and spend what they got."""

from playwright.sync_api import Page

from simulator.journeys.out_of_the_app import go_to_sign_in
from simulator.journeys.stage import Stage
from simulator.journeys.verbs import verb
from simulator.navigators import Lost, press, sight, the
from simulator.people import Person

STEPS_AT_MOST = 6


@verb
def signs_in(stage: Stage, who: str) -> None:
    """Go to Amazon's sign-in, sign in, and agree that the service learns who it is."""
    page = _at_amazon(stage, who)
    _walk(page, stage.people[who], leaves_by="allow")


@verb
def creates_account(stage: Stage, who: str) -> None:
    """Go to Amazon's sign-in, create an account there, and come back by redirect (rule P4)."""
    page = _at_amazon(stage, who)
    person = stage.people[who]
    press(page, "create-account")
    the(page, "input[name='name']").fill(person.full_name)
    the(page, "input[name='email']").fill(person.email)
    the(page, "input[name='password']").fill(person.password)
    press(page, "create-account")
    _walk(page, person, leaves_by="allow")


@verb
def refuses_sign_in(stage: Stage, who: str) -> None:
    """Go to Amazon's sign-in, sign in, and press Cancel where Amazon asks for consent."""
    page = _at_amazon(stage, who)
    _walk(page, stage.people[who], leaves_by="refuse")


@verb
def mistypes_password(stage: Stage, who: str) -> None:
    """Go to Amazon's sign-in and mistype the password."""
    page = _at_amazon(stage, who)
    the(page, "input[name='email']").fill(stage.people[who].email)
    the(page, "input[name='password']").fill("not the password")
    press(page, "sign-in")


@verb
def spends_credit_in_shop(stage: Stage, who: str, item: str = "") -> None:
    """Look at an item in Amazon's shop, put it into the cart and order it; without a name, the one that is shown."""
    page = stage.page(who)
    if item:
        page = stage.phone(who).open_in_browser(f"{stage.world.amazon_url}/shop/item/{item}")
    if sight(page).page != "item":
        raise Lost(f"{who} looked for an item of Amazon's shop, and saw: {sight(page)}.")
    if page.locator("[data-act='sign-out']").count() == 0:
        page.goto(f"{stage.world.amazon_url}/ap/signin?then=/shop/item/{page.url.rpartition('/')[2]}")
        _walk(page, stage.people[who], leaves_by="allow")
    press(page, "add-to-cart")
    press(page, "place-order")


@verb
def looks_at_balance(stage: Stage, who: str) -> None:
    """Open the balance of the Amazon account."""
    page = stage.phone(who).open_in_browser(f"{stage.world.amazon_url}/shop/balance")
    _walk(page, stage.people[who], leaves_by="allow")


@verb
def enters_claim_code(stage: Stage, who: str) -> None:
    """Follow the success page's link to Amazon's claim-code page, and enter the code there."""
    page = stage.page(who)
    code = (the(page, "[data-claim-code]").text_content() or "").strip()
    press(page, "claim")
    _walk(page, stage.people[who], leaves_by="allow")
    field = the(page, "input[name='code'], input[name='claimCode']")
    field.fill(code)
    with page.expect_navigation(wait_until="load"):
        field.press("Enter")


def _at_amazon(stage: Stage, who: str) -> Page:
    """The person's screen at Amazon's sign-in, going there from the reward page where needed."""
    page = stage.page(who)
    return go_to_sign_in(stage, who) if sight(page).place == "reward" else page


def _walk(page: Page, person: Person, *, leaves_by: str) -> None:
    """Fill in whatever Amazon asks, until it asks nothing more."""
    for _ in range(STEPS_AT_MOST):
        seen = sight(page)
        if seen.place != "amazon":
            return
        if seen.page == "sign-in":
            the(page, "input[name='email']").fill(person.email)
            the(page, "input[name='password']").fill(person.password)
            press(page, "sign-in")
        elif seen.page == "consent":
            press(page, leaves_by)
        elif seen.page == "one-time-code":
            _enter_code(page)
        else:
            return
    raise Lost(f"Amazon asked {STEPS_AT_MOST} times, and still shows: {sight(page)}.")


def _enter_code(page: Page) -> None:
    message = page.locator("main").text_content() or ""
    the(page, "input[name='code']").fill(message.rpartition("(simulation):")[2].split()[0])
    press(page, "sign-in")
