"""Whatever is sent, the answer is one that the description names: nothing undocumented, no fault."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import CheckFunction, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from redeem_app.app import create_app
from redeem_app.web.openapi_forms import Operation
from redeem_app.web.openapi_operations import OPERATIONS
from tests.api.api_caller import BODY
from tests.campaign_builders import NOW
from tests.service_under_test import ServiceUnderTest, a_service

AnyCase = schemathesis.Case[Any]
EACH = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
DEPENDS_ON_MORE = ("record_event", "get_reward", "ad_callback")
"""A description can't say how long ago an event may be, which body a key came with before, or what a signature is."""
KNOWN = {
    "get_reward_info": BODY,
    "get_reward": BODY,
    "make_link": {"customerId": "ann", "campaignId": "spring", "momentId": "level-5"},
    "record_event": {"customerId": "ann", "occurredAt": NOW.isoformat()},
}
BOUNDED = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceUnderTest]:
    """A service of its own for the fuzz, since examples share it."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    under_test = a_service(f"sqlite:///{folder / 'records.sqlite3'}")
    under_test.load()
    yield under_test
    under_test.service.database.close()


@pytest.fixture(scope="module")
def described(fuzzed: ServiceUnderTest) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", create_app(service=fuzzed.service))


def cases(described: schemathesis.BaseSchema, operation: Operation) -> st.SearchStrategy[AnyCase]:
    """Requests that the description allows, those of them that name what is there, and requests it does not allow."""
    found = described[operation.path][operation.method]
    modes = {mode: found.as_strategy(generation_mode=mode) for mode in GenerationMode}
    known = modes[GenerationMode.POSITIVE].map(lambda case: _naming(case, KNOWN.get(operation.name, {})))
    return st.one_of(*modes.values(), known)


def _naming(case: AnyCase, known: dict[str, str]) -> AnyCase:
    if isinstance(case.body, dict):
        case.body.update(known)
    return case


@EACH
def test_every_answer_is_as_described(
    operation: Operation, described: schemathesis.BaseSchema, fuzzed: ServiceUnderTest
) -> None:
    @BOUNDED
    @given(case=cases(described, operation))
    def answers_as_described(case: AnyCase) -> None:
        excluded: list[CheckFunction] = [positive_data_acceptance] if operation.name in DEPENDS_ON_MORE else []
        case.call_and_validate(headers={"x-api-key": fuzzed.api_key}, excluded_checks=excluded)

    answers_as_described()


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if not o.is_signed], ids=lambda operation: operation.name)
def test_without_a_key_everything_is_forbidden(operation: Operation, described: schemathesis.BaseSchema) -> None:
    @settings(BOUNDED, max_examples=10)
    @given(case=cases(described, operation))
    def is_forbidden(case: AnyCase) -> None:
        assert case.call(headers={"x-api-key": "wrong"}).status_code == 403

    is_forbidden()
