"""What a page says to somebody who has no browser: its name, its forms, its links, what is on offer."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

_TITLES: Final = frozenset({"strong", "h2"})
"""What holds a reward's title: in a choice, and where it is the only one."""


@dataclass(slots=True)
class Form:
    """A form that is sent: where to, and what it carries as it stands."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """A page, read by its hooks (`data-page`, `data-act`, ...) and never by its words, which are translated."""

    def __init__(self, url: str, text: str, status: int = 200) -> None:
        super().__init__()
        self.url = url
        self.status = status
        self.text = text
        self.name = ""
        """`data-page`; empty where it is no page of ours."""
        self.reason = ""
        """Of a refusal."""
        self.language = ""
        self.form: Form | None = None
        """The first that is posted."""
        self.links: dict[str, str] = {}
        """Address by `data-act`."""
        self.offered: dict[str, str] = {}
        """Title by item id, of the rewards that one can choose, or of the only one."""
        self._item = ""
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of what has a hook."""
        said = {name: value or "" for name, value in attrs}
        self.name = said.get("data-page", "") or self.name
        self.reason = said.get("data-reason", "") or self.reason
        if tag == "html":
            self.language = said.get("lang", "")
        elif tag == "a" and "data-act" in said:
            self.links[said["data-act"]] = urljoin(self.url, said.get("href", ""))
        elif tag == "form" and said.get("method") == "post" and self.form is None:
            self.form = Form(urljoin(self.url, said.get("action", "")))
        elif tag == "input":
            self._input(said)
        elif tag in _TITLES and self._item:
            self._in_title = True

    def handle_endtag(self, tag: str) -> None:
        """A title is over."""
        if tag in _TITLES and self._in_title:
            self._in_title, self._item = False, ""

    def handle_data(self, data: str) -> None:
        """The words of a title."""
        if self._in_title:
            self.offered[self._item] = self.offered.get(self._item, "") + data

    def _input(self, said: dict[str, str]) -> None:
        if self.form is None or "name" not in said:
            return
        is_choice = said.get("type") in {"radio", "checkbox"}
        if not is_choice or "checked" in said:
            self.form.fields[said["name"]] = said.get("value", "")
        is_only = said.get("type") == "hidden" and self.name == "offer"
        if (is_choice or is_only) and said["name"] == "item" and "disabled" not in said:
            self._item = said.get("value", "")
