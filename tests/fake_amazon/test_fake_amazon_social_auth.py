"""social-auth-core, a client of Login with Amazon that others wrote, unchanged and under Amazon's own host names."""

from datetime import timedelta

import pytest
from social_core.exceptions import AuthCanceled, AuthException

from simulator.fake_amazon import FakeAmazon
from tests.fake_amazon.clients import a_client, a_person
from tests.fake_amazon.social import Person, Visit, an_amazon_backend
from tests.fake_amazon.visitor import Visitor


def test_somebody_signs_in(amazon_by_name: FakeAmazon) -> None:
    backend, visit = an_amazon_backend(a_client(amazon_by_name))
    user_id = a_person(amazon_by_name)
    visitor = a_visitor_sent_by(backend.start(), amazon_by_name)

    visitor.allows()
    person = completed(backend, visit, visitor)

    assert (person.user_id, person.email) == (user_id, "ana@example.com")
    assert [seen.headers["host"] for seen in amazon_by_name.requests_of("token")] == ["api.amazon.com"]


def test_somebody_refuses(amazon_by_name: FakeAmazon) -> None:
    backend, visit = an_amazon_backend(a_client(amazon_by_name))
    a_person(amazon_by_name)
    visitor = a_visitor_sent_by(backend.start(), amazon_by_name)

    visitor.refuses()

    with pytest.raises(AuthCanceled):
        completed(backend, visit, visitor)


def test_a_code_that_has_expired(amazon_by_name: FakeAmazon) -> None:
    backend, visit = an_amazon_backend(a_client(amazon_by_name))
    a_person(amazon_by_name)
    visitor = a_visitor_sent_by(backend.start(), amazon_by_name)
    visitor.allows()

    amazon_by_name.clock.advance(timedelta(minutes=5))

    with pytest.raises(AuthException) as problem:
        completed(backend, visit, visitor)
    assert "invalid_grant" in repr(vars(problem.value))


def test_a_token_endpoint_that_fails_once(amazon_by_name: FakeAmazon) -> None:
    backend, visit = an_amazon_backend(a_client(amazon_by_name))
    a_person(amazon_by_name)
    visitor = a_visitor_sent_by(backend.start(), amazon_by_name)
    visitor.allows()
    amazon_by_name.faults.server_error("token", 503)

    with pytest.raises(AuthException) as problem:
        completed(backend, visit, visitor)

    assert "unavailable" in repr(vars(problem.value))
    assert amazon_by_name.requests_of("profile") == ()


def a_visitor_sent_by(address: object, amazon: FakeAmazon) -> Visitor:
    """At the consent page."""
    visitor = Visitor(amazon)
    visitor.follows(str(address))
    visitor.signs_in()
    return visitor


def completed(backend: object, visit: Visit, visitor: Visitor) -> Person:
    """The library's side of the return address."""
    visit.asked = visitor.came_back_with
    backend.data = visit.asked  # type: ignore[attr-defined]
    person = backend.auth_complete()  # type: ignore[attr-defined]
    assert isinstance(person, Person)
    return person
