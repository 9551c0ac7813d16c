"""Signing in and out, making an account, the one-time code, and the list of apps that one agreed to."""

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from simulator.fake_amazon.accounts import Browser, EmailTaken, SignInResult
from simulator.fake_amazon.pages import account_of, browser_of, cookie_name, page, remember
from simulator.fake_amazon.route import Route
from simulator.fake_amazon.sign_in.journey import Journey, go
from simulator.fake_amazon.sign_in.page_data import (
    AppsPage,
    Errand,
    LockedPage,
    OneTimeCodePage,
    RegisterPage,
    SignInPage,
)
from simulator.fake_amazon.world import World

_SHORTEST_PASSWORD = 6


class AccountPages:
    """Views of one world."""

    def __init__(self, world: World, journey: Journey) -> None:
        self._world = world
        self._journey = journey

    def routes(self) -> list[Route]:
        """The URL table."""
        return [
            Route("GET", "/ap/signin", "sign-in-page", self.sign_in_page),
            Route("POST", "/ap/signin", "sign-in", self.sign_in),
            Route("GET", "/ap/register", "register-page", self.register_page),
            Route("POST", "/ap/register", "register", self.register),
            Route("GET", "/ap/code", "one-time-code-page", self.one_time_code_page),
            Route("POST", "/ap/code", "one-time-code", self.one_time_code),
            Route("POST", "/ap/signout", "sign-out", self.sign_out),
            Route("GET", "/ap/apps", "apps-page", self.apps_page),
            Route("POST", "/ap/apps", "remove-app", self.remove_app),
        ]

    def sign_in_page(self) -> ResponseReturnValue:
        """The form; passed over by a browser that is signed in."""
        errand = self._journey.errand()
        obstacle = self._journey.obstacle(errand)
        if obstacle is None and account_of(self._world) is not None:
            return self._journey.onward(errand)
        return obstacle or self._sign_in_form(errand)

    def sign_in(self) -> ResponseReturnValue:
        """Check the password and go on; or say what is wrong."""
        errand = self._journey.errand()
        email = request.form.get("email", "")
        browser = browser_of(self._world) or self._world.accounts.new_browser()
        result = self._world.accounts.sign_in(browser, email, request.form.get("password", ""))
        if result is SignInResult.LOCKED:
            return self._locked(email)
        if result in (SignInResult.WRONG_PASSWORD, SignInResult.UNKNOWN_EMAIL):
            return self._sign_in_form(errand, email=email, problem=result.value)
        return self._entered(errand, browser)

    def register_page(self) -> ResponseReturnValue:
        """The form for a new account."""
        errand = self._journey.errand()
        return self._journey.obstacle(errand) or self._register_form(errand)

    def register(self) -> ResponseReturnValue:
        """Make the account, sign it in, and go on with what was pending."""
        errand = self._journey.errand()
        name, email, password = (request.form.get(field, "").strip() for field in ("name", "email", "password"))
        problem = _registration_problem(name, email, password)
        if problem:
            return self._register_form(errand, name=name, email=email, problem=problem)
        try:
            account = self._world.accounts.add(email, request.form["password"], name)
        except EmailTaken:
            return self._register_form(errand, name=name, email=email, problem="email-taken")
        browser = browser_of(self._world) or self._world.accounts.new_browser()
        if self._world.settings.verify_new_accounts:
            self._world.accounts.owe_code(browser, account, "Your verification code")
        else:
            browser.user_id = account.user_id
        return self._entered(errand, browser)

    def one_time_code_page(self) -> ResponseReturnValue:
        """The form for the code that was sent."""
        errand = self._journey.errand()
        browser = browser_of(self._world)
        if browser is None or browser.owing is None:
            return self._journey.onward(errand)
        return self._journey.obstacle(errand) or self._code_form(errand)

    def one_time_code(self) -> ResponseReturnValue:
        """Check the code and go on."""
        errand = self._journey.errand()
        browser = browser_of(self._world)
        if browser is None or browser.owing is None:
            return self._journey.onward(errand)
        owing = self._world.accounts.by_id(browser.owing)
        result = self._world.accounts.enter_code(browser, request.form.get("code", ""))
        if result is SignInResult.LOCKED:
            return self._locked(owing.email if owing else "")
        if result is not SignInResult.SIGNED_IN:
            return self._code_form(errand, problem="wrong-code")
        return self._entered(errand, browser)

    def sign_out(self) -> ResponseReturnValue:
        """Forget who is signed in on this browser."""
        self._world.accounts.sign_out(request.cookies.get(cookie_name()))
        answer = go(url_for("sign-in-page"))
        answer.delete_cookie(cookie_name())
        return answer

    def apps_page(self) -> ResponseReturnValue:
        """The apps that the person agreed to, each with a way to remove it."""
        account = account_of(self._world)
        if account is None:
            return go(url_for("sign-in-page", then="/ap/apps"))
        names = [(app, self._world.clients.get(app)) for app in self._world.grants.apps_of(account.user_id)]
        apps = tuple((app, client.name if client else app) for app, client in names)
        return page("apps.html", AppsPage(apps=apps), world=self._world)

    def remove_app(self) -> ResponseReturnValue:
        """Remove an app: its tokens end."""
        account = account_of(self._world)
        if account is not None:
            self._world.grants.remove_app(account.user_id, request.form.get("app", ""))
        return go(url_for("apps-page"))

    def _entered(self, errand: Errand, browser: Browser) -> Response:
        account = self._world.accounts.by_id(browser.user_id)
        if account is None:
            there = url_for("one-time-code-page", request=errand.request or None, then=errand.then or None)
            return remember(go(there), browser)
        return remember(self._journey.onward(errand, account), browser)

    def _sign_in_form(self, errand: Errand, *, email: str = "", problem: str = "") -> Response:
        app, embedded = self._journey.app_name(errand), self._journey.warned()
        data = SignInPage(errand=errand, app=app, email=email, problem=problem, embedded=embedded)
        return page("sign_in.html", data, world=self._world)

    def _register_form(self, errand: Errand, *, name: str = "", email: str = "", problem: str = "") -> Response:
        app = self._journey.app_name(errand)
        data = RegisterPage(errand=errand, app=app, name=name, email=email, problem=problem)
        return page("register.html", data, world=self._world)

    def _code_form(self, errand: Errand, *, problem: str = "") -> Response:
        message = self._world.accounts.messages[-1].text
        data = OneTimeCodePage(errand=errand, message=message, problem=problem)
        return page("one_time_code.html", data, world=self._world)

    def _locked(self, email: str) -> Response:
        return page("locked.html", LockedPage(email=email), world=self._world, status=403)


def _registration_problem(name: str, email: str, password: str) -> str:
    if not name:
        return "name-missing"
    if "@" not in email.strip("@"):
        return "email-invalid"
    return "password-short" if len(password) < _SHORTEST_PASSWORD else ""
