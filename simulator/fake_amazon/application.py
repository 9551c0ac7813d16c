"""The Flask application of one fake Amazon: the URL tables put together."""

from flask import Flask, request
from flask.typing import ResponseReturnValue

from simulator.fake_amazon.control.urls import ControlPlane
from simulator.fake_amazon.door import ASKED_ERROR
from simulator.fake_amazon.gift_cards.urls import GiftCardEndpoints
from simulator.fake_amazon.pages import folder
from simulator.fake_amazon.route import Refusal, Route
from simulator.fake_amazon.shop.urls import ShopPages
from simulator.fake_amazon.sign_in.account_urls import AccountPages
from simulator.fake_amazon.sign_in.authorize_urls import AuthorizePages
from simulator.fake_amazon.sign_in.device_urls import DevicePages
from simulator.fake_amazon.sign_in.journey import Journey
from simulator.fake_amazon.sign_in.token_urls import TokenEndpoints
from simulator.fake_amazon.world import World


def application(world: World, control: ControlPlane | None = None) -> Flask:
    """All that a visitor or a client can reach, and the control plane if there is to be one."""
    app = Flask(
        "fake_amazon", static_folder=folder("static"), static_url_path="/static", template_folder=folder("templates")
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    refusals: dict[str, Refusal] = {}
    for route in [*_routes(world), *(control.routes() if control else [])]:
        app.add_url_rule(route.path, route.operation, route.view, methods=[route.method])
        if route.refusal is not None:
            refusals[route.operation] = route.refusal

    def refuse_if_asked() -> ResponseReturnValue | None:
        asked = request.environ.get(ASKED_ERROR)
        refusal = refusals.get(request.endpoint or "")
        return refusal(asked) if asked and refusal else None

    app.before_request(refuse_if_asked)
    return app


def _routes(world: World) -> list[Route]:
    journey = Journey(world)
    return [
        *AuthorizePages(world, journey).routes(),
        *AccountPages(world, journey).routes(),
        *DevicePages(world, journey).routes(),
        *TokenEndpoints(world).routes(),
        *GiftCardEndpoints(world).routes(),
        *ShopPages(world).routes(),
    ]
