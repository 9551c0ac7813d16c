"""The catalogues of translations: `python -m redeem_app.web.catalogues` brings them up to date with the pages.

It collects what the templates and the wording say, adds new messages (empty) to each language's `messages.po`, drops
those that nobody says any more, and compiles the `messages.mo` that the service reads. A language is added by its tag
in `languages.LANGUAGES`; this command then makes its catalogue.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from redeem_app.web.folders import TEMPLATES, TRANSLATIONS
from redeem_app.web.languages import ENGLISH, LANGUAGES

_SOURCES: Final = (
    (TEMPLATES, [("**.html", "jinja2"), ("**.txt", "jinja2")]),
    (Path(__file__).parent, [("wording.py", "python")]),
)
_US: Final = "The redeem_app project"
_NO_DATE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""So that nothing changes in a catalogue but its messages."""
_JINJA: Final = {"trimmed": "true", "silent": "false"}


def said() -> Catalog:
    """Every message that the pages say, in English."""
    catalogue = Catalog(project="redeem_app")
    for folder, methods in _SOURCES:
        found = extract_from_dir(
            folder, method_map=methods, options_map={pattern: _JINJA for pattern, kind in methods if kind == "jinja2"}
        )
        for _file, _line, message, _comments, context in found:
            catalogue.add(message, context=context)
    return catalogue


def translated_tags() -> Iterator[str]:
    """Every language that needs a catalogue: all but English, which is in the sources."""
    return (tag for tag in LANGUAGES if tag != ENGLISH)


def catalogue_file(tag: str, suffix: str = "po") -> Path:
    """Where the catalogue of a language lies."""
    return TRANSLATIONS / LANGUAGES[tag].locale / "LC_MESSAGES" / f"messages.{suffix}"


def _empty(tag: str) -> Catalog:
    return Catalog(
        locale=LANGUAGES[tag].locale,
        project="redeem_app",
        version="1",
        header_comment=f"# The words of the pages in {LANGUAGES[tag].name}.",
        creation_date=_NO_DATE,
        revision_date=_NO_DATE,
        last_translator=_US,
        language_team=_US,
        msgid_bugs_address=_US,
        fuzzy=False,
    )


def read(tag: str) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    path = catalogue_file(tag)
    if not path.exists():
        return _empty(tag)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGES[tag].locale)


def update(tag: str, template: Catalog) -> Catalog:
    """Bring one catalogue up to date and compile it."""
    before, catalogue = read(tag), _empty(tag)
    for message in template:
        known = before.get(message.id[0] if isinstance(message.id, tuple) else message.id)
        if message.id:
            catalogue.add(message.id, known.string if known else None, flags=known.flags if known else ())
    path = catalogue_file(tag)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True)
    with catalogue_file(tag, "mo").open("wb") as file:
        write_mo(file, catalogue)
    return catalogue


def missing(catalogue: Catalog) -> list[str]:
    """The messages that the catalogue leaves untranslated or marks as doubtful."""
    return [str(message.id) for message in catalogue if message.id and (message.fuzzy or not _is_whole(message.string))]


def _is_whole(translation: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(translation) if isinstance(translation, tuple | list) else bool(translation)


def main() -> None:
    """Update every catalogue and say what is missing."""
    template = said()
    for tag in translated_tags():
        lacking = missing(update(tag, template))
        sys.stdout.write(f"{tag}: {len(lacking)} of {len(template)} messages to translate\n")


if __name__ == "__main__":
    main()
