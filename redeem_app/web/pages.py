"""What each page of the service is given: one frozen dataclass a page, in the domain's types; no wording, no HTML."""

from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain.ids import ItemId
from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason


@dataclass(frozen=True, slots=True)
class Banner:
    """The developer's banner, 3000 x 600 (rule P2); `sources` are derived variants, smallest first."""

    alt: str
    inline: str
    """A `data:` URL of a small variant for the first view; empty when there is none."""
    sources: tuple["BannerSource", ...] = ()


@dataclass(frozen=True, slots=True)
class BannerSource:
    """One derived picture: media type (`image/avif`), width in pixels, and its URL on this service."""

    media_type: str
    width: int
    url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a campaign shares: whose it is, how it looks, whom to ask."""

    app_name: str
    accent: str
    """The app's accent colour, `#rrggbb`."""
    banner: Banner | None
    app_support: str
    """Where the developer answers (an e-mail address or URL), rule P5."""
    amazon_support: str
    """Where Amazon answers once the link is open, rule P5."""
    support_number: str
    """Short number that a person can read out; it joins page, log and trace."""
    terms_url: str
    in_test_mode: bool = False
    language: str = ""
    """Tag of the language that the campaign's own texts are in, where it differs from the page's; empty if unknown."""
    frame_origins: tuple[str, ...] = ()
    """Origins of the app's web sites that may frame the page."""
    return_link: str = ""
    """Where `back to the app` leads, the same for every outcome (rule V1); empty where the app registered none."""
    item_count: int = 1
    """How many items the campaign offers at most: the page's height for hosts is reckoned from it, not from a state."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One reward the person may choose (rule R1)."""

    item_id: ItemId
    title: str
    description: str
    value: Money
    """With tax (rule C5)."""
    image_url: str
    shipping: tuple[str, ...]
    """Codes of shipping lines that apply (rule R4): `prime-free`, `free-over`, `standard`, `digital`."""
    in_stock: bool = True
    replaces: str = ""
    """Title of the sold-out item that this one stands in for (rule R3); empty for an ordinary choice."""
    sizes: tuple[str, ...] = ()
    """For made-to-order items (rule C8): the form asks for one of them as `size-<item_id>` after sign-in."""
    conditions: str = ""
    """For credits and discounts: on what and how (rule R6)."""


@dataclass(frozen=True, slots=True)
class OfferPage:
    """The reward, and the one button: sign in, or, with `account_label`, apply."""

    frame: Frame
    link: str
    """The token, for the form."""
    message: str
    """The app's own words (rule P6)."""
    choices: tuple[Choice, ...]
    selected: ItemId
    expires_at: datetime
    account_label: str = ""
    """Masked label of the account that signed in; empty before sign-in."""
    notice: Reason | None = None
    """Why the person is back here: sign-in refused, lost, Amazon unavailable, …; None on the first visit."""


@dataclass(frozen=True, slots=True)
class ApplyingPage:
    """The application is under way or its outcome isn't known yet; the page asks again by itself."""

    frame: Frame
    link: str
    item: Choice
    account_label: str
    delayed: bool
    """False in the first moments; True when Amazon takes long and the person may go and come back."""


@dataclass(frozen=True, slots=True)
class AppliedPage:
    """What was applied, to which account, until when, and where to spend it."""

    frame: Frame
    item: Choice
    account_label: str
    applied_at: datetime
    usable_until: datetime | None
    """None: what was applied has no end date."""
    product_url: str
    size: str = ""
    """Of a made-to-order item."""
    claim_code: str = ""
    """Shown once, when delivery is by claim code."""
    claim_url: str = ""


@dataclass(frozen=True, slots=True)
class RefusalPage:
    """A plain page for one reason; `frame` is None where no campaign is known (an invalid link)."""

    reason: Reason
    frame: Frame | None
    support_number: str
    link: str = ""
    """The token to try again with; empty where trying again is no use."""
    when: datetime | None = None
    """The date that matters to the reason: when it expired, when it starts, when it was used."""
    facts: tuple[tuple[str, str], ...] = ()
    """Further facts for the sentence: country names, titles."""
    countries: tuple[str, ...] = ()
    """Where the reward is delivered, for a person who is somewhere else than we thought (rule R5); codes."""


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What a chat preview or another robot gets; `link` lets a person who was taken for one go on."""

    link: str


@dataclass(frozen=True, slots=True)
class RewardMessage:
    """The reward as an e-mail or message that the app sends (rule P2), before the link was opened (rule P5)."""

    app_name: str
    accent: str
    """`#rrggbb`."""
    message: str
    """The app's own words (rule P6)."""
    rewards: tuple[str, ...]
    """Titles of what may be chosen."""
    link_url: str
    """The reward URL, absolute."""
    expires_at: datetime
    app_support: str
    terms_url: str
    banner_url: str = ""
    """A derived JPEG, absolute; the same for everybody, so that loading it tells nothing."""
    banner_alt: str = ""
    language: str = ""
    """Tag of the language of the app's own texts; empty if unknown."""
