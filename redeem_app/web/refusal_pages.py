"""The only place that turns a refusal into a status and a page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import flask
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from redeem_app.domain.redemption import Redemption
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web.page_answers import page_answer
from redeem_app.web.pages import RefusalPage
from redeem_app.web.shown import Shown, new_support_number
from redeem_app.web.support_numbers import told_to_person

STATUSES: Final[Mapping[Reason, int]] = {
    Reason.LINK_INVALID: 404,
    Reason.PAGE_NOT_FOUND: 404,
    Reason.LINK_REPLACED: 410,
    Reason.REWARD_EXPIRED: 410,
    Reason.REWARD_USED: 410,
    Reason.HAND_OVER_ENDED: 410,
    Reason.NUMBER_DIFFERS: 403,
    Reason.CAMPAIGN_SUSPENDED: 403,
    Reason.COUNTRY_NOT_SERVED: 403,
    Reason.TOO_MANY_ACCOUNTS: 403,
    Reason.TOO_MANY_REWARDS: 403,
    Reason.SIGN_IN_LOST: 400,
    Reason.FORM_EXPIRED: 400,
    Reason.ITEM_NOT_OFFERED: 400,
    Reason.SIZE_NEEDED: 400,
    Reason.TOO_MANY_REQUESTS: 429,
    Reason.AMAZON_UNAVAILABLE: 503,
    Reason.SERVICE_FAULT: 500,
}
"""What isn't here answers 409: the request was fine, the state of things is against it."""

_RETRYABLE: Final = frozenset(
    {
        Reason.AMAZON_UNAVAILABLE,
        Reason.CAMPAIGN_SUSPENDED,
        Reason.FORM_EXPIRED,
        Reason.ITEM_NOT_OFFERED,
        Reason.OUT_OF_STOCK,
        Reason.REWARD_USED,
        Reason.SERVICE_FAULT,
    }
)


_TOLD_FACTS: Final = ("country",)
"""Facts that a sentence for the person may hold; the others are for the operator."""


def refusal_page(redemption: Redemption, shown: Shown, refusal: Refusal) -> ResponseReturnValue:
    """The page for a refusal, in the campaign's frame where the link is known."""
    if refusal.reason is Reason.TOO_MANY_REQUESTS:
        return _page_without_records(refusal, STATUSES[refusal.reason])
    token = _asked_token()
    number = told_to_person(refusal, token)
    stored = redemption.campaign_of(token) if token else None
    when = refusal.facts.get("when")
    page = RefusalPage(
        reason=refusal.reason,
        frame=None if stored is None else shown.frame(stored, number),
        support_number=number,
        link=token if stored is not None and refusal.reason in _RETRYABLE else "",
        when=when if isinstance(when, datetime) else None,
        facts=tuple((name, str(refusal.facts[name])) for name in _TOLD_FACTS if name in refusal.facts),
    )
    if refusal.reason is Reason.COUNTRY_NOT_SERVED and stored is not None:
        page = replace(page, link=token, countries=tuple(sorted(redemption.served_countries(token))))
    return page_answer(page, STATUSES.get(refusal.reason, 409))


def away_page(seconds: int) -> ResponseReturnValue:
    """The page while the records can't be reached: a fault of ours, to be tried again."""
    return _page_without_records(Refusal(Reason.SERVICE_FAULT, seconds=seconds), 503)


def fault_page() -> ResponseReturnValue:
    """The page for a fault that nobody foresaw: what broke may be the records that a page in a frame is made of."""
    return _page_without_records(Refusal(Reason.SERVICE_FAULT), STATUSES[Reason.SERVICE_FAULT])


def _page_without_records(refusal: Refusal, status: int) -> ResponseReturnValue:
    """Without a look into the records, and without a line of its own in the log: it must cost less than it saves."""
    number = new_support_number()
    flask.g.refused, flask.g.support_number = str(refusal.reason), number
    answer = page_answer(RefusalPage(refusal.reason, None, number, _asked_token()), status)
    answer.headers["Retry-After"] = str(refusal.facts.get("seconds", 60))
    return answer


def _asked_token() -> str:
    asked = (flask.request.view_args or {}).get("token") or flask.request.form.get("link", "")
    return str(asked)


def refusal_of(fault: HTTPException) -> Refusal:
    """The refusal that stands for what the framework refuses by itself."""
    if isinstance(fault, CSRFError):
        return Refusal(Reason.FORM_EXPIRED, why=fault.description)
    if fault.code in {404, 405}:
        return Refusal(Reason.PAGE_NOT_FOUND)
    if fault.code is not None and fault.code < 500:  # noqa: PLR2004 - what the browser sent can't be read
        return Refusal(Reason.FORM_EXPIRED, status=fault.code)
    return Refusal(Reason.SERVICE_FAULT, status=fault.code)
