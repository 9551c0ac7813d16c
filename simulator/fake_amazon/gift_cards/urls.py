"""The URLs of the Incentives API: who calls, how often, in which format, and what a refusal looks like."""

from datetime import UTC, datetime

from flask import request
from flask.typing import ResponseReturnValue

from simulator.fake_amazon.gift_cards import wire
from simulator.fake_amazon.gift_cards.errors import BAD_SIGNATURE, OTHERS, Refused, Throttled, named
from simulator.fake_amazon.gift_cards.operations import Operations
from simulator.fake_amazon.gift_cards.partners import Partner
from simulator.fake_amazon.gift_cards.signature import SignedRequest, UnknownKey, WrongSignature, signer_of
from simulator.fake_amazon.route import Route
from simulator.fake_amazon.world import World


class GiftCardEndpoints:
    """Views of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._operations = Operations(world).table()

    def routes(self) -> list[Route]:
        """The URL table: each operation under its name."""
        return [self._route(name) for name in self._operations]

    def _route(self, name: str) -> Route:
        def view() -> ResponseReturnValue:
            return self._answered(name)

        def refusal(error: str) -> ResponseReturnValue:
            if error == "ThrottlingException":
                return wire.throttled(request)
            return wire.failure(request, name, named(error))

        return Route("POST", f"/{name}", name, view, refusal)

    def _answered(self, name: str) -> ResponseReturnValue:
        try:
            partner = self._partner()
            partner.count_call(self._world.monotonic(), self._world.settings.calls_per_second)
            body = wire.body_of(request)
            self._world.partners.check_own(partner, body.text("partnerId"))
            return wire.success(request, name, self._operations[name](partner, body))
        except Throttled:
            return wire.throttled(request)
        except Refused as problem:
            return wire.failure(request, name, problem.error)

    def _partner(self) -> Partner:
        """Who signed. The date may follow the world's clock or real time, since clients sign by either."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        signed = SignedRequest(
            method=request.method,
            path=request.path,
            query=request.query_string.decode(),
            headers=headers,
            body=request.get_data(),
        )
        moments = (self._world.now(), datetime.now(UTC))
        tolerance = self._world.settings.signature_tolerance
        try:
            key = signer_of(signed, self._world.partners.secret_of, moments=moments, tolerance=tolerance)
        except UnknownKey as problem:
            raise Refused(OTHERS["InvalidAwsAccessKeyId"]) from problem
        except WrongSignature as problem:
            raise Refused(BAD_SIGNATURE) from problem
        return self._world.partners.by_key(key)
