"""What a person is told for each reason: a title, what happened, and the next step with whom to ask.

English here; the catalogues in `translations` hold the other languages. No HTML, no status codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from redeem_app.domain.refusals import Reason


class Helper(StrEnum):
    """Who helps first (rule P5)."""

    APP = "app"
    AMAZON = "amazon"


class Picture(StrEnum):
    """Which of our drawings goes with the words."""

    LINK = "link"
    CALENDAR = "calendar"
    PARCEL = "parcel"
    PERSON = "person"
    CLOUD = "cloud"
    GLOBE = "globe"
    USED = "used"
    WAIT = "wait"
    CLOCK = "clock"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for one reason."""

    title: LazyString
    sentence: LazyString
    step: LazyString
    picture: Picture
    helper: Helper = Helper.AMAZON
    detailed: LazyString | None = None
    """Instead of `sentence` where its facts (`%(when)s`, `%(country)s`) are known."""
    reward_is_safe: bool = False
    """True where the person still has the reward; the page says so."""
    about_choice: bool = False
    """True where the choice of the item is what needs another look; the page ties the notice to the field."""


_OPEN_AGAIN: Final = _("Open the link again from the app or message it came with.")
_ASK_APP: Final = _("Ask the app that sent you the link for help.")
_ASK_AMAZON: Final = _("Ask Amazon customer service for help.")
_BEGIN_IN_APP: Final = _("Please go back to the app and begin again there.")
_LATER: Final = _("Please try again in a few minutes.")
_SIGN_IN_AGAIN: Final = _("Please sign in again to carry on.")

WORDINGS: Final[Mapping[Reason, Wording]] = {
    Reason.LINK_INVALID: Wording(
        _("This link does not work"),
        _("The link is incomplete, or it was changed on the way."),
        _OPEN_AGAIN,
        Picture.LINK,
        Helper.APP,
    ),
    Reason.LINK_REPLACED: Wording(
        _("There is a newer link"),
        _("A new link was made for this reward, so this one has stopped working."),
        _("Please use the newest link you received."),
        Picture.LINK,
        Helper.APP,
        reward_is_safe=True,
    ),
    Reason.REWARD_EXPIRED: Wording(
        _("This reward has expired"),
        _("The time to use it is over."),
        _ASK_APP,
        Picture.CALENDAR,
        Helper.APP,
        detailed=_("It could be used until %(when)s."),
    ),
    Reason.REWARD_USED: Wording(
        _("This reward has already been used"),
        _("It was added to an Amazon account. Each reward can be used once."),
        _("If that was not you, ask Amazon customer service for help."),
        Picture.USED,
    ),
    Reason.CAMPAIGN_SUSPENDED: Wording(
        _("This reward is paused"),
        _("The offer is not available at the moment."),
        _("Please open the same link again later."),
        Picture.CLOCK,
        Helper.APP,
        reward_is_safe=True,
    ),
    Reason.CAMPAIGN_NOT_STARTED: Wording(
        _("This offer has not started yet"),
        _("It is too early to use this reward."),
        _("Please open the same link again later."),
        Picture.CALENDAR,
        Helper.APP,
        detailed=_("It starts on %(when)s."),
        reward_is_safe=True,
    ),
    Reason.OUT_OF_STOCK: Wording(
        _("This item is sold out"),
        _("Nothing of equal value is available at the moment."),
        _("Please open the same link again later."),
        Picture.PARCEL,
        reward_is_safe=True,
        about_choice=True,
    ),
    Reason.ALTERNATIVE_NOT_ACCEPTED: Wording(
        _("Your item is sold out"),
        _("You can have another one of equal value instead."),
        _("Please look at it and confirm your choice."),
        Picture.PARCEL,
        reward_is_safe=True,
        about_choice=True,
    ),
    Reason.ITEM_NOT_OFFERED: Wording(
        _("This item is not part of the offer"),
        _("You can choose only among the rewards shown."),
        _("Please choose one of them."),
        Picture.PARCEL,
        reward_is_safe=True,
        about_choice=True,
    ),
    Reason.SIZE_NEEDED: Wording(
        _("The size is missing"),
        _("This item is made for you, so it needs a size."),
        _("Please choose a size."),
        Picture.PARCEL,
        reward_is_safe=True,
        about_choice=True,
    ),
    Reason.COUNTRY_NOT_SERVED: Wording(
        _("No delivery to your country"),
        _("Amazon cannot deliver this reward where you are."),
        _("Open the link again when you are in a country with delivery."),
        Picture.GLOBE,
        detailed=_("Amazon cannot deliver this reward to this country: %(country)s."),
        reward_is_safe=True,
    ),
    Reason.SIGN_IN_REFUSED: Wording(
        _("You have not signed in"),
        _("The sign-in at Amazon was cancelled."),
        _("Sign in whenever you are ready."),
        Picture.PERSON,
        reward_is_safe=True,
    ),
    Reason.SIGN_IN_LOST: Wording(
        _("The sign-in was interrupted"),
        _("The answer from Amazon did not fit this visit."),
        _SIGN_IN_AGAIN,
        Picture.PERSON,
        reward_is_safe=True,
    ),
    Reason.SIGN_IN_NEEDED: Wording(
        _("Please sign in"),
        _("Your sign-in has ended, or it was made on another device."),
        _SIGN_IN_AGAIN,
        Picture.PERSON,
        reward_is_safe=True,
    ),
    Reason.AMAZON_UNAVAILABLE: Wording(
        _("Amazon is not answering"),
        _("Amazon cannot be reached at the moment."),
        _LATER,
        Picture.CLOUD,
        reward_is_safe=True,
    ),
    Reason.DELIVERY_DELAYED: Wording(
        _("This is taking longer than usual"),
        _("Amazon has not confirmed yet."),
        _("You can close this page and open the same link later."),
        Picture.WAIT,
        reward_is_safe=True,
    ),
    Reason.ACCOUNT_CANNOT_RECEIVE: Wording(
        _("This account cannot receive the reward"),
        _("Amazon did not accept it for this account."),
        _("Use another account, or ask Amazon customer service for help."),
        Picture.PERSON,
        reward_is_safe=True,
    ),
    Reason.TOO_MANY_ACCOUNTS: Wording(
        _("This reward can no longer be used"),
        _("It was tried with too many accounts."),
        _ASK_AMAZON,
        Picture.PERSON,
    ),
    Reason.TOO_MANY_REWARDS: Wording(
        _("No further reward for this account"),
        _("This account has already received the rewards it can have from this offer."),
        _ASK_AMAZON,
        Picture.PERSON,
    ),
    Reason.HAND_OVER_ENDED: Wording(
        _("This step is over"),
        _("This link works once, and for ten minutes only."),
        _BEGIN_IN_APP,
        Picture.PHONE,
        Helper.APP,
        reward_is_safe=True,
    ),
    Reason.NUMBER_DIFFERS: Wording(
        _("The number does not match"),
        _("The app shows another number, so nothing was begun."),
        _BEGIN_IN_APP,
        Picture.PHONE,
        Helper.APP,
        reward_is_safe=True,
    ),
    Reason.TEST_MODE: Wording(
        _("This was a test"),
        _("The link is for trying out the page. No reward is used and nothing is delivered."),
        _("There is nothing more to do."),
        Picture.USED,
        Helper.APP,
    ),
    Reason.TOO_MANY_REQUESTS: Wording(
        _("Too many tries at once"),
        _("We have paused for a moment to keep things safe."),
        _LATER,
        Picture.CLOCK,
    ),
    Reason.FORM_EXPIRED: Wording(
        _("This page was open for too long"),
        _("To keep you safe, nothing was sent."),
        _("Please try again."),
        Picture.CLOCK,
    ),
    Reason.PAGE_NOT_FOUND: Wording(
        _("Page not found"),
        _("There is nothing at this address."),
        _OPEN_AGAIN,
        Picture.LINK,
        Helper.APP,
    ),
    Reason.SERVICE_FAULT: Wording(
        _("Something went wrong on our side"),
        _("It is not your fault."),
        _LATER,
        Picture.CLOUD,
    ),
}
"""For every reason that a person with a link can meet."""
