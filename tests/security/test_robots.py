"""Scanners, previews and prefetchers open links: nothing changes, and the persons redeem after them."""

import pytest
from flask.testing import FlaskClient

from redeem_app.app import create_app
from tests.operation.test_forgetting import everything
from tests.service.test_abuse import LAMP, a_token, signs_in
from tests.service_under_test import ServiceUnderTest

ROBOTS = (
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0",
    "",
    "python-requests/2.32",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.12026; Pro)",
)
LINKS = 100


def opens_every_way(client: FlaskClient, path: str, agent: str) -> None:
    client.get(path, headers={"User-Agent": agent})
    client.head(path, headers={"User-Agent": agent})
    client.get(path, headers={"User-Agent": agent, "Range": "bytes=0-99"})
    client.get(path, headers={"User-Agent": agent, "Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"})
    client.options(path, headers={"User-Agent": agent})


def test_the_zoo_leaves_100_links_as_they_were(under_test: ServiceUnderTest) -> None:
    under_test.load()
    tokens = [a_token(under_test) for _ in range(LINKS)]
    client = create_app(service=under_test.service).test_client()
    before = everything(under_test)

    for number, token in enumerate(tokens):
        opens_every_way(client, f"/r/{token}", ROBOTS[number % len(ROBOTS)])

    assert everything(under_test) == before
    for number, token in enumerate(tokens):
        account = f"p{number}"
        under_test.service.redemption.apply(token, signs_in(under_test, token, account), LAMP)
    assert len(under_test.delivery.applied) == LINKS


@pytest.mark.parametrize("agent", ROBOTS)
def test_a_robot_that_presses_buttons_applies_nothing(under_test: ServiceUnderTest, agent: str) -> None:
    under_test.load()
    token = a_token(under_test)
    client = create_app(service=under_test.service).test_client()
    agent_header = {"User-Agent": agent}

    client.get(f"/r/{token}", headers=agent_header)
    client.post("/reward/sign-in", data={"link": token, "item": "lamp"}, headers=agent_header)
    client.post("/reward/apply", data={"link": token, "item": "lamp"}, headers=agent_header)

    assert under_test.delivery.asked == []
    visit = signs_in(under_test, token, "ann")
    under_test.service.redemption.apply(token, visit, LAMP)
    assert len(under_test.delivery.applied) == 1
