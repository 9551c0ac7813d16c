"""Every route of the pages survives anything that is sent to it: never a fault of ours, always our headers."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import flask
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from redeem_app.app import create_app
from redeem_app.web.api_routes import is_api
from tests.service.test_abuse import LAMP, a_token, signs_in
from tests.service_under_test import a_service

METHODS = (*("GET", "POST") * 4, "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
FIELDS = (
    *("link", "item", "size-lamp", "csrf_token", "country", "lang", "state", "code", "error", "error_description"),
    *("notice", "theme", "number", "inline", "next", "person"),
)
HEADERS = (
    *("User-Agent", "Accept-Language", "Accept", "Accept-Encoding", "X-Request-Id", "X-Forwarded-For", "Forwarded"),
    *("Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Dest", "Range", "If-None-Match", "If-Modified-Since"),
    *("Content-Type", "Purpose", "Authorization", "X-Requested-With", "Host", "Cookie", "Transfer-Encoding"),
)
OURS = (
    *("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"),
    *("Permissions-Policy", "X-Request-Id"),
)
NASTY = (
    *("", "\x00", "..", "../../etc/passwd", "%00", "%ff", "<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}"),
    *("A" * 5000, "-1", "1e999", "NaN", "null", "[]", "en-US,en;q=x", "*", "xx-" * 50, "٣", "\u202e", "😀", "US", "de"),
    *("out-of-stock", "dark", "lamp", "cross-site", "text/event-stream", "10.0.0.1, ::1, x", "bytes=0-0", "visit=x"),
    *("visit=" + "A" * 3000, "visit=eyJ2aXNpdCI6MX0.Zg.x", "application/json", "multipart/form-data; boundary="),
)


@dataclass(frozen=True)
class Fuzzed:
    app: flask.Flask
    tokens: tuple[str, ...]
    """Of rewards before and after sign-in, and applied; and almost of one."""


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    under_test = a_service(f"sqlite:///{folder / 'records.sqlite3'}")
    under_test.load()
    tokens = tuple(a_token(under_test) for _ in range(3))
    signs_in(under_test, tokens[1], "ann")
    under_test.service.applying.apply(tokens[2], signs_in(under_test, tokens[2], "ben"), LAMP)
    yield Fuzzed(create_app(service=under_test.service), (*tokens, tokens[0][:-1], tokens[0] + "x", "test-spring"))
    under_test.service.database.close()


def routes(app: flask.Flask) -> list[str]:
    return sorted({rule.rule for rule in app.url_map.iter_rules() if not is_api(rule.rule)})


def path_of(route: str, word: str) -> str:
    before, opening, rest = route.partition("<")
    return before + quote(word, safe="") + rest.partition(">")[2] if opening else route


def in_a_header(word: str) -> str:
    return "".join(letter for letter in word if letter.isprintable() and ord(letter) < 256)


def body_of(answer: TestResponse) -> bytes:
    body = answer.get_data()
    return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" and body else body


@settings(
    max_examples=600, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_request_to_a_page_makes_a_fault(fuzzed: Fuzzed, data: st.DataObject) -> None:
    word = st.sampled_from((*fuzzed.tokens, *NASTY)) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    fields = st.dictionaries(st.sampled_from(FIELDS), word, max_size=4)
    method = data.draw(st.sampled_from(METHODS))
    path = path_of(data.draw(st.sampled_from([*routes(fuzzed.app), "/nowhere/<x>"])), data.draw(word))
    query, form = data.draw(fields), data.draw(fields)
    headers = data.draw(st.dictionaries(st.sampled_from(HEADERS), word.map(in_a_header), max_size=4))

    client = fuzzed.app.test_client(use_cookies=False)
    answer = client.open(
        path, method=method, query_string=query, data=form if method == "POST" else None, headers=headers
    )

    assert answer.status_code < 500, answer.status
    assert [name for name in OURS if name not in answer.headers] == []
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert b"<script>alert(1)</script>" not in body_of(answer)


def test_the_fuzz_reaches_every_route_that_is_no_api(fuzzed: Fuzzed) -> None:
    assert {"/r/<token>", "/h/<code>", "/reward/apply", "/media/<name>", "/metrics"} <= set(routes(fuzzed.app))
