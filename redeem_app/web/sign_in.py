"""To Amazon and back: the authorization-code flow with a state that is used once and PKCE."""

import secrets

import flask
from flask.typing import ResponseReturnValue

from redeem_app.domain.redemption import Journey, Redemption, Returned, SignInEnded
from redeem_app.domain.refusals import Refusal
from redeem_app.domain.reward import Chosen
from redeem_app.web.browser_safety import check_same_site
from redeem_app.web.languages import chosen_tag, spoken_tag
from redeem_app.web.open_link import back_to, chosen_in_form
from redeem_app.web.visit import Visit


def start(redemption: Redemption, public_url: str) -> ResponseReturnValue:
    """POST /reward/sign-in: note the choice and send the browser to Amazon."""
    check_same_site(public_url)
    Visit.keep(country=flask.request.form.get("country", ""), language=chosen_tag())
    return lead_to_amazon(redemption, flask.request.form.get("link", ""), chosen_in_form())


def lead_to_amazon(redemption: Redemption, token: str, chosen: Chosen) -> ResponseReturnValue:
    """Note who goes, and send the browser to Amazon; or back to the reward's page with the reason why not."""
    try:
        address = redemption.start_sign_in(
            token,
            chosen,
            Visit.begun(),
            Journey(secrets.token_urlsafe(24), secrets.token_urlsafe(48), spoken_tag()),
        )
    except Refusal as refusal:
        return back_to(token, refusal)
    return flask.redirect(address, 303)


def finish(redemption: Redemption) -> ResponseReturnValue:
    """GET /reward/sign-in/return: learn the account, and go back to the same moment's page (rule P4)."""
    asked, fresh = flask.request.args, Visit.fresh()
    try:
        token = redemption.finish_sign_in(
            Visit.begun(),
            fresh,
            Returned(
                asked.get("state", ""),
                asked.get("code", ""),
                asked.get("error", ""),
                asked.get("error_description", ""),
            ),
        )
    except SignInEnded as ended:
        return back_to(ended.token, Refusal(ended.reason))
    Visit.become(fresh)
    return back_to(token)
