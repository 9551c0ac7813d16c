"""What stands before the service's processes, as a proxy does: passes each request to one that takes it."""

import itertools
from typing import Final

import flask
import httpx

from simulator.fake_amazon.server import Server
from simulator.service import free_port

METHODS: Final = ["GET", "POST", "HEAD"]
OF_THE_HOP: Final = frozenset({"connection", "content-length", "content-encoding", "transfer-encoding", "keep-alive"})
PATIENCE: Final = 20.0


class Front:
    """In turn to each of `behind`; one that takes no connection is passed over; a POST broken off gives 502."""

    def __init__(self) -> None:
        self.behind: list[str] = []
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._turn = itertools.count()
        app = flask.Flask("front")
        app.add_url_rule("/", "root", self._pass_on, methods=METHODS, defaults={"path": ""})
        app.add_url_rule("/<path:path>", "any", self._pass_on, methods=METHODS)
        self._server = Server(app, "127.0.0.1", self.port, None)

    def start(self) -> None:
        """Listen."""
        self._server.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.stop()

    def _pass_on(self, path: str) -> flask.Response:
        asked = flask.request
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in OF_THE_HOP}
        target = f"/{path}?{asked.query_string.decode()}".rstrip("?")
        first = next(self._turn)
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            for place in range(len(self.behind)):
                url = self.behind[(first + place) % len(self.behind)] + target
                try:
                    told = client.request(asked.method, url, headers=headers, content=asked.get_data())
                except httpx.ConnectError:
                    continue
                except httpx.HTTPError as broken:
                    if asked.method != "POST":
                        continue  # what only looks is asked of another one, as proxies do
                    return flask.Response(f"{type(broken).__name__}\n", 502)
                kept = [(name, value) for name, value in told.headers.multi_items() if name not in OF_THE_HOP]
                return flask.Response(told.content, told.status_code, kept)
        return flask.Response("no process takes requests\n", 502)
