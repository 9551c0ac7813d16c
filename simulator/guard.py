"""Runs one command and ends it, with all it started, when whoever asked for it is gone - however it went.

`python guard.py [--folder FOLDER] COMMAND...`: the command gets a process group of its own; its id is the first line
on stdout. The guard's stdin is a pipe that its owner holds: when it closes, because the owner closed it, was
interrupted or was killed, the group is asked to end and, after some seconds, killed. An owner that has written nothing
before was killed: then the folder, which only its owner would have removed, goes too. Standard library only, run as a
file by itself.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 5.0
FOLDER = "--folder"


def main(arguments: list[str]) -> int:
    """Run the command until it ends or stdin closes; returns its exit status."""
    folder, command = (arguments[1], arguments[2:]) if arguments[0] == FOLDER else ("", arguments)
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, lambda *_: None)  # SIG_IGN would be handed down to the command
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True)  # noqa: S603 - our caller's own command
    was_killed = threading.Event()
    threading.Thread(target=_end_with_the_owner, args=(child, was_killed), daemon=True).start()
    with contextlib.suppress(BrokenPipeError):  # an owner that is gone already reads nothing
        os.write(1, f"{child.pid}\n".encode())
    status = child.wait()
    _signal_group(child.pid, signal.SIGKILL)
    if folder and was_killed.is_set():
        shutil.rmtree(folder, ignore_errors=True)
    return status


def _end_with_the_owner(child: "subprocess.Popen[bytes]", was_killed: threading.Event) -> None:
    said = os.read(0, 1024)
    if not said:
        was_killed.set()
    while said:
        said = os.read(0, 1024)
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
