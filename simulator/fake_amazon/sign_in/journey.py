"""Where a person goes next on the way through the sign-in: to its form, to the consent, back to the client, or on."""

import re
from typing import Final

from flask import Response, request, url_for

from simulator.fake_amazon.accounts import Account
from simulator.fake_amazon.pages import account_of, page
from simulator.fake_amazon.settings import WebviewRule
from simulator.fake_amazon.sign_in.authorization import Authorization, return_address
from simulator.fake_amazon.sign_in.page_data import Errand, ErrorPage, WebviewRefusedPage
from simulator.fake_amazon.sign_in.webviews import is_embedded
from simulator.fake_amazon.world import World

_LOCAL: Final = re.compile(r"/(?:shop|gc|ap/apps|us/code)(?:/\w[\w.-]*)*/?(?:\?[\w=&%.-]*)?")


class Journey:
    """The steps between the pages of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def errand(self) -> Errand:
        """From the request; `then` only where it is a page of the fake's own."""
        then = request.values.get("then", "")
        return Errand(request=request.values.get("request", ""), then=then if _LOCAL.fullmatch(then) else "")

    def obstacle(self, errand: Errand) -> Response | None:
        """A page that stands in the way: the request has ended, or webviews are refused."""
        if errand.request and self._world.grants.pending(errand.request) is None:
            return self.error("This sign-in has ended. Go back to the app and begin again.")
        if self._world.settings.webviews is WebviewRule.REFUSE and is_embedded(dict(request.headers)):
            return self._refuse_webview(errand)
        return None

    def warned(self) -> bool:
        """Whether the visitor comes from an app's webview, which is allowed with a warning."""
        return self._world.settings.webviews is WebviewRule.WARN and is_embedded(dict(request.headers))

    def app_name(self, errand: Errand) -> str:
        """Which app asked for the sign-in; empty when none did."""
        asked = self._world.grants.pending(errand.request)
        client = self._world.clients.get(asked.client_id) if asked else None
        return client.name if client else ""

    def onward(self, errand: Errand, account: Account | None = None) -> Response:
        """The next step; `account` when it has just signed in, so that the cookie does not tell yet."""
        account = account or account_of(self._world)
        if account is None:
            return go(url_for("sign-in-page", request=errand.request))
        asked = self._world.grants.pending(errand.request)
        if asked is None:
            return go(errand.then or url_for("shop"))
        if not self._world.grants.consented(account.user_id, asked):
            return go(url_for("consent-page", request=errand.request))
        return self.grant(errand, account, asked, asked.scopes)

    def grant(self, errand: Errand, account: Account, asked: Authorization, scopes: tuple[str, ...]) -> Response:
        """Back to the client with a code."""
        code = self._world.grants.issue_code(account.user_id, asked, scopes)
        self._world.grants.done(errand.request)
        answer = {"code": code.value, "scope": " ".join(scopes), "state": asked.state}
        return go(return_address(asked.redirect_uri, answer))

    def give_back(self, redirect_uri: str, error: str, description: str, state: str | None) -> Response:
        """Back to the client with an error."""
        answer = {"error_description": description, "error": error, "state": state}
        return go(return_address(redirect_uri, answer))

    def error(self, summary: str) -> Response:
        """A page instead of a redirect, with the request's parameters."""
        details = tuple((name, value) for name, value in request.values.items() if name != "password")
        return page("error.html", ErrorPage(summary=summary, details=details), world=self._world, status=400)

    def _refuse_webview(self, errand: Errand) -> Response:
        address = url_for("sign-in-page", request=errand.request or None, then=errand.then or None, _external=True)
        return page("webview_refused.html", WebviewRefusedPage(address=address), world=self._world, status=403)


def go(address: str) -> Response:
    """A redirect that no cache keeps."""
    answer = Response(status=302, headers={"Location": address, "Cache-Control": "no-store"})
    answer.autocorrect_location_header = False
    return answer
