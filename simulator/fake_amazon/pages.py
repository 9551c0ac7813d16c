"""What all pages share: where templates lie, the browser's cookie, headers."""

from pathlib import Path
from typing import Final

from flask import Response, make_response, render_template, request

from simulator.fake_amazon.accounts import Account, Browser
from simulator.fake_amazon.languages import language_of
from simulator.fake_amazon.world import World

_SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' https: http: data:; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def folder(kind: str) -> Path:
    """Where `templates` or `static` of the fake Amazon lie: beside the package when installed, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    beside = package / kind / "amazon"
    return beside if beside.is_dir() else package.parent / kind / package.name / "amazon"


def page(template: str, data: object, *, world: World, status: int = 200) -> Response:
    """One page; `data` is its frozen dataclass, the template's `page`."""
    pending = world.grants.pending(request.values.get("request"))
    language = language_of(request, pending.languages if pending else "")
    body = render_template(template, page=data, visitor=account_of(world), language=language, say=language.say)
    answer = make_response(body, status)
    answer.headers.update(_SECURITY)
    return answer


def cookie_name() -> str:
    """One for each port, since browsers share cookies between the ports of a host."""
    return f"fake-amazon-{request.environ.get('SERVER_PORT', '0')}"


def browser_of(world: World) -> Browser | None:
    """What the visitor's cookie stands for."""
    return world.accounts.browser(request.cookies.get(cookie_name()))


def account_of(world: World) -> Account | None:
    """Who is signed in."""
    browser = browser_of(world)
    return None if browser is None else world.accounts.by_id(browser.user_id)


def remember(answer: Response, browser: Browser) -> Response:
    """Give the browser its cookie; Lax, since people come from other sites."""
    answer.set_cookie(cookie_name(), browser.key, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer
