"""The way of one person from a link to an applied reward, page after page, each checked for what it has to say."""

from collections.abc import Mapping
from typing import Final

from simulator.people import Person
from simulator.visitors.pages import Page
from simulator.visitors.sending import Answer, Sender

STEPS_AT_AMAZON: Final = 6
PHONE: Final = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Mobile Safari/537.36"
)
"""A browser on a phone; what looks like a robot gets a card instead of the page."""
OK: Final = 200


class WrongAnswer(Exception):
    """The service answered something else than this person has to see; the text has no secret in it."""

    def __init__(self, step: str, sentence: str) -> None:
        super().__init__(f"{step}: {sentence}")
        self.step = step


def headers_of(person: Person, number: int) -> dict[str, str]:
    """What this person's browser sends of itself, from an address of its own behind the proxy."""
    return {
        "user-agent": PHONE,
        "accept-language": person.language,
        "x-forwarded-for": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
    }


class Way:
    """One person with one link. Each act raises NotHeard, and WrongAnswer for a page that may not come there."""

    def __init__(self, person: Person, link: str, sender: Sender, app_name: str) -> None:
        self.person = person
        self._link = link
        self._sender = sender
        self._app_name = app_name
        self._chosen = ""
        self._title = ""

    def opens(self, choice: int = 0) -> Page:
        """The link, for the first time; `choice` is the place of the reward that the person fancies."""
        page = self._page("opens the link", self._sender.send("opens the link", "GET", self._link))
        self._must_be("opens the link", page, "offer")
        if self._app_name not in page.text:
            raise WrongAnswer("opens the link", f"the page does not name the app {self._app_name}")
        if not page.offered:
            raise WrongAnswer("opens the link", "no reward is on offer")
        items = sorted(page.offered)
        self._chosen = items[choice % len(items)]
        self._title = page.offered[self._chosen]
        return page

    def signs_in(self, offer: Page) -> Page:
        """From the offer through Amazon's pages, back to the page that asks once more."""
        page = self._posts("goes to sign in", offer, item=self._chosen)
        for _ in range(STEPS_AT_AMAZON):
            if page.name == "sign-in" and not self.person.has_account:
                page = self._follows("creates an account", page, "create-account")
            elif page.name in self._answers:
                page = self._posts(f"Amazon: {page.name}", page, **self._answers[page.name])
            else:
                break
        self._must_be("comes back signed in", page, "confirm")
        if self._title not in page.text:
            raise WrongAnswer("comes back signed in", f"the page does not show the chosen {self._title}")
        return page

    def applies(self, confirm: Page) -> Page:
        """The press of the button; gives the page that tells how it went (`applied`, or `applying` where it lasts)."""
        page = self._posts("applies the reward", confirm)
        self._must_be("applies the reward", page, "applied", "applying")
        if self._title not in page.text:
            raise WrongAnswer("applies the reward", f"the page does not show the chosen {self._title}")
        return page

    def looks_again(self, *allowed: str) -> Page:
        """The same link once more; it must show how things stand."""
        page = self._page("looks again", self._sender.send("looks again", "GET", self._link))
        self._must_be("looks again", page, *allowed)
        return page

    @property
    def _answers(self) -> Mapping[str, Mapping[str, str]]:
        """What the person fills in on each of Amazon's pages."""
        known = {"email": self.person.email, "password": self.person.password}
        return {"sign-in": known, "register": {**known, "name": self.person.full_name}, "consent": {"answer": "allow"}}

    def _posts(self, step: str, page: Page, **filled: str) -> Page:
        if page.form is None:
            raise WrongAnswer(step, f"the page {page.name!r} has no form")
        fields = {**page.form.fields, **filled}
        return self._page(step, self._sender.send(step, "POST", page.form.action, form=fields))

    def _follows(self, step: str, page: Page, act: str) -> Page:
        if act not in page.links:
            raise WrongAnswer(step, f"the page {page.name!r} has no link {act!r}")
        return self._page(step, self._sender.send(step, "GET", page.links[act]))

    def _page(self, step: str, answer: Answer) -> Page:
        page = Page(answer.url, answer.text, answer.status)
        if not page.name:
            raise WrongAnswer(step, f"status {answer.status} without a page of ours")
        return page

    def _must_be(self, step: str, page: Page, *allowed: str) -> None:
        if page.name not in allowed or page.status != OK:
            told = f"{page.name} {page.reason}".strip()
            raise WrongAnswer(step, f"saw {told} (status {page.status}) instead of {' or '.join(allowed)}")
        if page.language.split("-")[0] != self.person.language.split("-")[0]:
            raise WrongAnswer(step, f"the page is in {page.language}, not in {self.person.language}")
