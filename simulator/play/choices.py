"""What can be chosen in the playground: a person, a phone, what opens the link, a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.people import Person


@dataclass(frozen=True, slots=True)
class Played:
    """A person who can be played, in words that say what is different about them."""

    person: Person
    words: str


PEOPLE: Final[Mapping[str, Played]] = {
    played.person.name: played
    for played in (
        Played(Person(name="ada"), "has an Amazon account"),
        Played(Person(name="ben", prime=True), "has an account, with Prime"),
        Played(Person(name="cleo", has_account=False), "has no Amazon account, and makes one on the way"),
        Played(Person(name="dara", language="de"), "has an account, and a phone in German"),
        Played(Person(name="noor", language="ar"), "has an account, and a phone in Arabic"),
        Played(Person(name="otto", country="CU"), "is somewhere that rewards aren't delivered to"),
    )
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone's screen, in CSS pixels."""

    words: str
    width: int
    height: int
    device_type: str


PHONES: Final[Mapping[str, Phone]] = {
    "pixel": Phone("Pixel 7", 412, 839, "Android"),
    "iphone": Phone("iPhone 14", 390, 760, "iOS"),
    "small": Phone("small, 320 px", 320, 640, "Android"),
    "tablet": Phone("tablet", 768, 900, "iOS"),
}

HOSTS: Final[Mapping[str, str]] = {
    "browser": "the phone's browser, in a new tab",
    "view": "a view inside the app, here in the phone",
}

LANGUAGES: Final[Mapping[str, str]] = {
    "": "the person's own",
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ja": "日本語",
    "hi": "हिन्दी",
    "ar": "العربية",
    "he": "עברית",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen now; kept in the page's address, so that it can be bookmarked and sent on."""

    person: Person
    phone: str
    host: str
    language: str

    @property
    def look(self) -> Phone:
        """The phone's screen."""
        return PHONES[self.phone]

    def link_query(self) -> dict[str, str]:
        """What reward links carry for this phone and person."""
        language = self.language or self.person.language.partition("-")[0]
        return {"lang": language, **({"country": self.person.country} if self.person.country != "US" else {})}

    def address(self) -> dict[str, str]:
        """The parameters of the page's address."""
        return {"person": self.person.name, "phone": self.phone, "host": self.host, "lang": self.language}


def chosen(given: Mapping[str, str]) -> Choice:
    """The choice in an address or a form; what isn't there or is unknown is the first of its kind."""

    def one_of(name: str, known: Mapping[str, object]) -> str:
        wanted = given.get(name, "")
        return wanted if wanted in known else next(iter(known))

    return Choice(
        PEOPLE[one_of("person", PEOPLE)].person,
        one_of("phone", PHONES),
        one_of("host", HOSTS),
        one_of("lang", LANGUAGES),
    )
