"""Every state of every page, by name: what the tests render, check and photograph."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from redeem_app.domain.hand_over import Progress
from redeem_app.domain.ids import ItemId
from redeem_app.domain.refusals import Reason
from redeem_app.web.hand_over_pages import HandOverPage, NumberPage
from redeem_app.web.pages import AppliedPage, ApplyingPage, OfferPage, RefusalPage
from redeem_app.web.wording import WORDINGS
from tests.pages.page_builders import (
    A_LINK,
    a_choice,
    a_credit,
    a_frame,
    a_hand_over,
    a_number_page,
    a_refusal,
    a_shirt,
    an_applied_page,
    an_applying_page,
    an_offer,
    three_choices,
)

Page = OfferPage | ApplyingPage | AppliedPage | RefusalPage | HandOverPage | NumberPage

TEMPLATE_OF: dict[type[Page], str] = {
    OfferPage: "offer.html",
    ApplyingPage: "applying.html",
    AppliedPage: "applied.html",
    RefusalPage: "refusal.html",
    HandOverPage: "hand_over.html",
    NumberPage: "hand_over_number.html",
}

_NOTICES = (
    Reason.SIGN_IN_REFUSED,
    Reason.SIGN_IN_LOST,
    Reason.SIGN_IN_NEEDED,
    Reason.AMAZON_UNAVAILABLE,
    Reason.ACCOUNT_CANNOT_RECEIVE,
    Reason.FORM_EXPIRED,
    Reason.TEST_MODE,
    Reason.OUT_OF_STOCK,
    Reason.ALTERNATIVE_NOT_ACCEPTED,
    Reason.ITEM_NOT_OFFERED,
)


def _offers() -> Iterator[tuple[str, OfferPage]]:
    stand_in = a_choice(replaces="Wireless speaker")
    yield "offer", an_offer()
    yield "offer-choice", an_offer(choices=three_choices())
    yield "offer-alternative", an_offer(choices=(stand_in,))
    yield "offer-alternative-choice", an_offer(choices=(stand_in, *three_choices()[1:]))
    yield "offer-arabic", _in_arabic()
    yield "offer-credit", an_offer(choices=(a_credit(),))
    yield "offer-test-mode", an_offer(frame=a_frame(in_test_mode=True))
    yield "offer-bare", an_offer(frame=a_frame(banner=None, app_support="", terms_url=""), message="")
    yield "confirm-sizes", an_offer(choices=(a_shirt(),), account_label="m•••@example.com")
    yield (
        "confirm-size-needed",
        an_offer(choices=(a_shirt(), a_choice()), account_label="m•••@example.com", notice=Reason.SIZE_NEEDED),
    )
    yield "confirm", an_offer(account_label="m•••@example.com")
    yield (
        "confirm-choice",
        an_offer(choices=three_choices(), selected=ItemId("lamp"), account_label="m•••@example.com"),
    )
    for reason in _NOTICES:
        yield f"offer-notice-{reason}", an_offer(choices=three_choices(), notice=reason)


def _outcomes() -> Iterator[tuple[str, ApplyingPage | AppliedPage]]:
    yield "applying", an_applying_page()
    yield "applying-delayed", an_applying_page(delayed=True)
    yield "applied", an_applied_page()
    yield "applied-alternative", an_applied_page(item=a_choice(replaces="Wireless speaker"), usable_until=None)
    yield (
        "applied-code",
        an_applied_page(claim_code="AS8D-FKJ2-QW9E", claim_url="https://www.amazon.com/gc/redeem"),
    )


def _in_arabic() -> OfferPage:
    headphones = a_choice(title="سماعات لاسلكية", description="ثلاثون ساعة من الموسيقى")
    return an_offer(
        frame=a_frame(language="ar"), choices=(headphones,), message="لقد بلغت المستوى الخامس. شكرًا للعبك معنا!"
    )


def _hand_overs() -> Iterator[tuple[str, HandOverPage | NumberPage]]:
    yield "hand-over", a_hand_over()
    yield "hand-over-opened", a_hand_over(state=Progress.OPENED, number="", address="")
    yield "hand-over-over", a_hand_over(state=Progress.OVER, number="", address="")
    yield "hand-over-number", a_number_page()


def _refusals() -> Iterator[tuple[str, RefusalPage]]:
    moment = datetime(2026, 12, 30, tzinfo=UTC)
    for reason in WORDINGS:
        link = A_LINK if WORDINGS[reason].reward_is_safe else ""
        yield (
            f"refusal-{reason}",
            a_refusal(reason=reason, link=link, when=moment, facts=(("country", "CU"),)),
        )
    yield "refusal-no-campaign", a_refusal(reason=Reason.LINK_INVALID, frame=None)


def every_state() -> dict[str, Page]:
    """All states by name."""
    return dict([*_offers(), *_hand_overs(), *_outcomes(), *_refusals()])


_WORDS = re.compile(r">[^<>]+<")
_TOLD_BY_WORDS_ALONE = re.compile(r' (data-reason|data-notice|value|href|aria-label|data-offline)="[^"]*"')


def distinct(rendered: Mapping[str, str]) -> tuple[str, ...]:
    """The names of pages (HTML by name) of which no two differ in words alone."""
    by_structure: dict[str, str] = {}
    for name, html in rendered.items():
        structure = _TOLD_BY_WORDS_ALONE.sub("", _WORDS.sub("><", html))
        by_structure.setdefault(structure, name)
    return tuple(by_structure.values())
