"""V1: two worlds that differ only in who redeemed, and whether, look the same to the developer, byte for byte.

A developer has handed every link out, and so can open it: what it shows to who is not signed in belongs to the view.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import flask
import pytest
from werkzeug.test import TestResponse

from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.app import create_app
from redeem_app.commands.reports import csv_report, json_report
from redeem_app.domain.campaign import ChargedAt
from redeem_app.domain.granting import Granting
from redeem_app.domain.granting_at_once import GrantingAtOnce
from redeem_app.domain.reporting import LEAST_TOLD, Reporting
from redeem_app.domain.running import Running
from redeem_app.sweeping import sweep
from tests.campaign_builders import NOW, a_campaign, a_group, an_item
from tests.databases import Databases
from tests.money.people import redeems
from tests.service_under_test import SECRET, ServiceUnderTest, a_service

REWARDS = 4
ASKED = {
    "appId": "game",
    "momentId": "level-5",
    "deviceType": "Web",
    "campaignId": "spring",
    "rewardGroupId": "US",
}
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/149.0.0.0 Mobile Safari/537.36"}
BY_CHANCE = re.compile(
    rb"[2-9A-Z]{4}-[2-9A-Z]{4}|state=[\w-]+|verifier=\d+|data-ticket=\S+|/h/[\w-]{22}"
    rb"|(?s:<svg[^>]*qr.*?</svg>)|data-number>\d+"
)
"""What every opening draws anew: support number, state of a sign-in, code and number of a hand-over."""
Redeemed = Sequence[tuple[int, str]]
"""Which rewards were redeemed, and by whose account."""
OpensWorlds = Callable[[int], AbstractContextManager[ServiceUnderTest]]


@contextmanager
def a_world(databases: Databases, folder: Path, least_told: int) -> Iterator[ServiceUnderTest]:
    """A service of its own, whose ids and API key come in the same order in every world."""
    numbers, links = count(1), SignedLinks([SECRET])

    def next_id() -> str:
        return f"{next(numbers):032x}"

    with databases.up_to_date(folder / secrets.token_hex(6)) as url:
        world = a_service(url)
        service = world.service
        world.service = replace(
            service,
            granting=Granting(service.records, world.clock, links, next_id),
            granting_at_once=GrantingAtOnce(service.records, world.clock, links, next_id),
            running=Running(service.records, world.clock, links, service.hashes, next_id),
            reporting=Reporting(service.records, world.clock, least_told),
        )
        yield world
        service.database.close()


@pytest.fixture
def worlds(databases: Databases, tmp_path: Path) -> OpensWorlds:
    return lambda least_told: a_world(databases, tmp_path, least_told)


def stranger_sees(app: flask.Flask, token: str) -> list[bytes]:
    """A link as somebody has it who is not signed in: page, headers, progress, and where each button leads."""
    browser = app.test_client()
    opened = browser.get(f"/r/{token}", headers=PHONE)
    progress = browser.get(f"/r/{token}/hand-over", headers=PHONE)
    applying = browser.post("/reward/apply", data={"link": token, "item": "lamp"}, headers=PHONE)
    signing_in = browser.post("/reward/sign-in", data={"link": token, "item": "lamp"}, headers=PHONE)
    handing_over = app.test_client().post("/reward/hand-over", data={"link": token, "item": "lamp", "inline": "1"})
    answers = (opened, progress, applying, signing_in, handing_over)
    return [BY_CHANCE.sub(b"", part) for answer in answers for part in _parts(answer)]


def _parts(answer: TestResponse) -> tuple[bytes, bytes]:
    told = {
        name: value for name, value in answer.headers if name not in {"Set-Cookie", "Content-Length", "X-Request-Id"}
    }
    cookies = [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")]
    return f"{answer.status} {told} {cookies}".encode(), answer.data


def developers_view(
    worlds: OpensWorlds, charged_at: ChargedAt, redeemed: Redeemed, least_told: int = LEAST_TOLD
) -> list[bytes]:
    """Everything that a developer can read from the first reward to long after the last has expired."""
    with worlds(least_told) as world:
        group = a_group(an_item("lamp", stock=REWARDS), alternatives=(an_item("torch"),))
        world.load(a_campaign(group, charged_at=charged_at))
        app = create_app(service=world.service)
        app.config["WTF_CSRF_ENABLED"] = False
        headers = {"x-api-key": world.api_key}
        seen: list[bytes] = []

        def calls(*operations: str) -> list[bytes]:
            answers = []
            for operation in operations:
                world.clock.advance(seconds=2)
                answers.append(app.test_client().post(f"/{operation}", json=ASKED, headers=headers).data)
            return answers

        def looks_around() -> None:
            reports = world.service.reporting.report()
            seen.extend([json_report(reports).encode(), csv_report(reports).encode()])
            for token in tokens:
                seen.extend(stranger_sees(app, token))

        issued = calls(*["GetReward"] * REWARDS)
        seen += issued
        tokens = [answer.decode().split("/r/")[1].split('"')[0] for answer in issued]
        looks_around()
        for number, account in redeemed:
            assert redeems(world, tokens[number], account) is None
        seen += calls("GetRewardInfo", "GetReward")
        looks_around()
        for moment in (NOW.replace(month=4, day=20), a_campaign().redeemable_until, NOW.replace(month=9)):
            world.clock.moment = moment
            sweep(world.service)
            looks_around()
        return seen


@pytest.mark.parametrize("charged_at", ChargedAt)
def test_v1_who_redeemed_and_whether_can_not_be_seen(worlds: OpensWorlds, charged_at: ChargedAt) -> None:
    outcomes: list[Redeemed] = [
        [(0, "ann"), (1, "ben")],
        [(2, "cem"), (3, "dan")],
        [(number, f"person{number}") for number in range(REWARDS)],
        [],
    ]

    first, *others = [developers_view(worlds, charged_at, redeemed) for redeemed in outcomes]

    assert len(first) > 100
    assert b'data-page="offer"' in b"".join(first)
    assert b'data-reason="reward-expired"' in b"".join(first)
    for other in others:
        assert other == first


def test_the_comparison_would_see_a_difference(worlds: OpensWorlds) -> None:
    views = [developers_view(worlds, ChargedAt.REDEMPTION, redeemed, least_told=1) for redeemed in ([], [(0, "ann")])]

    assert views[0] != views[1]
