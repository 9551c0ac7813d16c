"""What docs/embedding.md promises: hosts that fit on a screen, a test for each threat, the element's hash."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

import flask
import pytest

from redeem_app.web.embedding_files import FRAME_SCRIPT

HERE = Path(__file__).parent
TEXT = (HERE.parents[1] / "docs" / "embedding.md").read_text("utf-8")
HOSTS = dict(re.findall(r"^### ([\w ]+)\n.*?^```\w+\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL))


def test_there_is_a_host_for_every_kind_of_app() -> None:
    assert list(HOSTS) == ["Kotlin", "Swift", "React Native", "Flutter", "iframe"]


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_has_25_lines_at_most(name: str) -> None:
    assert len(HOSTS[name].splitlines()) <= 25


@pytest.mark.parametrize("name", [name for name in HOSTS if name != "iframe"])
def test_a_host_acknowledges_opens_outside_closes_and_looks_who_speaks(name: str) -> None:
    for word in ("ack", "open-outside", "closed", "REWARDS", "https"):
        assert word in HOSTS[name], word


def test_every_threat_has_tests_and_every_tested_threat_is_told() -> None:
    tested = set(re.findall(r"def test_(t\d)_", (HERE / "test_hand_over.py").read_text("utf-8")))

    assert set(re.findall(r"^\| (t\d) \|", TEXT, flags=re.MULTILINE)) == tested


def test_the_elements_hash_in_the_document_is_that_of_what_is_served(app: flask.Flask) -> None:
    served = app.test_client().get(FRAME_SCRIPT)
    digest = base64.b64encode(hashlib.sha384(served.data).digest()).decode()

    assert f'integrity="sha384-{digest}"' in HOSTS["iframe"]
    assert f"https://REWARDS{FRAME_SCRIPT}" in HOSTS["iframe"]
    assert served.headers["Access-Control-Allow-Origin"] == "*"
    assert served.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert served.mimetype == "text/javascript"
    assert len(gzip.compress(served.data)) <= 3_000
