"""An app with a WebKitGTK view, run by the system's Python (a virtual environment has no `gi`): the stand-in for iOS.

Reads one JSON object a line on stdin, writes answers and events likewise on stdout (wire.py has the words), and ends
when stdin does. Has a screen of its own that nobody sees. Knows nothing of the project.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile

PR_SET_PDEATHSIG = 1
VIEW = "webkitgtk_view"
"""The module beside this one."""


class Screen:
    """An X server without a screen, which ends with this process however it ends."""

    def __init__(self, width: int, height: int) -> None:
        reading, writing = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 - found on PATH, no input of others
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],  # noqa: S607
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - there is one thread so far
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.name = ":" + told.readline().strip()

    def close(self) -> None:
        """Switch it off."""
        self._process.kill()
        self._process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Show the view until stdin ends."""
    if len(sys.argv) > 1 and sys.argv[1] == "--check":
        importlib.import_module(VIEW)
        return
    wanted = json.loads(sys.argv[1])
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever libraries print is no answer
    screen = Screen(wanted["width"], wanted["height"])
    with tempfile.TemporaryDirectory(prefix="simulator-webkit-") as folder:
        os.environ.update(
            DISPLAY=screen.name,
            GDK_BACKEND="x11",
            NO_AT_BRIDGE="1",
            HOME=folder,
            XDG_RUNTIME_DIR=folder,
            LANG="C.UTF-8",
            LIBGL_ALWAYS_SOFTWARE="1",
            GSETTINGS_BACKEND="memory",
        )
        os.environ.pop("WAYLAND_DISPLAY", None)
        try:
            importlib.import_module(VIEW).run(wanted, out)  # looks for its screen when it is imported
        finally:
            screen.close()


if __name__ == "__main__":
    main()
