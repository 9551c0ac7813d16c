"""Fills the form of a campaign file from what the file says, and goes on past values of the wrong kind.

A broken or missing value gives a finding, and a specimen stands in for it, so that the rules can be held against the
rest of the file in the same run.
"""

import copy
import difflib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from redeem_app.adapters.campaign_files_campaign_form import Form
from redeem_app.adapters.campaign_files_form import FileForm, part, specimen
from redeem_app.adapters.campaign_files_lines import KeyPath, Table
from redeem_app.adapters.campaign_files_reward_checks import Breach

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KINDS = {"model_type": "is not a table", "list_type": "is not a list", "mapping_type": "is not a table"}


def filled(said: Table) -> tuple[FileForm, tuple[Breach, ...]]:
    """The form, and each value of `said` that is missing, unknown or of the wrong kind."""
    try:
        return FileForm.model_validate(said), ()
    except ValidationError as error:
        table, mistakes = copy.deepcopy(said), list[Breach]()
        for detail in error.errors(include_url=False):
            place = _Place(tuple(step for step in detail["loc"] if step != "[key]"))
            mistakes.append(place.mistake(detail))
            place.mend(table, unknown=detail["type"] == "extra_forbidden")
        return FileForm.model_validate(table), tuple(mistakes)


class _Place:
    """A path into the file, with the innermost form on it and the key of that form that the path leads to."""

    def __init__(self, path: KeyPath) -> None:
        self.path = path
        self.form: type[Form] = FileForm
        self.depth = 0
        """How many steps of the path lead to the table of `form`."""
        while self.depth + 1 < len(path):
            inner = part(self.form, self.key) if self.key in self.form.model_fields else None
            steps = 2 if isinstance(path[self.depth + 1], int) else 1
            if inner is None or self.depth + steps >= len(path):
                break
            self.form, self.depth = inner, self.depth + steps

    @property
    def key(self) -> str:
        return str(self.path[self.depth])

    def mend(self, table: Table, *, unknown: bool) -> None:
        """Put a specimen in the place of the broken value, or take an unknown key away."""
        node: object = table
        for step in self.path[: self.depth]:
            node = cast("Table", node)[cast("str", step)]
        around = cast("Table", node)
        if unknown:
            around.pop(self.key, None)
            return
        replacement = copy.deepcopy(specimen(self.form, self.key))
        entries = around.get(self.key)
        if part(self.form, self.key) and isinstance(entries, list) and isinstance(replacement, list):
            entries[cast("int", self.path[-1])] = replacement[0]
        else:
            around[self.key] = replacement

    def mistake(self, detail: "ErrorDetails") -> Breach:
        if detail["type"] == "extra_forbidden":
            return Breach((self.path,), "there is no such key", self._meant())
        if detail["type"] == "missing":
            return Breach((self.path,), "is missing", self._remedy())
        raised = detail.get("ctx", {}).get("error")
        problem = str(raised) if raised else _KINDS.get(detail["type"], detail["msg"])
        return Breach((self.path,), problem, self._remedy())

    def _meant(self) -> str:
        known = list(self.form.model_fields)
        near = difflib.get_close_matches(self.key, known, n=1, cutoff=0.5)
        return f"did you mean {near[0]}?" if near else f"the keys are {', '.join(known)}"

    def _remedy(self) -> str:
        description = self.form.model_fields[self.key].description
        if part(self.form, self.key):
            header = ".".join(step for step in (*self.path[: self.depth], self.key) if isinstance(step, str))
            single = isinstance(specimen(self.form, self.key), dict)
            return f"write {f'[{header}]' if single else f'[[{header}]]'}: {description}"
        return f"write {written(specimen(self.form, self.key))}: {description}"


def written(value: object) -> str:
    """The value as TOML writes it."""
    match value:
        case Decimal():
            return f"{value:f}"
        case list():
            return f"[{', '.join(written(entry) for entry in value)}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {written(entry)}' for key, entry in value.items())} }}"
        case _:
            return json.dumps(value, ensure_ascii=False)
