"""Renders a page with the security policy that its own inline style needs."""

import flask

from redeem_app.web import browser_safety, presentation
from redeem_app.web.pages import AppliedPage, ApplyingPage, OfferPage, RefusalPage

_TEMPLATES = {
    OfferPage: "offer.html",
    ApplyingPage: "applying.html",
    AppliedPage: "applied.html",
    RefusalPage: "refusal.html",
}


def page_answer(page: OfferPage | ApplyingPage | AppliedPage | RefusalPage, status: int = 200) -> flask.Response:
    """The page as an answer."""
    answer = flask.make_response(flask.render_template(_TEMPLATES[type(page)], page=page), status)
    answer.headers["Content-Security-Policy"] = browser_safety.content_security_policy(
        presentation.inline_style_hashes(page.frame), flask.current_app.config["AMAZON_ORIGIN"]
    )
    return answer
