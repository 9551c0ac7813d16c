"""Scanners, previews and prefetchers open links and press buttons: nothing changes, and the persons redeem after it."""

import re
from urllib.parse import urlsplit

import flask
import pytest
from flask.testing import FlaskClient

from redeem_app.app import create_app
from simulator.robots import DETONATOR, ROBOTS, Robot
from tests.operation.test_forgetting import everything
from tests.service.test_abuse import a_token
from tests.service.test_reward_way import Person, page_of
from tests.service_under_test import ServiceUnderTest

LINKS = 100
ZOO = tuple(ROBOTS.values())
PERSON = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/149.0.0.0 Mobile Safari/537.36"
WHAT_COUNTS = ("rewards", "applications", "charges", "tries", "points", "events", "links", "counters")
"""A robot that presses the sign-in button leaves a sign-in of its own, begun and never ended; nothing of this."""


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    under_test.load()
    return create_app(service=under_test.service)


def opened(app: flask.Flask) -> str:
    metrics = app.test_client().get("/metrics", headers={"Authorization": "Bearer metrics-token"}).text
    found = re.search(r"^redeem_opened_total (\S+)", metrics, flags=re.MULTILINE)
    assert found, metrics
    return found[1]


def what_counts(under_test: ServiceUnderTest) -> str:
    read = under_test.service.database.read
    return str([read(lambda c, t=table: c.rows(f"SELECT * FROM {t}")) for table in WHAT_COUNTS])  # type: ignore[misc]  # noqa: S608


def opens_every_way(client: FlaskClient, path: str, robot: Robot) -> None:
    headers = {"User-Agent": robot.user_agent, **robot.headers}
    client.open(path, method=robot.method, headers=headers)
    client.head(path, headers=headers)
    client.get(path, headers=headers | {"Range": "bytes=0-99"})
    client.get(path, headers=headers | {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"})
    client.options(path, headers=headers)


def presses_everything(client: FlaskClient, path: str, robot: Robot) -> None:
    """Send each form of the page as it is and then in other ways, and follow its own links."""
    headers = {"User-Agent": robot.user_agent}
    html = client.get(path, headers=headers).text
    for link in re.findall(r'href="(/(?![^"]*[?;]lang=)[^"]*)"', html):
        html += client.get(link.replace("&amp;", "&"), headers=headers).text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)) | {"item": "lamp"}
    fields.setdefault("link", path.rsplit("/", 1)[-1])
    for action in {"/reward/sign-in", "/reward/apply", "/reward/hand-over", *re.findall(r' action="([^"]+)"', html)}:
        client.post(action, data=fields, headers=headers)
        client.get(action, headers=headers)
    client.get("/reward/sign-in/return?state=guessed&code=guessed", headers=headers)


def test_the_zoo_leaves_100_links_as_they_were_and_the_persons_redeem(
    under_test: ServiceUnderTest, app: flask.Flask
) -> None:
    tokens = [a_token(under_test) for _ in range(LINKS)]
    before = everything(under_test)

    for number, token in enumerate(tokens):
        opens_every_way(app.test_client(), f"/r/{token}", ZOO[number % len(ZOO)])

    assert everything(under_test) == before
    for number, token in enumerate(tokens):
        presses_everything(app.test_client(), f"/r/{token}", ZOO[number % len(ZOO)])
    for number, token in enumerate(tokens):
        person = Person(app, f"/r/{token}")
        person.signs_in(f"p{number}")
        assert page_of(person.applies()) == "applied"
    assert len(under_test.delivery.applied) == LINKS


def test_robots_that_press_every_button_change_nothing_that_counts(
    under_test: ServiceUnderTest, app: flask.Flask
) -> None:
    token = a_token(under_test)
    before = what_counts(under_test)

    for robot in ZOO:
        presses_everything(app.test_client(), f"/r/{token}", robot)

    assert what_counts(under_test) == before
    assert under_test.delivery.asked == []


@pytest.mark.parametrize("name", [name for name, robot in ROBOTS.items() if robot.user_agent != DETONATOR])
def test_a_robot_is_not_counted_as_an_opened_page(name: str, under_test: ServiceUnderTest, app: flask.Flask) -> None:
    token = a_token(under_test)
    before = opened(app)

    opens_every_way(app.test_client(), f"/r/{token}", ROBOTS[name])

    assert opened(app) == before


@pytest.mark.parametrize("name", ["slack", "whatsapp", "imessage", "nameless", "bare-mozilla"])
def test_a_preview_gets_a_card_that_is_the_same_for_every_link(
    name: str, under_test: ServiceUnderTest, app: flask.Flask
) -> None:
    headers = {"User-Agent": ROBOTS[name].user_agent}
    real, forged = a_token(under_test), "no-token-at-all"

    cards = [app.test_client().get(f"/r/{token}", headers=headers) for token in (real, forged)]

    assert [page_of(card) for card in cards] == ["preview", "preview"]
    assert cards[0].text.replace(real, forged) == cards[1].text
    assert cards[0].status_code == cards[1].status_code == 200
    assert "Set-Cookie" not in cards[0].headers


def test_a_person_who_is_taken_for_a_robot_goes_on_by_the_cards_link_to_the_end(
    under_test: ServiceUnderTest, app: flask.Flask
) -> None:
    person = Person(app, f"/r/{a_token(under_test)}")
    person.client.environ_base["HTTP_USER_AGENT"] = "A browser with a scanner in its name"

    card = person.opens()
    link = re.search(r'href="(/r/[^"]+)"', card.text)
    assert link
    page = person.client.get(link[1])
    person.signs_in()

    assert (page_of(card), page_of(page)) == ("preview", "offer")
    assert page_of(person.applies()) == "applied"


@pytest.mark.parametrize("agent", ["curl/8.5.0", "python-requests/2.32.3", "node", "Mozilla/5.0 HeadlessChrome/149.0"])
def test_a_program_of_a_tester_gets_the_page(agent: str, under_test: ServiceUnderTest, app: flask.Flask) -> None:
    page = app.test_client().get(f"/r/{a_token(under_test)}", headers={"User-Agent": agent})

    assert page_of(page) == "offer"


def test_a_person_gets_the_page(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    before = opened(app)

    page = app.test_client().get(f"/r/{a_token(under_test)}", headers={"User-Agent": PERSON})

    assert page_of(page) == "offer"
    assert opened(app) != before


def test_the_card_has_a_policy_that_knows_its_style(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    card = app.test_client().get(f"/r/{a_token(under_test)}", headers={"User-Agent": "Slackbot 1.0"})

    assert "'sha256-" in card.headers["Content-Security-Policy"]
    assert urlsplit(card.request.url).path.startswith("/r/")
