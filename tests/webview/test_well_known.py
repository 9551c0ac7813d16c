"""Phones ask which apps may open the links of this site: all registered ones, and none where none is."""

import flask
import pytest

from redeem_app.app import create_app
from redeem_app.domain.ids import AppId, CampaignId
from tests.campaign_builders import a_campaign, an_app
from tests.service_under_test import ServiceUnderTest

ANDROID = "/.well-known/assetlinks.json"
APPLE = "/.well-known/apple-app-site-association"
PRINT_1, PRINT_2 = ":".join(["AB"] * 32), ":".join(["CD"] * 32)


@pytest.fixture
def bare_app(under_test: ServiceUnderTest) -> flask.Flask:
    return create_app(service=under_test.service)


@pytest.mark.parametrize("path", [ANDROID, APPLE])
def test_both_are_json_by_type_without_redirect_and_kept_for_an_hour(path: str, bare_app: flask.Flask) -> None:
    answer = bare_app.test_client().get(path)

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_without_registered_apps_both_name_none(bare_app: flask.Flask) -> None:
    client = bare_app.test_client()

    assert client.get(ANDROID).get_json() == []
    assert client.get(APPLE).get_json() == {"applinks": {"details": []}}


def test_several_apps_are_named_each_package_once(bare_app: flask.Flask, under_test: ServiceUnderTest) -> None:
    hop = an_app(
        android_packages=(f"com.example.hop:{PRINT_1}", f"com.example.hop:{PRINT_2}"),
        apple_app_ids=("ABCDE12345.com.example.hop",),
    )
    shop = an_app(
        app_id=AppId("shop"),
        android_packages=(f"com.example.shop:{PRINT_1}",),
        apple_app_ids=("ABCDE12345.com.example.shop",),
    )
    under_test.load(app=hop)
    under_test.load(a_campaign(campaign_id=CampaignId("other"), app_id=AppId("shop")), app=shop)
    client = bare_app.test_client()

    statements = client.get(ANDROID).get_json()
    [details] = client.get(APPLE).get_json()["applinks"]["details"]

    assert {s["target"]["package_name"]: s["target"]["sha256_cert_fingerprints"] for s in statements} == {
        "com.example.hop": [PRINT_1, PRINT_2],
        "com.example.shop": [PRINT_1],
    }
    assert all(s["relation"] == ["delegate_permission/common.handle_all_urls"] for s in statements)
    assert details["appIDs"] == ["ABCDE12345.com.example.hop", "ABCDE12345.com.example.shop"]
    assert details["components"] == [
        {"/": "/h/*", "exclude": True},
        {"/": "/r/*/hand-over", "exclude": True},
        {"/": "/r/*"},
    ]
