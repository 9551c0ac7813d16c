"""What every test of the API starts from."""

import pytest

from redeem_app.app import create_app
from tests.api.api_caller import ApiCaller
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
def api(under_test: ServiceUnderTest) -> ApiCaller:
    """An app's server, before any campaign is loaded."""
    app = create_app(service=under_test.service)
    app.testing = True
    return ApiCaller(app, under_test)


@pytest.fixture
def live(api: ApiCaller) -> ApiCaller:
    """An app's server, with one live campaign."""
    api.under_test.load()
    return api
