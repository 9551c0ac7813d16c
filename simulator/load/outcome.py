"""What came out for the people of a load, counted in each process and added up by the one that leads."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

WRONG_KEPT: Final = 20


@dataclass(slots=True)
class Outcome:
    """Counts; `wrong` are the first sentences on answers that were not what they have to be."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        """One more of: came, finished, rewarded, applied, robots, wrong, unheard."""
        self.counts[what] += number

    def note_wrong(self, sentence: str) -> None:
        """An answer that was wrong."""
        self.count("wrong")
        if len(self.wrong) < WRONG_KEPT:
            self.wrong.append(sentence)

    def add(self, told: Mapping[str, Any]) -> None:
        """Add what another process counted since it was last asked."""
        self.counts.update(told["counts"])
        self.wrong.extend(told["wrong"][: WRONG_KEPT - len(self.wrong)])

    def hand_over(self) -> dict[str, Any]:
        """What was counted, as JSON; counting begins anew."""
        told = {"counts": dict(self.counts), "wrong": list(self.wrong)}
        self.counts.clear()
        self.wrong.clear()
        return told
