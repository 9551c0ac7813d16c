"""Renders a page with the security policy that its own inline style needs."""

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
    """The page as an answer; sites of the app may frame it, but for the question that a browser asks."""
    origins = page.frame.frame_origins if page.frame and not isinstance(page, NumberPage) else ()
    answer = flask.make_response(flask.render_template(_TEMPLATES[type(page)], page=page), status)
    answer.headers["Content-Security-Policy"] = browser_safety.content_security_policy(
        presentation.inline_style_hashes(page.frame), flask.current_app.config["AMAZON_ORIGIN"], origins
    )
    return answer
