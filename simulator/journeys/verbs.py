"""The list of verbs: each is a function `(stage, who, ...)` that its module adds here by its own name."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final


class WrongStep(Exception):
    """A step names no verb, or gives a verb what it can't take; the text says what would be right."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with its sentence and what it takes."""

    name: str
    words: str
    act: Callable[..., None]
    takes: Mapping[str, inspect.Parameter]
    by: str = ""
    """Who does it where it isn't a person of the scenario."""

    def check(self, given: Mapping[str, Any]) -> None:
        """Raise WrongStep when `given` has a name or type that the verb doesn't take, or lacks one."""
        for name, value in given.items():
            if name not in self.takes:
                raise WrongStep(f"{self.name} doesn't take {name!r}; it takes {self.told}.")
            wanted = self.takes[name].annotation
            if isinstance(wanted, type) and (
                not isinstance(value, wanted) or isinstance(value, bool) > (wanted is bool)
            ):
                raise WrongStep(f"{self.name}: {name} is {value!r}, and should be of type {wanted.__name__}.")
        missing = [n for n, p in self.takes.items() if p.default is inspect.Parameter.empty and n not in given]
        if missing:
            raise WrongStep(f"{self.name} needs {missing[0]!r}; it takes {self.told}.")

    def as_told(self, given: Mapping[str, Any]) -> str:
        """The verb in words, with what it is given; who does it stands before, and isn't said twice."""
        doer = self.by.rpartition(" ")[2].rstrip("s")
        first, _, rest = self.name.partition("_")
        words = rest if doer and first.rstrip("s") == doer else self.name
        facts = ", ".join(str(v) if isinstance(v, str) else f"{n} {v}" for n, v in given.items())
        return words.replace("_", " ") + (f" ({facts})" if facts else "")

    @property
    def told(self) -> str:
        """What it takes, in words."""
        return ", ".join(f"{name}" for name in self.takes) or "nothing"


VERBS: Final[dict[str, Verb]] = {}


def verb(act: Callable[..., None]) -> Callable[..., None]:
    """Add a function to the verbs, as something that people do."""
    return _added(act, "")


def done_by(actor: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add a function to the verbs, as something that `actor` does around the people."""
    return lambda act: _added(act, actor)


def _added(act: Callable[..., None], actor: str) -> Callable[..., None]:
    takes = dict(list(inspect.signature(act).parameters.items())[2:])
    words = (inspect.getdoc(act) or "").partition("\n")[0]
    VERBS[act.__name__] = Verb(act.__name__, words, act, takes, actor)
    return act


def named(name: str) -> Verb:
    """A verb by its name. Raises WrongStep."""
    if name not in VERBS:
        raise WrongStep(f"There is no verb {name!r}; there is: {', '.join(sorted(VERBS))}.")
    return VERBS[name]
