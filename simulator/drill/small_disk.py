"""A disk of a drill's own, so small that it can be filled: a tmpfs, which takes root to mount."""

import contextlib
import errno
import os
import subprocess
from pathlib import Path
from typing import Final

_PIECES: Final = (1 << 20, 4096)
"""Bytes that are written at a time: much while there is much room, then every page that is left."""


class SmallDisk:
    """Mounted at a folder, where that is possible; used as any folder where it is not."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        folder.mkdir()
        folder.parent.chmod(0o711)  # a database server runs as somebody else, and has to get there
        self.folder = folder
        self.is_mounted = False
        options = f"size={megabytes}m,mode=711"
        with contextlib.suppress(OSError):
            done = subprocess.run(  # noqa: S603 - fixed words and a folder of ours
                ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],  # noqa: S607 - of the PATH
                capture_output=True,
                check=False,
            )
            self.is_mounted = done.returncode == 0

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            for size in _PIECES:
                while _is_written(ballast.fileno(), size):
                    pass

    def free(self) -> None:
        """Make room again."""
        (self.folder / "ballast").unlink()

    def close(self) -> None:
        """Take it away, with all that is on it, even while it is still in use."""
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], capture_output=True, check=False)  # noqa: S603, S607
            self.is_mounted = False


def _is_written(file: int, size: int) -> bool:
    try:
        return os.write(file, bytes(size)) == size
    except OSError as fault:
        if fault.errno != errno.ENOSPC:
            raise
        return False
