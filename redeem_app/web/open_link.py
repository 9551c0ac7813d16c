"""The reward's page: one address that always shows how things stand; opening it changes nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import flask
from flask.typing import ResponseReturnValue

from redeem_app.domain.ids import ItemId
from redeem_app.domain.redemption import Redemption
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Chosen
from redeem_app.domain.seen import Applied, Offered, TestOffer, UnderWay
from redeem_app.web.browser_safety import REDIRECT_HEADERS
from redeem_app.web.hand_over_pages import HandOverPage
from redeem_app.web.page_answers import page_answer
from redeem_app.web.prepared_answer import PreparedAnswer
from redeem_app.web.shown import Shown
from redeem_app.web.support_numbers import number_in_address, told_to_person
from redeem_app.web.visit import Visit

NOTICE = "notice"
"""Name of the parameter that says why a person is back at the offer; only reasons of `_NOTICES` are shown."""

_NOTICES = frozenset(
    {
        Reason.SIGN_IN_REFUSED,
        Reason.SIGN_IN_LOST,
        Reason.SIGN_IN_NEEDED,
        Reason.AMAZON_UNAVAILABLE,
        Reason.DELIVERY_DELAYED,
        Reason.ACCOUNT_CANNOT_RECEIVE,
        Reason.ALTERNATIVE_NOT_ACCEPTED,
        Reason.OUT_OF_STOCK,
        Reason.ITEM_NOT_OFFERED,
        Reason.SIZE_NEEDED,
        Reason.TEST_MODE,
        Reason.FORM_EXPIRED,
    }
)


PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_.-]+")
"""A token as we write it: nothing in it has to be escaped in an address."""

Waiting = Callable[[Offered], HandOverPage | None]
"""The page of a view that has handed over to a browser, where this visitor's has."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks: from which country, if that is known, and with which secret of a view that handed over."""

    country: str
    watch: str
    waiting: Waiting


def open_link(redemption: Redemption, shown: Shown, token: str, visitor: Visitor) -> ResponseReturnValue:
    """The page in the state that counts now, for this visitor."""
    seen = redemption.see(token, Visit.known(), visitor.country, visitor.watch)
    number = number_in_address()
    match seen:
        case Offered():
            return page_answer(visitor.waiting(seen) or shown.offer(seen, token, number, _notice()))
        case TestOffer():
            return page_answer(shown.test_offer(seen, token, number, _notice()))
        case UnderWay():
            delayed = seen.application.attempts > 1 or str(seen.link.reward.state) == "unknown"
            page = shown.under_way(seen, token, number, delayed=delayed)
            return page_answer(page)
        case Applied():
            with_code = replace(seen, claim_code=redemption.claim_code(seen))
            return page_answer(shown.applied(with_code, number))


def _notice() -> Reason | None:
    try:
        reason = Reason(flask.request.args.get(NOTICE, ""))
    except ValueError:
        return None
    return reason if reason in _NOTICES else None


def chosen_in_form() -> Chosen:
    """The choice in the posted form."""
    return chosen_in(flask.request.form)


def chosen_in(form: Mapping[str, str]) -> Chosen:
    """The choice in a form: `item`, and for an item that comes in sizes `size-<item>`."""
    item_id = ItemId(form.get("item", ""))
    return Chosen(item_id, form.get(f"size-{item_id}", ""))


def back_to(token: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    """To the reward's page, with a notice where the refusal can be put right there; other refusals are raised."""
    if refusal is None:
        if not PLAIN_TOKEN.fullmatch(token):
            return flask.redirect(flask.url_for("open_link", token=token), 303)
        headers = flask.current_app.config[REDIRECT_HEADERS]
        return PreparedAnswer([*headers, ("Location", f"/r/{token}")], b"", "303 See Other")
    if refusal.reason not in _NOTICES:
        raise refusal
    number = told_to_person(refusal, token)
    return flask.redirect(flask.url_for("open_link", token=token, notice=str(refusal.reason), number=number), 303)
