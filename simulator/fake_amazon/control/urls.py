"""The URL table of the control plane, and its JSON."""

import json
from collections.abc import Callable
from typing import TypeVar

from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from simulator.fake_amazon.clock import WrongClockSetting
from simulator.fake_amazon.control import orders
from simulator.fake_amazon.control.guard import objection
from simulator.fake_amazon.control.views import Control, Impossible, Told
from simulator.fake_amazon.money import FractionalAmount
from simulator.fake_amazon.route import Route
from simulator.fake_amazon.seeding import Seeding

Wanted = TypeVar("Wanted", bound=orders.Order)


class ControlPlane:
    """Views of one world."""

    def __init__(self, seeding: Seeding) -> None:
        self._control = Control(seeding)

    def routes(self) -> list[Route]:
        """The URL table. No fault meets these operations, and the requests seen don't list them."""
        control = self._control
        return [
            _route("POST", "reset", control.reset),
            _route("POST", "accounts", _with(orders.AccountOrder, control.account)),
            _route("POST", "clients", _with(orders.ClientOrder, control.client)),
            _route("POST", "partners", _with(orders.PartnerOrder, control.partner)),
            _route("POST", "items", _with(orders.ItemOrder, control.item)),
            _route("POST", "stock", _with(orders.StockOrder, control.stock)),
            _route("POST", "credits", _with(orders.CreditOrder, control.credit)),
            _route("POST", "faults", _with(orders.FaultOrder, control.fault)),
            _route("GET", "faults", control.faults),
            _route("DELETE", "faults", control.clear_faults),
            _route("POST", "clock", _with(orders.ClockOrder, control.clock)),
            _route("GET", "clock", control.time),
            _route("POST", "settings", _with(orders.SettingsOrder, control.change_settings)),
            _route("GET", "settings", control.settings),
            _route("GET", "requests", lambda: control.requests(request.args.get("operation"))),
            _route("GET", "applications", control.applications),
            _route("GET", "messages", control.messages),
        ]


def _with(kind: type[Wanted], act: Callable[[Wanted], Told]) -> Callable[[], Told]:
    """An act that takes its order from the body."""
    return lambda: act(kind.model_validate_json(request.get_data() or b"{}"))


def _route(method: str, name: str, act: Callable[[], Told]) -> Route:
    def view() -> ResponseReturnValue:
        problem = objection(request)
        if problem is not None:
            return _answer({"error": problem}, 403)
        try:
            return _answer(act(), 200)
        except ValidationError as mistakes:
            return _answer({"error": "; ".join(_sentences(mistakes))}, 400)
        except (Impossible, WrongClockSetting, FractionalAmount) as mistake:
            return _answer({"error": str(mistake)}, 400)

    return Route(method, f"/control/{name}", f"control-{method.lower()}-{name}", view)


def _sentences(mistakes: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in mistake['loc']) or 'the body'}: {mistake['msg']}"
        for mistake in mistakes.errors(include_url=False)
    ]


def _answer(told: Told, status: int) -> Response:
    return Response(json.dumps(told), status, content_type="application/json")
