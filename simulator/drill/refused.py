"""What is answered while the service's records can't be written: the exact no that is promised to apps and people."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from simulator.drill.amazon import until
from simulator.drill.stand import SERVES_AGAIN_WITHIN, Stand
from simulator.service import ServiceFailed

_ITEM: Final = re.compile(r'name="item"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="item"')
_PAGE_OF: Final = {"accept-language": "en", "accept": "text/html"}
_TIMEOUT: Final = 20.0


@dataclass(frozen=True, slots=True)
class PersonWithLink:
    """Somebody who has a link and stands before the button that leads to Amazon."""

    link: str
    item: str

    @classmethod
    def of(cls, stand: Stand) -> "PersonWithLink":
        """With a reward of their own; opened while all is well. Raises ServiceFailed."""
        link = stand.a_link()
        page = httpx.get(link, headers=_PAGE_OF, timeout=_TIMEOUT, trust_env=False).text
        found = _ITEM.search(page)
        if found is None:
            raise ServiceFailed("The page of a reward offers no item.")
        return cls(link, found[1] or found[2])

    def goes_to_sign_in(self, stand: Stand) -> httpx.Response:
        """By the page's form."""
        form = {"link": self.link.rpartition("/")[2], "item": self.item}
        headers = {**_PAGE_OF, "origin": stand.front.url}
        return httpx.post(
            f"{stand.front.url}/reward/sign-in", data=form, headers=headers, timeout=_TIMEOUT, trust_env=False
        )


def check_refusals(stand: Stand, person: PersonWithLink) -> None:
    """Wait until nothing can be written, and see that all hear so. Raises ServiceFailed with what was heard instead."""
    for what, ask in (("GetReward", stand.get_reward), ("an event", stand.event)):
        refused = _refused(what, ask)
        told = refused.json().get("errorCode")
        if told != "records-unavailable":
            raise ServiceFailed(f"{what} is refused with {told}; it has to be records-unavailable.")
    page = _refused("the person's button", lambda: person.goes_to_sign_in(stand)).text
    if 'data-reason="service-fault"' not in page:
        raise ServiceFailed("The page that the person gets does not say that it is our fault.")


def _refused(what: str, ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The first answer that is a no; a database with room in its files goes on for a while on a full disk."""
    answers = [ask()]

    def is_refused() -> bool:
        answers.append(ask())
        return answers[-1].status_code >= httpx.codes.INTERNAL_SERVER_ERROR

    until(is_refused, f"{what} is refused", SERVES_AGAIN_WITHIN)
    refused = answers[-1]
    if refused.status_code != httpx.codes.SERVICE_UNAVAILABLE or not refused.headers.get("retry-after"):
        raise ServiceFailed(f"{what} is answered with {refused.status_code}; it has to be 503 with Retry-After.")
    return refused
