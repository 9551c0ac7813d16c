"""What stands before the service's processes, as a proxy does: passes each request to one that takes it."""

import itertools
import threading
from collections import Counter
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
        self.behind: tuple[str, ...] = ()
        self._under_way: Counter[str] = Counter()
        self._changed = threading.Condition()
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

    def pass_on_to(self, *behind: str) -> None:
        """To these from now on; returns once whoever is no more among them has answered what is under way."""
        with self._changed:
            self.behind = behind
            self._changed.wait_for(
                lambda: not any(self._under_way[url] for url in self._under_way.keys() - {*behind}), PATIENCE
            )

    def _pass_on(self, path: str) -> flask.Response:
        asked = flask.request
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in OF_THE_HOP}
        target = f"/{path}?{asked.query_string.decode()}".rstrip("?")
        tried: set[str] = set()
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            while url := self._take(tried):
                tried.add(url)
                try:
                    told = client.request(asked.method, url + target, headers=headers, content=asked.get_data())
                except httpx.ConnectError:
                    continue
                except httpx.HTTPError as broken:
                    if asked.method != "POST":
                        continue  # what only looks is asked of another one, as proxies do
                    return flask.Response(f"{type(broken).__name__}\n", 502)
                finally:
                    self._give_back(url)
                kept = [(name, value) for name, value in told.headers.multi_items() if name not in OF_THE_HOP]
                return flask.Response(told.content, told.status_code, kept)
        return flask.Response("no process takes requests\n", 502)

    def _take(self, tried: set[str]) -> str:
        """The next in turn that was not tried yet; empty for none."""
        with self._changed:
            left = [url for url in self.behind if url not in tried]
            if not left:
                return ""
            url = left[next(self._turn) % len(left)]
            self._under_way[url] += 1
            return url

    def _give_back(self, url: str) -> None:
        with self._changed:
            self._under_way[url] -= 1
            self._changed.notify_all()
