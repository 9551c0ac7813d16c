"""The description fits the rules of OpenAPI, and the routes fit the description."""

from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from redeem_app.web.openapi_operations import OPERATIONS
from tests.api.api_caller import BODY, ApiCaller


def described(api: ApiCaller) -> dict[str, Any]:
    answer: dict[str, Any] = api.app.test_client().get("/openapi.json").get_json()
    return answer


def test_a_linter_finds_nothing(api: ApiCaller) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(described(api)).iter_errors()] == []


def test_it_is_of_version_3_1_and_names_the_services_address(api: ApiCaller) -> None:
    document = described(api)

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://localhost"}]


def test_every_route_of_the_api_is_described_and_every_description_has_a_route(api: ApiCaller) -> None:
    routes = {rule.endpoint for rule in api.app.url_map.iter_rules() if _is_api(rule.rule)}

    assert routes == {operation.name for operation in OPERATIONS}


def _is_api(rule: str) -> bool:
    return rule.startswith(("/v1/", "/GetReward", "/prod/"))


def test_the_answers_fields_are_the_ones_that_are_sent(live: ApiCaller) -> None:
    schemas = described(live)["components"]["schemas"]
    sent = live.post("/GetReward", BODY).get_json()

    assert list(schemas["RewardAnswer"]["properties"]) == list(sent)


def test_each_operation_names_its_success_and_its_refusals() -> None:
    for operation in OPERATIONS:
        statuses = [answer.status for answer in operation.answers]

        assert len(statuses) == len(set(statuses)), operation.name
        assert {200, 400, 500, *(() if operation.is_signed else (403,))} <= set(statuses), operation.name
