"""Files of links, one a line, completed from a mint: what a file lacks is told again, and nothing is told twice.

Links are bearer secrets, so a new file can be read by its owner only.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from redeem_app.domain.minting import Mint, Minting

_PIECE: Final = 1 << 20


class FileInTheWay(Exception):
    """A file that is there already and is none of this mint's; the text says what to do."""


class LinkFile:
    """One file of one mint, open for going on."""

    def __init__(self, path: Path, minting: Minting, prefix: str) -> None:
        """`prefix` is what stands before the token of each link."""
        self._path = path
        self._minting = minting
        self._prefix = prefix
        self._told = 0
        self._file: IO[bytes] | None = None

    def open(self, mint: Mint) -> int:
        """Open or make the file; how many links of the mint it holds. Raises FileInTheWay, and changes nothing then."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._file = os.fdopen(descriptor, "r+b")
        lines, end, last = whole_lines(self._file)
        is_ours = lines <= mint.made and (lines == 0 or self._is_link(mint, lines - 1, last))
        if not is_ours or (lines == 0 and mint.made == 0 and self._path.stat().st_size > 0):
            self.close()
            raise FileInTheWay(f"{self._path} is there already and holds something else. Choose another name.")
        self._file.truncate(end)
        self._file.seek(end)
        _make_lasting(self._path.parent)
        self._told = lines
        return lines

    def complete(self, mint: Mint) -> None:
        """Add what the mint has made and the file does not hold yet."""
        if self._file is None:
            raise ValueError("the file is not open")
        for piece in self._pieces(mint):
            self._file.write(piece)
        self._file.flush()
        self._told = mint.made

    def close(self) -> None:
        """Let the disk have everything."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _pieces(self, mint: Mint) -> Iterator[bytes]:
        for token in self._minting.tokens(mint, self._told):
            yield f"{self._prefix}{token}\n".encode()

    def _is_link(self, mint: Mint, number: int, line: bytes) -> bool:
        link = line.decode("utf-8", "replace")
        return self._minting.is_link(mint, number, link.rpartition("/")[2])


def _make_lasting(folder: Path) -> None:
    """A new file is there after a power cut too: its mint, which is durable, is told by it to have begun."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def whole_lines(file: IO[bytes]) -> tuple[int, int, bytes]:
    """How many whole lines a file has, where they end, and the last of them; a line cut short by a crash is none."""
    lines = end = position = 0
    last = rest = b""
    while piece := file.read(_PIECE):
        *whole, tail = piece.split(b"\n")
        if whole:
            last = whole[-1] if len(whole) > 1 else rest + whole[0]
            rest = tail
            lines += len(whole)
            end = position + len(piece) - len(tail)
        else:
            rest += tail
        position += len(piece)
    return lines, end, last
