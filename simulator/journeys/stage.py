"""The stage of one journey: the world, the people with their phones, and the links that are going round."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from simulator.hosts.engines.phone import EnginePhone
from simulator.hosts.phone import Phone
from simulator.hosts.profiles import Device, Host
from simulator.navigators import Lost
from simulator.people import Person
from simulator.world import World


@dataclass(slots=True)
class Stage:
    """Everything a verb can reach."""

    world: World
    playwright: Playwright
    browser: Browser
    device: Device
    host: Host
    people: dict[str, Person]
    links: list[str] = field(default_factory=list)
    """Reward links that people have seen, newest last."""
    is_traced: bool = False
    """Whether phones record what they do, for a trace."""
    _known_links: set[tuple[str, str]] = field(default_factory=set)
    _phones: dict[str, Phone] = field(default_factory=dict)

    def phone(self, who: str) -> Phone:
        """A person's phone, switched on when first used."""
        if who not in self._phones:
            language = self.people[who].language
            web_site = self.world.app.server.campaign.web_site
            kind = EnginePhone if self.host.engine else Phone
            self._phones[who] = kind(self.playwright, self.browser, self.device, self.host, language, web_site=web_site)
            self._phones[who].is_traced = self.is_traced
            self._phones[who].set_time(self.world.clock.now())
        return self._phones[who]

    def page(self, who: str) -> Page:
        """What is on a person's screen. Raises Lost before anything is."""
        page = self.phone(who).page
        if page is None:
            raise Lost(f"{who}'s phone shows nothing yet.")
        return page

    def heard(self) -> list[str]:
        """All that pages have told the apps around them, on every phone."""
        for phone in self._phones.values():
            phone.listen()
        return [said for phone in self._phones.values() for said in phone.heard]

    def last_link(self) -> str:
        """The newest reward link. Raises Lost when there is none."""
        return self.link(0)

    def link(self, earlier: int) -> str:
        """The newest reward link, or one that was seen so many links earlier. Raises Lost when there is none."""
        if earlier >= len(self.links):
            raise Lost("No such reward link has been seen yet.")
        return self.links[-1 - earlier]

    def is_new_to(self, who: str, link: str) -> bool:
        """Whether the person opens the link for the first time; from now on, not any more."""
        is_new = (who, link) not in self._known_links
        self._known_links.add((who, link))
        return is_new

    def pass_time(self, span: timedelta) -> None:
        """Let time pass for everybody and everything."""
        if span:
            self.world.pass_time(span)
        for phone in self._phones.values():
            phone.set_time(self.world.clock.now())

    def close(self, keep: Path | None = None, name: str = "") -> list[str]:
        """Switch all phones off; gives the names of the traces that were kept in a folder."""
        kept: list[str] = []
        for who, phone in self._phones.items():
            kept += phone.keep_traces(keep, f"{name}-{who}") if keep else []
            phone.close()
        self._phones.clear()
        return kept
