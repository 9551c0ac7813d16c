"""Runs one command and ends it, with all it started, when whoever asked for it is gone - however it went.

`python guard.py COMMAND...`: the command gets a process group of its own; its id is the first line on stdout.
The guard's stdin is a pipe that its owner holds: when it closes, because the owner closed it, was interrupted or was
killed, the group is asked to end and, after some seconds, killed. Standard library only, run as a file by itself.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 5.0


def main(command: list[str]) -> int:
    """Run the command until it ends or stdin closes; returns its exit status."""
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, lambda *_: None)  # SIG_IGN would be handed down to the command
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True)  # noqa: S603 - our caller's own command
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_the_owner, args=(child,), daemon=True).start()
    status = child.wait()
    _signal_group(child.pid, signal.SIGKILL)
    return status


def _end_with_the_owner(child: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 1024):
        pass
    _signal_group(child.pid, signal.SIGTERM)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(child.pid, signal.SIGKILL)


def _signal_group(group: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # all of it has ended
        os.killpg(group, what)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
