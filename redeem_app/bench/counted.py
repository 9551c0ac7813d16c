"""Runs requests inside one process, for a tool that counts its instructions: no server, no socket, no other process.

Each path is run twice by children of one process that has loaded everything and is warm: once with a few requests,
once with `COUNTED` more. The tool counts each child; the difference is what those requests cost.
"""

import io
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import flask

from redeem_app.app import create_app
from redeem_app.bench import bare, served
from redeem_app.settings import read_settings

WARM: Final = 10
FEW: Final = 2
COUNTED: Final = 50

Environ = dict[str, Any]


def environ_of(message: str) -> Environ:
    """The WSGI environment of a whole HTTP request."""
    head, _, body = message.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, target, protocol = first.split(" ")
    path, _, query = target.partition("?")
    environ: Environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": protocol,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body.encode()),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for line in lines:
        name, _, value = line.partition(": ")
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return environ


def run(app: flask.Flask, environs: Iterable[Environ], expected: str) -> bool:
    """Answer every request; whether all had the expected status."""
    statuses: list[str] = []

    def start_response(status: str, _: object, __: object = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _: None

    for environ in environs:
        answer = app(environ, start_response)
        b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
    return all(status.startswith(expected) for status in statuses)


def _in_child(app: flask.Flask, environs: Iterable[Environ], expected: str) -> int:
    """The number of the process that answered them. Raises RuntimeError where an answer was another."""
    pid = os.fork()
    if not pid:
        good = False
        try:
            good = run(app, environs, expected)
        finally:
            os._exit(0 if good else 1)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError(f"an answer was not {expected}")
    return pid


def main() -> None:
    """Read the paths from standard input, write the processes that ran each to standard output, as JSON."""
    wanted = json.load(sys.stdin)
    service = served.service(read_settings(), Path(os.environ[served.BOOK]))
    apps = {"bare": bare.application()}
    told: dict[str, list[int]] = {}
    for name, (expected, messages) in wanted.items():
        app = apps.setdefault(name, create_app(service=service))
        environs = iter([environ_of(message) for message in messages])
        run(app, itertools.islice(environs, WARM), expected)
        service.database.close()  # SQLite's connections must not be carried into a child
        few, more = list(itertools.islice(environs, FEW)), list(itertools.islice(environs, FEW + COUNTED))
        told[name] = [_in_child(app, few, expected), _in_child(app, more, expected)]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
