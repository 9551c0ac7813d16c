"""Renders a page with the security policy that its own inline style needs."""

from collections.abc import Iterable

import flask

from redeem_app.web import browser_safety, presentation
from redeem_app.web.hand_over_pages import HandOverPage, NumberPage
from redeem_app.web.pages import AppliedPage, ApplyingPage, OfferPage, RefusalPage

Page = OfferPage | ApplyingPage | AppliedPage | RefusalPage | HandOverPage | NumberPage

_TEMPLATES = {
    OfferPage: "offer.html",
    ApplyingPage: "applying.html",
    AppliedPage: "applied.html",
    RefusalPage: "refusal.html",
    HandOverPage: "hand_over.html",
    NumberPage: "hand_over_number.html",
}


def page_answer(page: Page, status: int = 200) -> flask.Response:
    """The page as an answer, with the word of who may frame it."""
    answer = flask.make_response(flask.render_template(_TEMPLATES[type(page)], page=page), status)
    answer.headers["Content-Security-Policy"] = browser_safety.content_security_policy(
        presentation.inline_style_hashes(page.frame), flask.current_app.config["AMAZON_ORIGIN"], _framed_by(page)
    )
    return answer


def _framed_by(page: Page) -> Iterable[str]:
    """Origins of the sites that may frame the page.

    A refusal that knows no campaign knows no sites either. It shows nothing of anybody's and has nothing to press but
    "try again", so any site may: else whoever opens a broken link in an app's site sees the browser's own error there.
    """
    if isinstance(page, RefusalPage) and page.frame is None:
        return ("*",)
    return page.frame.frame_origins if page.frame and not isinstance(page, NumberPage) else ()
