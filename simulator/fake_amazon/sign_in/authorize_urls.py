"""Where clients send people: the authorize request and the consent to it."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from simulator.fake_amazon.accounts import Account
from simulator.fake_amazon.pages import account_of, page
from simulator.fake_amazon.route import Route
from simulator.fake_amazon.sign_in.authorization import (
    ACCESS_NOT_PERMITTED,
    Authorization,
    NoReturn,
    ReturnWithError,
    authorization_of,
    client_of,
)
from simulator.fake_amazon.sign_in.journey import Journey
from simulator.fake_amazon.sign_in.page_data import AskedDatum, ConsentPage, Errand
from simulator.fake_amazon.world import World


class AuthorizePages:
    """Views of one world."""

    def __init__(self, world: World, journey: Journey) -> None:
        self._world = world
        self._journey = journey

    def routes(self) -> list[Route]:
        """The URL table."""
        return [
            Route("GET", "/ap/oa", "authorize", self.authorize, self.refuse),
            Route("GET", "/ap/consent", "consent-page", self.consent_page),
            Route("POST", "/ap/consent", "consent", self.consent),
        ]

    def authorize(self) -> ResponseReturnValue:
        """Begin: keep the request and send the person on to what it needs."""
        localhost_only = self._world.settings.localhost_redirects_only
        try:
            client = client_of(request.args, self._world.clients, localhost_only=localhost_only)
            errand = Errand(request=self._world.grants.keep(authorization_of(request.args, client)))
        except NoReturn as problem:
            return self._journey.error(str(problem))
        except ReturnWithError as problem:
            return self._back(problem.error, problem.description)
        return self._journey.obstacle(errand) or self._journey.onward(errand)

    def refuse(self, error: str) -> ResponseReturnValue:
        """An error that a tester asked for, on a request whose client is known."""
        localhost_only = self._world.settings.localhost_redirects_only
        try:
            client_of(request.args, self._world.clients, localhost_only=localhost_only)
        except NoReturn as problem:
            return self._journey.error(str(problem))
        description = ACCESS_NOT_PERMITTED if error == "access_denied" else f"Asked for by the tester : {error}"
        return self._back(error, description)

    def consent_page(self) -> ResponseReturnValue:
        """What the client would learn, and the two answers."""
        errand = self._journey.errand()
        asked = self._world.grants.pending(errand.request)
        account = account_of(self._world)
        obstacle = self._journey.obstacle(errand)
        if obstacle is not None:
            return obstacle
        if account is None or asked is None:
            return self._journey.onward(errand)
        data = ConsentPage(
            request=errand.request,
            app=self._journey.app_name(errand),
            account=account.email,
            asked=tuple(_datum(scope, account, asked) for scope in asked.scopes),
        )
        return page("consent.html", data, world=self._world)

    def consent(self) -> ResponseReturnValue:
        """Allowed, with the optional scopes that stayed ticked; or refused, and back with `access_denied`."""
        errand = self._journey.errand()
        asked = self._world.grants.pending(errand.request)
        account = account_of(self._world)
        if account is None or asked is None:
            return self._journey.obstacle(errand) or self._journey.onward(errand)
        if request.form.get("answer") != "allow":
            self._world.grants.done(errand.request)
            return self._refused(asked)
        ticked = set(request.form.getlist("scope"))
        scopes = tuple(scope for scope in asked.scopes if scope not in asked.optional or scope in ticked)
        self._world.grants.consent(account.user_id, asked, scopes)
        return self._journey.grant(errand, account, asked, scopes)

    def _refused(self, asked: Authorization) -> Response:
        return self._journey.give_back(asked.redirect_uri, "access_denied", ACCESS_NOT_PERMITTED, asked.state)

    def _back(self, error: str, description: str) -> Response:
        return self._journey.give_back(request.args["redirect_uri"], error, description, request.args.get("state"))


def _datum(scope: str, account: Account, asked: Authorization) -> AskedDatum:
    told = {
        "profile": ("Name and e-mail address", f"{account.name}, {account.email}"),
        "profile:user_id": ("An id that stands for you", account.user_id),
        "postal_code": ("Postal code", account.postal_code),
    }
    label, value = told[scope]
    return AskedDatum(scope=scope, label=label, value=value, optional=scope in asked.optional)
