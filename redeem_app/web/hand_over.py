"""Sign-in never runs inside an app's view (RFC 8252): the view hands over to the system browser and waits.

docs/embedding.md tells the whole way, and what it protects against.
"""

import flask
from flask.typing import ResponseReturnValue

from redeem_app.domain.hand_over import Progress
from redeem_app.domain.handing_over import Begun, Question
from redeem_app.domain.refusals import Refusal
from redeem_app.domain.seen import Applied, Offered, UnderWay
from redeem_app.web import sign_in
from redeem_app.web.browser_safety import check_same_site
from redeem_app.web.country import country_of_visitor
from redeem_app.web.frames import is_framed
from redeem_app.web.hand_over_pages import HandOverPage, NumberPage
from redeem_app.web.hand_over_session import HandOverSession
from redeem_app.web.host import Container, container_of
from redeem_app.web.languages import chosen_tag
from redeem_app.web.open_link import Visitor, back_to, chosen_in_form
from redeem_app.web.open_link import open_link as open_reward
from redeem_app.web.page_answers import page_answer
from redeem_app.web.shown import Shown, new_support_number
from redeem_app.web.use_cases import UseCases
from redeem_app.web.visit import Visit


def instead_of_sign_in(use: UseCases, shown: Shown) -> ResponseReturnValue | None:
    """For the sign-in button of a page that is in a frame, or looks as if it were inside an app.

    The user agent is a hint: in a browser that only looks like a view, the hand-over leads to the same end.
    """
    is_inside = is_framed() or container_of(flask.request.headers) is Container.VIEW
    if not is_inside or HandOverSession.took_over(flask.request.form.get("link", "")):
        return None
    return begin(use, shown)


def open_link(use: UseCases, shown: Shown, token: str) -> ResponseReturnValue:
    """GET /r/<token>: the reward's page, as a view that handed over sees it, or as anybody else does."""
    ticket = HandOverSession.ticket(token)
    visitor = Visitor(
        country=country_of_visitor(use.country_header),
        watch=Begun.of(ticket).watch,
        waiting=lambda seen: waiting(use, shown, seen, token, ticket),
    )
    return open_reward(use.redemption, shown, token, visitor)


def begin(use: UseCases, shown: Shown) -> ResponseReturnValue:
    """POST /reward/hand-over: a code and a number for this view; what it showed before is void.

    A page's own script (field `inline`) gets the page at once and needs no cookie; a form is sent back to the
    reward's address.
    """
    check_same_site(use.public_url)
    token = flask.request.form.get("link", "")
    Visit.keep(country=flask.request.form.get("country", ""), language=chosen_tag())
    try:
        seen = use.redemption.see(token, Visit.known(), country_of_visitor(use.country_header))
        if isinstance(seen, Applied | UnderWay):
            return back_to(token)
        replacing = Begun.of(HandOverSession.ticket(token)).watch
        begun = use.handing_over.begin(token, chosen_in_form(), replacing)
    except Refusal as refusal:
        return back_to(token, refusal)
    HandOverSession.wait(begun, token)
    if ("inline" in flask.request.form or _keeps_no_cookie()) and isinstance(seen, Offered):
        page = waiting(use, shown, seen, token, begun.ticket)
        return page_answer(page) if page else back_to(token)
    return flask.redirect(flask.url_for("open_link", token=token, lang=chosen_tag() or None), 303)


def _keeps_no_cookie() -> bool:
    """Whether this is a frame on plain http (a developer's machine), where browsers keep no cookie of a framed page."""
    return is_framed() and not flask.current_app.config["SESSION_COOKIE_SECURE"]


def stop(use: UseCases) -> ResponseReturnValue:
    """POST /reward/hand-over/stop: the person takes it back, or sees that somebody else named the number."""
    check_same_site(use.public_url)
    token = flask.request.form.get("link", "")
    use.handing_over.stop(Begun.of(HandOverSession.ticket(token)).watch)
    HandOverSession.forget()
    return back_to(token)


def waiting(use: UseCases, shown: Shown, seen: Offered, token: str, ticket: str) -> HandOverPage | None:
    """The page of a view that waits; None where nothing is handed over, or this browser has signed in itself."""
    if not ticket or seen.signed_in is not None:
        return None
    begun = Begun.of(ticket)
    found = use.handing_over.watched(token, begun.watch)
    if found is None:
        return None
    state = found.progress(use.clock.now())
    is_waiting = state is Progress.WAITING
    return HandOverPage(
        frame=shown.frame(seen.link.stored, new_support_number()),
        link=token,
        item=found.chosen.item_id,
        size=found.chosen.size,
        state=state,
        ticket=ticket,
        number=found.number if is_waiting else "",
        address=f"{use.public_url}/h/{begun.code}" if is_waiting else "",
    )


def ask(use: UseCases, shown: Shown, code: str) -> ResponseReturnValue:
    """GET /h/<code>: which number does the app show? Opening it changes nothing."""
    asked = use.handing_over.ask(code, Visit.known())
    if not isinstance(asked, Question):
        return back_to(asked.token)
    return page_answer(NumberPage(shown.frame(asked.stored, new_support_number()), code, asked.numbers))


def confirm(use: UseCases, code: str) -> ResponseReturnValue:
    """POST /h/<code>: the number is named; on to Amazon, in this browser and for this browser's visit."""
    taken = use.handing_over.confirm(code, flask.request.form.get("number", ""), Visit.begun())
    HandOverSession.take_over(taken.token)
    Visit.keep(country="", language=chosen_tag())
    return sign_in.lead_to_amazon(use.redemption, taken.token, taken.chosen)
