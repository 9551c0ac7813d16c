"""Prepared pages are, byte for byte, what the long way renders, and are never late."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import flask
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Template
from markupsafe import escape
from werkzeug.test import TestResponse

from redeem_app.app import create_app
from redeem_app.domain.campaign import App, Campaign, Words
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId, RewardGroupId, RewardId
from redeem_app.domain.pictures import Picture
from redeem_app.domain.reward_wanted import RewardWanted
from redeem_app.web.joined_gzip import JoinedGzip
from redeem_app.web.languages import LANGUAGES
from redeem_app.web.page_segments import cut
from tests.campaign_builders import a_campaign, a_group, an_app, an_item
from tests.service.test_abuse import a_token, applies
from tests.service_under_test import ServiceUnderTest

PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/149.0.0.0 Mobile Safari/537.36"
LONG_WAY = {"X-Moz": "none"}
"""A header that does nothing but make the visitor one of whom more is known."""
NUMBER = re.compile(rb"(data-support-number>)[2-9A-Z]{4}-[2-9A-Z]{4}<")
OF_EACH_ANSWER = {"Content-Length", "Content-Encoding", "X-Request-Id"}
SPRING = CampaignId("spring")

HOSTILE = st.sampled_from(
    ["", "plain", "Ünï çødé 礼物 🎁", "</main><script>alert(1)</script>", "\"' onload='x", "%(app)s %s {{ 7*7 }}",
     "&amp; &lt;", "\u202eesrever\u202c", "line\nbreak\ttab", "\\1 \\g<0> \x7f"]
) | st.text(max_size=40).filter(lambda text: "\x00" not in text and "\r" not in text)  # fmt: skip
LANGUAGE = st.sampled_from(["", *LANGUAGES, "de-AT,de;q=0.8", "C", "xx", "en-CA", "*"])


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    under_test.load()
    return create_app(service=under_test.service)


@contextmanager
def templates_rendered(app: flask.Flask) -> Iterator[list[str]]:
    """Names of the templates that are rendered meanwhile: none for a page that was prepared."""
    names: list[str] = []

    def note(_: flask.Flask, template: Template, **__: object) -> None:
        names.append(str(template.name))

    with flask.template_rendered.connected_to(note, app):
        yield names


def opened(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    return client.get(path, headers={"User-Agent": PHONE, "Accept-Encoding": "gzip"} | (headers or {}))


def body_of(answer: TestResponse) -> bytes:
    data = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data
    return NUMBER.sub(rb"\1<", data)


def told_by(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name not in OF_EACH_ANSWER}


def assert_same_both_ways(app: flask.Flask, path: str, headers: dict[str, str] | None = None) -> bytes:
    """The page, prepared by the first, filled for the second and third, and rendered the long way."""
    client, plain = app.test_client(use_cookies=False), {"Accept-Encoding": "identity"}
    first = opened(client, path, headers)
    with templates_rendered(app) as rendered:
        answers = [first, opened(client, path, headers), opened(client, path, (headers or {}) | plain)]
    long_way = opened(client, path, (headers or {}) | LONG_WAY)

    assert rendered == []
    assert [answer.headers.get("Content-Encoding") for answer in answers] == ["gzip", "gzip", None]
    for answer in answers:
        assert body_of(answer) == body_of(long_way)
        assert told_by(answer) == told_by(long_way)
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    return body_of(long_way)


@st.composite
def campaigns(draw: st.DrawFn) -> tuple[App, Campaign]:
    def words() -> Words:
        return Words(draw(HOSTILE), {"de": draw(HOSTILE), "ar": draw(HOSTILE)})

    items = tuple(
        an_item(name, title=words(), description=words(), image_url=draw(HOSTILE), conditions=words())
        for name in ("lamp", "bottle", "book")[: draw(st.integers(1, 3))]
    )
    app = an_app(name=draw(HOSTILE), return_link=draw(HOSTILE))
    return app, a_campaign(
        a_group(*items),
        redemption=words(),
        support=draw(HOSTILE),
        terms_url=draw(st.sampled_from(["", "https://studio.example/terms?a=1&b=2", "javascript:alert(1)"])),
        banner_alt=words(),
        accent=draw(st.sampled_from(["#1f5f8b", "#ffffff", "nonsense"])),
    )


def a_link(under_test: ServiceUnderTest, campaign: Campaign, owner: App) -> str:
    group, moment = campaign.groups[0], campaign.moments[0]
    wanted = RewardWanted(owner.app_id, campaign.campaign_id, moment.moment_id, group.group_id)
    notice = under_test.service.granting.grant(owner, wanted)
    assert notice is not None
    return f"/r/{notice.token}"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=campaigns(),
    language=LANGUAGE,
    picked=st.sampled_from(["", "?lang=de", "?lang=ar&theme=dark", "?theme=light", "?lang=&theme=odd", "?lang=zz"]),
    is_sold_out=st.booleans(),
)
def test_pages_from_segments_equal_the_long_way(
    under_test: ServiceUnderTest, made: tuple[App, Campaign], language: str, picked: str, *, is_sold_out: bool
) -> None:
    app = create_app(service=under_test.service)
    owner, drawn = made
    campaign = replace(drawn, campaign_id=CampaignId(f"c{len(under_test.service.running.campaigns())}"))
    under_test.load(campaign, app=owner)
    first, second = (a_link(under_test, campaign, owner) for _ in range(2))
    if is_sold_out and len(campaign.groups[0].items) > 1:
        under_test.service.running.set_stock(campaign.campaign_id, RewardGroupId("US"), "lamp", 0)
    headers = {"Accept-Language": language} if language else {}

    one = assert_same_both_ways(app, first + picked, headers)
    other = assert_same_both_ways(app, second + picked, headers)

    assert one.replace(first[3:].encode(), second[3:].encode()) == other


def test_an_edit_shows_at_once(app: flask.Flask, under_test: ServiceUnderTest) -> None:
    path = f"/r/{a_token(under_test)}"
    assert_same_both_ways(app, path)

    under_test.load(a_campaign(redemption=Words("Changed words.")), live=False)
    edited = assert_same_both_ways(app, path)
    under_test.load(a_campaign(redemption=Words("Changed words.")), app=an_app(name="Renamed"), live=False)
    renamed = assert_same_both_ways(app, path)
    under_test.service.running.set_banner(SPRING, "data:image/avif;base64,AAAA", ())
    with_banner = assert_same_both_ways(app, path)
    picture = Picture("banner-412.avif", "image/avif", 412, b"x")
    under_test.service.running.set_banner(SPRING, "data:image/avif;base64,AAAA", (picture,))
    with_sharper_banner = assert_same_both_ways(app, path)

    assert b"Changed words." in edited
    assert b"Renamed" in renamed
    assert b"base64,AAAA" in with_banner
    assert b"/media/banner-412.avif" in with_sharper_banner


def test_stock_shows_at_once(app: flask.Flask, under_test: ServiceUnderTest) -> None:
    # What an operator took off the shelf; what redemptions took, nobody unknown may see (rule V1).
    group = a_group(an_item("lamp"), an_item("bottle"), alternatives=(an_item("book"),))
    campaign = a_campaign(group, campaign_id=CampaignId("summer"))
    under_test.load(campaign)
    path = a_link(under_test, campaign, an_app())

    def left(lamp: int, bottle: int) -> bytes:
        for name, pieces in (("lamp", lamp), ("bottle", bottle)):
            under_test.service.running.set_stock(campaign.campaign_id, RewardGroupId("US"), name, pieces)
        return assert_same_both_ways(app, path)

    both, one, stand_in, again = left(5, 5), left(0, 5), left(0, 0), left(5, 5)

    assert b"A lamp" in both
    assert one != both
    assert b"A book" in stand_in
    assert again == both


def test_what_is_over_shows_at_once(app: flask.Flask, under_test: ServiceUnderTest) -> None:
    client, paths = app.test_client(use_cookies=False), [f"/r/{a_token(under_test)}" for _ in range(2)]
    running = under_test.service.running

    def statuses() -> list[int]:
        return [opened(client, path).status_code for path in paths]

    before = statuses()
    running.move(SPRING, CampaignMove.SUSPEND)
    suspended = statuses()
    running.move(SPRING, CampaignMove.RESUME)
    resumed = statuses()
    rows = under_test.service.database.read(lambda c: c.rows("SELECT reward_id FROM rewards ORDER BY reward_id"))
    for (reward_id,) in rows:
        running.remint(RewardId(reward_id))
    replaced = statuses()
    paths[:] = [f"/r/{a_token(under_test)}"]
    fresh = statuses()
    under_test.clock.advance(days=61)
    expired = statuses()

    assert (before, suspended, resumed, replaced, fresh, expired) == (
        [200, 200], [403, 403], [200, 200], [410, 410], [200], [410]
    )  # fmt: skip


def test_v1_a_used_reward_is_answered_as_any_other(app: flask.Flask, under_test: ServiceUnderTest) -> None:
    used, unused = a_token(under_test), a_token(under_test)
    client = app.test_client(use_cookies=False)
    opened(client, f"/r/{unused}")
    assert applies(under_test, used, "ann") is None

    with templates_rendered(app) as rendered:
        one, other = (opened(client, f"/r/{token}") for token in (used, unused))

    assert rendered == []
    assert body_of(one).replace(used.encode(), unused.encode()) == body_of(other)
    assert [*told_by(one).items()] == [*told_by(other).items()]


def test_whoever_brings_more_than_the_link_is_answered_the_long_way(
    app: flask.Flask, under_test: ServiceUnderTest
) -> None:
    path = f"/r/{a_token(under_test)}"
    client = app.test_client(use_cookies=False)
    opened(client, path)
    others: tuple[tuple[str, dict[str, str]], ...] = (
        (f"{path}?country=CU", {}),
        (f"{path}?notice=sign-in-lost", {}),
        (f"{path}?number=4F7K-Q2M9", {}),
        (f"{path}?lang=de&lang=fr", {}),
        (path, {"Cookie": "visit=whatever"}),
        (path, {"X-Hand-Over": "ticket"}),
        (path, {"User-Agent": "curl/8"}),
        (path, {"User-Agent": "Slackbot 1.0"}),
    )

    for address, headers in others:
        with templates_rendered(app) as rendered:
            opened(client, address, headers)
        assert len(rendered) == 1, (address, headers)


def test_a_cookie_of_somebody_else_changes_nothing(app: flask.Flask, under_test: ServiceUnderTest) -> None:
    assert_same_both_ways(app, f"/r/{a_token(under_test)}", {"Cookie": "sticky=7; consent=yes"})


def test_a_page_that_computes_with_a_value_is_not_cut() -> None:
    lengths = {"link": 20}

    assert cut(lambda values: f"<p>{values['link']}</p>", lengths, compress=True) is None, "it is not escaped"
    assert cut(lambda values: f"<p>{escape(values['link'])}</p>", lengths, compress=True) is not None
    assert cut(lambda values: f"<p>{escape(values['link'])}{len(values['link'])}</p>", lengths, compress=True) is None
    assert cut(lambda values: f"<p>{escape(values['link'][:5])}</p>", lengths, compress=True) is None


def test_values_of_another_length_are_not_joined() -> None:
    joined = JoinedGzip.of([b"<p>", b"</p>"], ["a"], {"a": 5})

    assert joined is not None
    assert gzip.decompress(joined.joined({"a": b"quick"}) or b"") == b"<p>quick</p>"
    assert joined.joined({"a": b"slower"}) is None


@given(st.lists(st.tuples(st.binary(max_size=300), st.sampled_from("ab")), max_size=12), st.binary(), st.data())
def test_joined_gzip_is_what_compressing_the_whole_means(
    parts: list[tuple[bytes, str]], end: bytes, data: st.DataObject
) -> None:
    lengths = {"a": 32, "b": 9}
    joined = JoinedGzip.of([*(text for text, _ in parts), end], [hole for _, hole in parts], lengths)
    values = {name: data.draw(st.binary(min_size=length, max_size=length)) for name, length in lengths.items()}

    if joined is not None:  # bytes that no page has may look like what it is tried with
        compressed = joined.joined(values)

        assert compressed is not None
        assert gzip.decompress(compressed) == b"".join(text + values[hole] for text, hole in parts) + end
