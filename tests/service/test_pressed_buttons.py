"""The button pressed the short way: the answer of the route, to the header, and Amazon is never asked twice for it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import flask
import pytest
from werkzeug.test import TestResponse

from redeem_app.app import Application, create_app
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.domain.refusals import Refusal
from tests.campaign_builders import a_campaign, a_group, an_item
from tests.service.test_reward_way import Person, get_reward
from tests.service_under_test import ServiceUnderTest

OF_EACH_ANSWER = {"X-Request-Id", "Set-Cookie"}
OWN = re.compile(r"[0-9a-z-]{8,40}\.[\w-]{43}|number=[2-9A-Z]{4}-[2-9A-Z]{4}|[2-9A-Z]{4}-[2-9A-Z]{4}|value=\"[^\"]*\"")

Form = dict[str, str]
Pressing = Callable[[ServiceUnderTest, Person, Form], dict[str, Any]]


@pytest.fixture
def apps(under_test: ServiceUnderTest) -> tuple[Application, Application]:
    """One as it is, and one that never goes the short way."""
    under_test.load(a_campaign(a_group(an_item(stock=8), an_item(item_id="rug", stock=1))))
    short, long = create_app(service=under_test.service), create_app(service=under_test.service)
    long.pressed_buttons = None
    return short, long


def plainly(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    return {"data": form}


def without_its_token(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    return {"data": {name: value for name, value in form.items() if name != "csrf_token"}}


def with_a_forged_token(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    head, dot, signature = form["csrf_token"].rpartition(".")
    other = "A" if signature[0] != "A" else "B"  # not the last letter, some of whose bits tell nothing
    return {"data": {**form, "csrf_token": f"{head}{dot}{other}{signature[1:]}"}}


def with_a_forged_link(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    return {"data": {**form, "link": "x" + form["link"][1:]}}


def with_a_link_that_splits_headers(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    return {"data": {**form, "link": form["link"] + "\r\nSet-Cookie: a=b"}}


def for_what_is_not_offered(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    return {"data": {**form, "item": "yacht"}}


def from_another_browser(under_test: ServiceUnderTest, person: Person, form: Form) -> dict[str, Any]:
    person.client.delete_cookie("visit")
    return plainly(under_test, person, form)


def a_second_time(under_test: ServiceUnderTest, person: Person, form: Form) -> dict[str, Any]:
    person.client.post("/reward/apply", data=form)
    return plainly(under_test, person, form)


def when_it_is_over(under_test: ServiceUnderTest, person: Person, form: Form) -> dict[str, Any]:
    under_test.clock.moment += timedelta(hours=13)
    return plainly(under_test, person, form)


def when_the_campaign_is_suspended(under_test: ServiceUnderTest, person: Person, form: Form) -> dict[str, Any]:
    with suppress(Refusal):  # the other way's person has met it already
        under_test.service.running.move(CampaignId("spring"), CampaignMove.SUSPEND)
    return plainly(under_test, person, form)


def as_a_form_with_files(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    return {"data": form, "content_type": "multipart/form-data"}


def over_https_from_elsewhere(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    return {"data": form, "base_url": "https://localhost", "headers": {"Referer": "https://evil.example/"}}


def too_large(_: ServiceUnderTest, __: Person, form: Form) -> dict[str, Any]:
    return {"data": {**form, "more": "x" * 20_000}}


@pytest.mark.parametrize(
    ("pressing", "is_short"),
    [
        (plainly, True),
        (a_second_time, True),
        (without_its_token, False),
        (with_a_forged_token, False),
        (with_a_forged_link, False),
        (with_a_link_that_splits_headers, False),
        (for_what_is_not_offered, False),
        (from_another_browser, False),
        (when_it_is_over, False),
        (when_the_campaign_is_suspended, False),
        (as_a_form_with_files, False),
        (over_https_from_elsewhere, False),
        (too_large, False),
    ],
)
def test_both_ways_answer_alike(
    under_test: ServiceUnderTest, apps: tuple[Application, Application], pressing: Pressing, *, is_short: bool
) -> None:
    people = [_at_the_button(under_test, app) for app in apps]
    asked = [pressing(under_test, *one) for one in people]

    with by_the_framework(apps[0]) as routes:
        short, long = (
            person.client.post("/reward/apply", **how) for (person, _), how in zip(people, asked, strict=True)
        )

    assert _told(short) == _told(long)
    assert (not routes) is is_short


@contextmanager
def by_the_framework(app: Application) -> Iterator[list[str]]:
    """The paths that the framework was asked for."""
    paths: list[str] = []

    def note(_: flask.Flask) -> None:
        paths.append(flask.request.path)

    with flask.request_started.connected_to(note, app):
        yield paths


def _at_the_button(under_test: ServiceUnderTest, app: Application) -> tuple[Person, Form]:
    person = Person(app, get_reward(app, under_test).get_json()["rewardNotificationUrl"])
    page = person.signs_in(f"somebody-{id(person)}")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, page.text
    return person, {"csrf_token": found[1], "link": person.token, "item": "lamp"}


def _told(answer: TestResponse) -> tuple[int, dict[str, str], str]:
    headers = {name: OWN.sub("…", value) for name, value in answer.headers if name not in OF_EACH_ANSWER}
    return answer.status_code, headers, OWN.sub("…", answer.text)


def test_what_amazon_refused_is_told_and_amazon_asked_once(
    under_test: ServiceUnderTest, apps: tuple[Application, Application]
) -> None:
    def has_no_funds(_: DeliveryRequest) -> Delivered:
        raise DeliveryFailed(DeliveryProblem.FUNDS_LOW, settled=True, detail="")

    for app in apps:
        person, form = _at_the_button(under_test, app)
        under_test.delivery.asked.clear()
        under_test.delivery.answers.append(has_no_funds)

        answer = person.client.post("/reward/apply", data=form)

        assert "notice=delivery-delayed" in answer.location
        assert len(under_test.delivery.asked) == 1
