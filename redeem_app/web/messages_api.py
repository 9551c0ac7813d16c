"""The message that an app sends with a link (POST /v1/messages): subject, HTML and text (rule P2)."""

from typing import Final
from urllib.parse import urlsplit

from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from redeem_app.domain.campaign import App
from redeem_app.domain.messaging import Announced, Messaging
from redeem_app.domain.pictures import Banner
from redeem_app.web.api_input import NO_CONTROLS, Name, parsed, read_body
from redeem_app.web.languages import ENGLISH, known_tag
from redeem_app.web.pages import RewardMessage
from redeem_app.web.refusals_api import answer
from redeem_app.web.reward_message import write

LONGEST_URL: Final = 2_000


class MessageRequest(BaseModel):
    """Which link, and in which language the person reads."""

    model_config = ConfigDict(strict=True, frozen=True)

    rewardNotificationUrl: str = Field(
        min_length=1, max_length=LONGEST_URL, pattern=NO_CONTROLS, description="As GetReward gave it."
    )
    language: Name = Field(
        default=ENGLISH,
        description="A tag such as `de` or `pt-BR`; English where there are no words in it.",
        examples=["de"],
    )


class MessageAnswer(BaseModel):
    """Ready to send, for you to send; the service sends nothing and keeps nothing of it."""

    subject: str
    html: str = Field(description="For an e-mail. It loads nothing but the banner, and reads well without it.")
    text: str = Field(description="For an e-mail's plain part, or a message.")
    language: str = Field(description="The tag of the language it is written in.")


def make_message(messaging: Messaging, public_url: str, app: App) -> ResponseReturnValue:
    """POST /v1/messages: the same answer whether or not the reward was redeemed (rule V1)."""
    asked = parsed(MessageRequest, read_body())
    language = known_tag(asked.language) or ENGLISH
    token = token_of(asked.rewardNotificationUrl)
    written = write(message_of(messaging.about(token, app), public_url, token, language), language)
    return answer(MessageAnswer(subject=written.subject, html=written.html, text=written.text, language=language))


def token_of(link: str) -> str:
    """The token of a reward URL, or of what is a token already."""
    return urlsplit(link).path.rstrip("/").rsplit("/", maxsplit=1)[-1]


def message_of(announced: Announced, public_url: str, token: str, language: str) -> RewardMessage:
    """What the message's templates are given."""
    campaign = announced.stored.campaign
    return RewardMessage(
        app_name=announced.stored.app_name,
        accent=campaign.accent,
        message=campaign.redemption.in_language(language),
        rewards=tuple(item.title.in_language(language) for item in announced.items),
        link_url=f"{public_url}/r/{token}",
        expires_at=announced.expires_at,
        app_support=campaign.support,
        terms_url=campaign.terms_url,
        banner_url=_banner_url(announced.stored.banner, public_url),
        banner_alt=campaign.banner_alt.in_language(language),
    )


def _banner_url(banner: Banner | None, public_url: str) -> str:
    """The widest JPEG, which every mail client shows."""
    pictures = [variant for variant in banner.variants if variant.media_type == "image/jpeg"] if banner else []
    if not pictures:
        return ""
    return f"{public_url}/media/{max(pictures, key=lambda variant: variant.width).name}"
