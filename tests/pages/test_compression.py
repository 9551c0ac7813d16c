"""Pages travel compressed, and arrive as they were."""

import gzip
from concurrent.futures import ThreadPoolExecutor

import brotli
import flask
import pytest
from flask.testing import FlaskClient

from redeem_app.app import create_app
from redeem_app.web import compression, page_assets
from tests.pages.page_server import an_app, states_with_banner
from tests.service.test_abuse import a_token
from tests.service_under_test import ServiceUnderTest

ONE_FLIGHT = 14_600


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app = an_app()
    app.add_url_rule("/encoded", view_func=lambda: flask.Response("x" * 2000, headers={"Content-Encoding": "br"}))
    compression.install(app)
    return app.test_client()


@pytest.mark.parametrize("state", states_with_banner())
def test_a_page_arrives_as_it_was(state: str, client: FlaskClient) -> None:
    plain = client.get(f"/state/{state}?lang=he")
    packed = client.get(f"/state/{state}?lang=he", headers={"Accept-Encoding": "gzip, br"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    # A page that asks for a form's token holds another one each time.
    assert "csrf_token" in plain.text or gzip.decompress(packed.data) == plain.data


def test_pages_compressed_at_the_same_time_do_not_meet() -> None:
    pages = [b"<header>one app</header>" + f"page {number} ".encode() * 200 for number in range(200)]

    with ThreadPoolExecutor(8) as pool:
        packed = list(pool.map(compression.gzipped, pages))

    assert [gzip.decompress(one) for one in packed] == pages


def test_what_is_encoded_already_stays_as_it_is(client: FlaskClient) -> None:
    assert client.get("/encoded", headers={"Accept-Encoding": "gzip"}).data == b"x" * 2000


def test_the_script_is_prepared_in_the_smallest_encoding_that_the_browser_takes(client: FlaskClient) -> None:
    url = page_assets.script_url()

    by_brotli = client.get(url, headers={"Accept-Encoding": "gzip, br"})
    by_gzip = client.get(url, headers={"Accept-Encoding": "gzip"})

    assert brotli.decompress(by_brotli.data) == gzip.decompress(by_gzip.data) == page_assets.script()
    assert len(by_brotli.data) < len(by_gzip.data) < 5_000


def test_the_services_first_answer_fits_into_one_flight(under_test: ServiceUnderTest) -> None:
    under_test.load()
    client = create_app(service=under_test.service).test_client()

    answer = client.get(f"/r/{a_token(under_test)}", headers={"Accept-Encoding": "gzip, deflate, br"})

    headers = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers) + len("HTTP/1.1 200 OK\r\n\r\n")
    assert answer.status_code == 200
    assert headers < 1_600
    assert headers + len(answer.data) <= ONE_FLIGHT
