"""What can be set in a fake Amazon as a whole."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class WebviewRule(StrEnum):
    """What the sign-in does when it is opened inside an app's webview."""

    ALLOW = "allow"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Figures are Amazon's where they are documented; the others are choices that its documentation leaves open."""

    webviews: WebviewRule = WebviewRule.REFUSE
    """Login with Amazon and RFC 8252 s. 8.12 forbid embedded webviews."""
    calls_per_second: int | None = 10
    """Of one gift-card partner, on any operation; None does not throttle."""
    wrong_passwords_until_locked: int = 5
    verify_new_accounts: bool = False
    """Whether a new account must enter a one-time code before it is used."""
    localhost_redirects_only: bool = False
    """Plain-http return addresses only on the name `localhost`, as Amazon has it, and on no other loopback address."""
    code_lifetime: timedelta = timedelta(minutes=5)
    token_lifetime: timedelta = timedelta(hours=1)
    cancel_window: timedelta = timedelta(minutes=15)
    signature_tolerance: timedelta = timedelta(minutes=15)
    """How far a signature's date may be from the clock, or from real time."""
    device_code_lifetime: timedelta = timedelta(minutes=10)
    device_poll_interval: timedelta = timedelta(seconds=30)
