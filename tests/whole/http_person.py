"""A person as plain HTTP: follows the pages' own forms with httpx, without a browser."""

from html.parser import HTMLParser
from typing import Self
from urllib.parse import urljoin

import httpx


class Page(HTMLParser):
    """The form of a page, and what the page calls itself."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.name = ""
        self.action = ""
        self.fields: dict[str, str] = {}
        self.base = str(answer.url)
        self._chosen: set[str] = set()
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.name = said.get("data-page", "") or self.name
        if tag == "form" and not self.action and said.get("method") == "post":
            self.action = urljoin(self.base, said["action"])
        if tag == "input" and self.action and "name" in said:
            is_choice = said.get("type") in {"radio", "checkbox"}
            if not is_choice or "checked" in said:
                self.fields[said["name"]] = said.get("value", "")


class HttpPerson:
    """Goes the way of one reward link as one account."""

    def __init__(self, link: str, email: str, password: str) -> None:
        self.link = link
        self.client = httpx.Client(follow_redirects=True, timeout=30)
        self._email = email
        self._password = password

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def opens(self) -> Page:
        return Page(self.client.get(self.link))

    def signs_in(self) -> Page:
        """From the offer through Amazon's pages to the page that asks to confirm."""
        page = self._sends(self.opens())
        for _ in range(4):
            if page.name == "sign-in":
                page = self._sends(page, email=self._email, password=self._password)
            elif page.name == "consent":
                page = self._sends(page, answer="allow")
        return page

    def applies(self) -> Page:
        return self._sends(self.opens())

    def _sends(self, page: Page, **filled: str) -> Page:
        return Page(self.client.post(page.action, data={**page.fields, **filled}))
