"""A person's phone over HTTP: the view inside the app, and the browser beside it; they share no cookies."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service_under_test import ServiceUnderTest

ANDROID_VIEW = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/UQ1A.240205.002; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Version/4.0 Chrome/149.0.0.0 Mobile Safari/537.36"
)
MOBILE_CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Mobile Safari/537.36"
)

REWARD = {
    "appId": "game",
    "momentId": "level-5",
    "deviceType": "Android",
    "campaignId": "spring",
    "rewardGroupId": "US",
}


def a_reward_link(app: flask.Flask, under_test: ServiceUnderTest) -> str:
    """The path of a fresh reward's page."""
    answer = app.test_client().post("/GetReward", json=REWARD, headers={"x-api-key": under_test.api_key})
    return urlsplit(str(answer.get_json()["rewardNotificationUrl"])).path


def main_of(answer: TestResponse) -> dict[str, str]:
    """The hooks of the page: `page`, `state`, `reason`, …"""
    found = re.search(r"<main([^>]*)>", answer.text)
    assert found, answer.text
    return dict(re.findall(r'data-([\w-]+)="([^"]*)"', found[1]))


def number_of(answer: TestResponse) -> str:
    found = re.search(r"data-number>(\d+)<", answer.text)
    assert found, answer.text
    return found[1]


def address_of(answer: TestResponse) -> str:
    """The path of the hand-over's address that the view shows."""
    found = re.search(r'href="([^"]+)"[^>]*data-act="open-outside"', answer.text)
    assert found, answer.text
    return urlsplit(found[1]).path


def csrf_of(answer: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


@dataclass
class Screen:
    """One browser or view, with cookies of its own."""

    app: flask.Flask
    agent: str
    keeps_cookies: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client(use_cookies=self.keeps_cookies)

    def opens(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"User-Agent": self.agent, **self.headers})

    def sends(self, path: str, **form: str) -> TestResponse:
        return self.client.post(path, data=form, headers={"User-Agent": self.agent, **self.headers})

    def follows(self, answer: TestResponse) -> TestResponse:
        assert answer.status_code == 303, answer.text
        return self.opens(answer.location)


@dataclass
class Phone:
    """A person who has the reward's link in an app's view."""

    app: flask.Flask
    link: str
    view: Screen = field(init=False)
    browser: Screen = field(init=False)

    def __post_init__(self) -> None:
        self.view = Screen(self.app, ANDROID_VIEW)
        self.browser = Screen(self.app, MOBILE_CHROME)

    @property
    def token(self) -> str:
        return self.link.rsplit("/", 1)[1]

    def hands_over(self, **form: str) -> TestResponse:
        """Presses the button in the view; gives the page that the view then shows."""
        begun = self.view.sends("/reward/hand-over", link=self.token, item="lamp", **form)
        return begun if begun.status_code == 200 else self.view.follows(begun)

    def names(self, number: str, address: str, browser: Screen | None = None) -> TestResponse:
        """Opens the address in a browser and taps a number; gives the answer to the tap."""
        browser = browser or self.browser
        asked = browser.opens(address)
        return browser.sends(address, csrf_token=csrf_of(asked), number=number)

    def signs_in(self, to_amazon: TestResponse, account: str = "ann", **answer: str) -> TestResponse:
        """At Amazon in the browser, and back; gives the reward's page there."""
        state = parse_qs(urlsplit(to_amazon.location).query)["state"][0]
        query = {"state": state, **(answer or {"code": account})}
        back = self.browser.client.get("/reward/sign-in/return", query_string=query)
        return self.browser.follows(back)

    def applies(self) -> TestResponse:
        page = self.browser.opens(self.link)
        applied = self.browser.sends("/reward/apply", csrf_token=csrf_of(page), link=self.token, item="lamp")
        return self.browser.follows(applied)

    def goes_the_whole_way(self) -> TestResponse:
        """From the view through the browser to the reward; gives the browser's last page."""
        waiting = self.hands_over()
        self.signs_in(self.names(number_of(waiting), address_of(waiting)))
        return self.applies()

    def progress(self, ticket: str = "") -> str:
        answer = self.view.client.get(
            f"{self.link}/hand-over", query_string={"ticket": ticket} if ticket else {}, headers={"Accept": "*/*"}
        )
        return str(answer.get_json()["state"])
