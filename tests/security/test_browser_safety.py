"""What a browser is told, and what another site can't do."""

import logging
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import flask
import pytest

from redeem_app.app import create_app
from tests.campaign_builders import an_app
from tests.service.test_abuse import a_token
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    under_test.load()
    return create_app(service=under_test.service)


def test_every_page_has_a_policy_without_unsafe_inline(app: flask.Flask, under_test: ServiceUnderTest) -> None:
    client = app.test_client()

    for path in (f"/r/{a_token(under_test)}", "/r/nonsense", "/healthz", "/nowhere"):
        headers = client.get(path).headers
        assert "unsafe-inline" not in headers["Content-Security-Policy"], path
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_every_post_route_is_guarded(app: flask.Flask) -> None:
    """By an API key, by a CSRF token, or, for the one form without a session, by where it comes from."""
    client = app.test_client()
    posts = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]

    for path in posts:
        asked = client.post(re.sub(r"<[^>]+>", "x", path), data={}, headers={"Sec-Fetch-Site": "cross-site"})
        assert 400 <= asked.status_code < 500, path
    assert "/reward/apply" in posts


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_can_not_begin_a_sign_in(
    app: flask.Flask, under_test: ServiceUnderTest, headers: dict[str, str]
) -> None:
    form = {"link": a_token(under_test), "item": "lamp"}

    answer = app.test_client().post("/reward/sign-in", data=form, headers=headers)

    assert answer.status_code == 400
    assert 'data-reason="form-expired"' in answer.text


def test_applying_needs_the_token_against_forgery(app: flask.Flask, under_test: ServiceUnderTest) -> None:
    form = {"link": a_token(under_test), "item": "lamp"}

    answer = app.test_client().post("/reward/apply", data=form)

    assert answer.status_code == 400
    assert under_test.delivery.asked == []


def test_nobody_is_sent_anywhere_but_to_amazon_or_back_to_the_page(
    app: flask.Flask, under_test: ServiceUnderTest
) -> None:
    """No parameter is an address: the return goes to a route of ours by name."""
    client, token = app.test_client(), a_token(under_test)
    elsewhere = {"next": "https://evil.example", "redirect_uri": "https://evil.example", "return": "//evil.example"}

    begun = client.post("/reward/sign-in", data={"link": token, "item": "lamp", **elsewhere}, query_string=elsewhere)
    lost = client.get("/reward/sign-in/return", query_string={"state": "x", "code": "y", **elsewhere})

    assert begun.location.startswith("https://amazon.example/")
    assert "evil" not in begun.location
    assert lost.status_code == 400


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(
    app: flask.Flask, under_test: ServiceUnderTest
) -> None:
    answer = app.test_client().post("/reward/sign-in", data={"link": a_token(under_test), "item": "lamp"})

    [cookie] = answer.headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.fixture
def on_https(under_test: ServiceUnderTest) -> flask.Flask:
    under_test.load()
    settings = replace(under_test.service.settings, public_url="https://rewards.example")
    return create_app(service=replace(under_test.service, settings=settings, public_url="https://rewards.example"))


def test_on_https_the_cookie_belongs_to_the_host_alone(on_https: flask.Flask, under_test: ServiceUnderTest) -> None:
    form = {"link": a_token(under_test), "item": "lamp"}

    answer = on_https.test_client().post("/reward/sign-in", data=form, base_url="https://rewards.example")

    [cookie] = answer.headers.getlist("Set-Cookie")
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-visit=")
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)


def test_on_https_every_answer_says_to_stay_there(on_https: flask.Flask) -> None:
    client = on_https.test_client()

    told = {path: client.get(path).headers["Strict-Transport-Security"] for path in ("/healthz", "/r/x", "/nowhere")}

    assert set(told.values()) == {"max-age=31536000"}


def test_only_sites_of_the_app_may_frame_its_page_and_nobody_any_other(under_test: ServiceUnderTest) -> None:
    under_test.load(app=an_app(frame_origins=("https://shop.example",)))
    client = create_app(service=under_test.service).test_client()

    page, other = client.get(f"/r/{a_token(under_test)}"), client.get("/healthz")

    assert "frame-ancestors https://shop.example;" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/r/nonsense", "/reward/sign-in/return?code=x&state=y", "/nowhere"])
def test_a_refusal_that_knows_no_campaign_is_seen_in_any_frame_and_changes_nothing(
    under_test: ServiceUnderTest, path: str
) -> None:
    refusal = create_app(service=under_test.service).test_client().get(path)

    assert "frame-ancestors *;" in refusal.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in refusal.headers
    assert "<main" in refusal.text
    assert 'method="post"' not in refusal.text


@pytest.mark.parametrize("path", ["/", "/r/x", "/healthz", "/GetReward", "/reward/apply"])
def test_trace_is_not_answered_and_no_other_site_may_read_an_answer(app: flask.Flask, path: str) -> None:
    client = app.test_client()

    traced = client.open(path, method="TRACE", headers={"Cookie": "visit=secret"})
    asked = client.get(path, headers={"Origin": "https://evil.example"})

    assert traced.status_code in {404, 405}
    assert "secret" not in traced.text
    assert "Access-Control-Allow-Origin" not in asked.headers


def test_a_sign_in_is_logged_with_its_request_id(
    app: flask.Flask, under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    client, token = app.test_client(), a_token(under_test)
    begun = client.post("/reward/sign-in", data={"link": token, "item": "lamp"})
    state = parse_qs(urlsplit(begun.location).query)["state"][0]

    with caplog.at_level(logging.INFO):
        for answer in ({"code": "ann"}, {"error": "access_denied"}):
            client.get("/reward/sign-in/return", query_string={"state": state, **answer})

    lines = [r.__dict__ for r in caplog.records if r.__dict__.get("route") == "finish_sign_in"]
    assert [line["status"] for line in lines] == [303, 400]
    assert all(line["request_id"] for line in lines)


def test_a_body_that_is_too_large_is_refused(app: flask.Flask) -> None:
    answer = app.test_client().post("/reward/apply", data={"link": "x" * 300_000})

    assert answer.status_code == 413
