"""What is opened part by part and closed as a whole: whatever fails, and however it ends, nothing is left running."""

from abc import ABC, abstractmethod
from contextlib import ExitStack
from types import TracebackType
from typing import Self


class Opened(ABC):
    """A context manager whose parts are put on `_stack` by `_open`, and closed in the opposite order."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    @abstractmethod
    def _open(self) -> None:
        """Start every part; each puts its end on the stack at once."""

    def __enter__(self) -> Self:
        """Everything is started when this returns; where a part does not start, the others are ended."""
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything that was started."""
        self._stack.close()
