"""The URLs for devices: a pair of codes is asked for, and a person types the one for people."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from simulator.fake_amazon.pages import account_of, page
from simulator.fake_amazon.route import Route
from simulator.fake_amazon.sign_in.devices import UnknownPair
from simulator.fake_amazon.sign_in.journey import Journey, go
from simulator.fake_amazon.sign_in.page_data import DevicePage
from simulator.fake_amazon.sign_in.token_wire import TokenError, error_answer, json_answer, missing, parameters
from simulator.fake_amazon.world import World


class DevicePages:
    """Views of one world."""

    def __init__(self, world: World, journey: Journey) -> None:
        self._world = world
        self._journey = journey

    def routes(self) -> list[Route]:
        """The URL table."""
        return [
            Route("POST", "/auth/o2/create/codepair", "codepair", self.code_pair, self.refuse),
            Route("GET", "/us/code", "device-page", self.device_page),
            Route("POST", "/us/code", "device", self.device),
        ]

    def code_pair(self) -> ResponseReturnValue:
        """A pair for a client that may sign in devices."""
        request_id = self._world.mint.request_id()
        try:
            return json_answer(self._new_pair(parameters(request)), request_id=request_id)
        except TokenError as problem:
            return error_answer(problem, request_id)

    def refuse(self, error: str) -> ResponseReturnValue:
        """An error that a tester asked for."""
        return error_answer(TokenError(error), self._world.mint.request_id())

    def device_page(self) -> ResponseReturnValue:
        """The form for the code that the device shows."""
        if account_of(self._world) is None:
            return go(url_for("sign-in-page", then="/us/code"))
        return page("device.html", DevicePage(), world=self._world)

    def device(self) -> ResponseReturnValue:
        """Sign the device in as whoever is signed in here."""
        account = account_of(self._world)
        if account is None:
            return go(url_for("sign-in-page", then="/us/code"))
        try:
            pair = self._world.devices.enter(request.form.get("code", ""), account.user_id)
        except UnknownPair:
            return page("device.html", DevicePage(problem="unknown-code"), world=self._world, status=409)
        client = self._world.clients.get(pair.client_id)
        return page("device.html", DevicePage(app=client.name if client else ""), world=self._world)

    def _new_pair(self, asked: dict[str, str]) -> dict[str, object]:
        for name in ("response_type", "client_id", "scope"):
            if not asked.get(name):
                raise missing(name)
        if asked["response_type"] != "device_code":
            raise TokenError("invalid_request", "The request has an invalid parameter : response_type")
        client = self._world.clients.get(asked["client_id"])
        if client is None:
            raise TokenError("invalid_client")
        scopes = tuple(asked["scope"].split())
        if any(scope not in client.scopes for scope in scopes):
            raise TokenError("invalid_scope", "An unknown scope was requested")
        pair = self._world.devices.begin(client.client_id, scopes)
        settings = self._world.settings
        return {
            "user_code": pair.user_code,
            "device_code": pair.device_code,
            "verification_uri": url_for("device-page", _external=True),
            "expires_in": int(settings.device_code_lifetime.total_seconds()),
            "interval": int(settings.device_poll_interval.total_seconds()),
        }
