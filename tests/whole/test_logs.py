"""The log of a whole journey: one id from the proxy to Amazon, and nothing that opens, pays or names anybody."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulator.world import World, WorldPlan
from tests.whole.http_person import HttpPerson
from tests.whole.test_exactly_once import EMAIL, PASSWORD, a_link

CLAIM_CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{5,6}-[A-Z0-9]{4,5}\b")
SECRET_PARAMETERS = ("code", "state", "code_verifier", "access_token", "client_secret", "csrf_token")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    plan = WorldPlan(seed=11, delivery="claim-code", service_variables={"REDEEM_LOG_LEVEL": "DEBUG"})
    with World(plan) as world:
        world.amazon.add_account(EMAIL, PASSWORD, "Ada Example")
        yield world


def lines_of(world: World) -> list[dict[str, Any]]:
    written = (world.folder / "service.log").read_text("utf-8").splitlines()
    return [json.loads(line) for line in written if line.startswith("{")]


def goes_all_ways(world: World) -> set[str]:
    """A journey with its refusals, faults and repetitions; gives every secret that took part in it."""
    link = a_link(world)
    token = link.rsplit("/", 1)[1]
    secrets = {EMAIL, PASSWORD, token, *token.split("."), world.app.api_key, world.seeded.secret("service")}
    httpx.get(f"{world.service.url}/r/{token[:-4]}AAAA")
    httpx.get(f"{world.service.url}/reward/sign-in/return", params={"code": "ANstolen-code", "state": "stolen-state"})
    httpx.post(f"{world.service.url}/v1/events", headers={"x-api-key": world.app.api_key}, json={"eventId": "e"})
    httpx.post(f"{world.service.url}/v1/events", headers={"x-api-key": "guessed-api-key"}, json={})
    with HttpPerson(link, EMAIL, PASSWORD) as ada:
        world.amazon.faults.error("CreateGiftCard", "ThrottlingException")
        confirm = ada.signs_in()
        secrets |= {confirm.fields["csrf_token"], *ada.client.cookies.values()}
        ada.applies()
        world.operate("sweep")
        shown = ada.client.get(link).text
        secrets |= set(CLAIM_CODE.findall(shown))
    assert CLAIM_CODE.search(shown)
    secrets |= {"ANstolen-code", "stolen-state", "guessed-api-key"}
    for seen in world.amazon.requests_seen:
        secrets |= {value for name, value in seen.parameters.items() if name in SECRET_PARAMETERS}
        secrets |= {value for name, value in seen.headers.items() if name in {"authorization", "x-amz-access-token"}}
    account = world.amazon.account(EMAIL)
    assert account is not None
    return {secret for secret in (*secrets, account.user_id) if len(secret) > 5}


def test_no_token_code_account_or_key_is_ever_logged(world: World) -> None:
    secrets = goes_all_ways(world)

    log = (world.folder / "service.log").read_text("utf-8")

    assert len(secrets) > 15
    assert len(lines_of(world)) > 10
    assert {secret for secret in secrets if secret in log} == set()


def test_one_id_leads_from_the_proxy_through_the_log_to_amazon(world: World) -> None:
    with HttpPerson(a_link(world), EMAIL, PASSWORD) as ada:
        ada.signs_in()
        ada.client.headers["X-Request-Id"] = "id-given-by-the-proxy"
        ada.applies()

    asked = world.amazon.requests_of("CreateGiftCard")
    logged = [line for line in lines_of(world) if line.get("request_id") == "id-given-by-the-proxy"]

    assert "id-given-by-the-proxy" in {call.headers["x-request-id"] for call in asked}
    assert [line["route"] for line in logged if line.get("event") == "request"] == ["apply_code"]
