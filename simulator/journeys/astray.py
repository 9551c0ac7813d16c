"""Verbs of those who don't go the way as it is meant: robots, old tabs, forms filled by hand, second accounts."""

from dataclasses import replace
from typing import Final

from simulator import robots
from simulator.journeys.stage import Stage
from simulator.journeys.verbs import done_by, verb
from simulator.navigators import Lost, press, the

SERVER_FAULT: Final = 500
_PRESSABLE: Final = "main button, main a"


@done_by("robots")
def robots_open_link(stage: Stage, who: str, kind: str = "all") -> None:
    """Chat previews, mail scanners and prefetchers open the newest link before anyone else."""
    for robot in robots.named(kind):
        status = robots.visit(robot, stage.last_link())
        if status >= SERVER_FAULT:
            raise Lost(f"{robot.user_agent!r} was answered with {status}.")


@done_by("a script")
def hammers_link(stage: Stage, who: str, times: int) -> None:
    """A script opens the newest link again and again, as fast as it can."""
    for _ in range(times):
        robots.visit(robots.ROBOTS["script"], stage.last_link())


@done_by("a mail scanner")
def scanner_presses_everything(stage: Stage, who: str) -> None:
    """A mail scanner opens the newest link as a desktop browser with scripts, and presses every button and link."""
    context = stage.browser.new_context(user_agent=robots.DETONATOR)
    try:
        page = context.new_page()
        page.goto(stage.last_link(), wait_until="load")
        for number in range(page.locator(_PRESSABLE).count()):
            page.goto(stage.last_link(), wait_until="load")
            page.locator(_PRESSABLE).nth(number).dispatch_event("click")
            page.wait_for_load_state("load")
    finally:
        context.close()


@verb
def returns_from_nowhere(stage: Stage, who: str) -> None:
    """Open the address that Amazon sends people back to, without having been there."""
    stage.phone(who).open_link(f"{stage.world.public_url}/reward/sign-in/return?code=nothing&state=nothing")


@verb
def mistypes_address(stage: Stage, who: str) -> None:
    """Open a page of the service that isn't there."""
    stage.phone(who).open_link(f"{stage.world.public_url}/rewards")


@verb
def asks_for_item(stage: Stage, who: str, item: str) -> None:
    """Change the form by hand so that it asks for an item that isn't on offer, and press the button to apply."""
    page = stage.page(who)
    the(page, "input[name='item']")
    page.evaluate(
        """item => {
            const fields = document.querySelectorAll("input[name='item']");
            fields.forEach((field, index) => {
                if (index) field.disabled = true;
            });
            fields[0].type = 'hidden';
            fields[0].value = item;
        }""",
        item,
    )
    press(page, "apply")


@verb
def leaves_size_out(stage: Stage, who: str) -> None:
    """Press the button to apply without a size, in a browser that doesn't insist on one."""
    page = stage.page(who)
    the(page, "[data-act='apply']")
    page.evaluate("() => document.querySelectorAll('[required]').forEach(field => { field.required = false; })")
    press(page, "apply")


@verb
def loses_cookies(stage: Stage, who: str) -> None:
    """The browser forgets its cookies while the page stays open."""
    stage.page(who).context.clear_cookies()


@verb
def takes_another_account(stage: Stage, who: str, number: int) -> None:
    """From now on, in browsers that know nothing, use the person's second, third, ... Amazon account (which exists)."""
    person = stage.people[who]
    other = replace(person, account_number=number)
    stage.people[who] = other
    if stage.world.amazon.account(other.email) is None:
        stage.world.amazon.add_account(other.email, other.password, other.full_name)
    stage.phone(who).forget()
