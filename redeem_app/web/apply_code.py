"""POST /reward/apply: the one act that spends a reward, by a signed-in person's own press of the button."""

import flask
from flask.typing import ResponseReturnValue

from redeem_app.domain.applying import Applying
from redeem_app.domain.refusals import Refusal
from redeem_app.web.open_link import back_to, chosen_in_form
from redeem_app.web.short_way import raise_fault
from redeem_app.web.visit import Visit


def apply_code(applying: Applying) -> ResponseReturnValue:
    """Apply once, then show how things stand at the reward's own address."""
    token = flask.request.form.get("link", "")
    try:
        raise_fault(flask.request.environ)
        applying.apply(token, Visit.begun(), chosen_in_form())
    except Refusal as refusal:
        return back_to(token, refusal)
    return back_to(token)
