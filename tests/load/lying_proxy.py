"""A proxy before the service that passes everything on, but for one planted change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import flask
import httpx

from simulator.fake_amazon.server import Server

Lie = Callable[[str, str], str]
"""From the path and the text of an answer to the text that is passed on."""
NOT_PASSED_ON = {"host", "connection", "content-length", "content-encoding", "transfer-encoding", "accept-encoding"}


@contextmanager
def a_lying_proxy(port: int, service_url: str, lie: Lie) -> Iterator[None]:
    """Serves on the port until left."""
    app = flask.Flask("lying_proxy")

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST", "HEAD"])
    @app.route("/<path:path>", methods=["GET", "POST", "HEAD"])
    def pass_on(path: str) -> flask.Response:
        asked = flask.request
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in NOT_PASSED_ON}
        url = f"{service_url}/{path}?{asked.query_string.decode()}".rstrip("?")
        with httpx.Client(trust_env=False, timeout=30) as client:
            told = client.request(asked.method, url, headers={**headers, "host": asked.host}, content=asked.get_data())
        kept = [(name, value) for name, value in told.headers.multi_items() if name not in NOT_PASSED_ON]
        return flask.Response(lie(f"/{path}", told.text), told.status_code, kept)

    server = Server(app, "127.0.0.1", port, None)
    server.start()
    yield
    server.stop()
