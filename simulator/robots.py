"""Those who open links before people do: chat previews, mail scanners, prefetchers. All of them must leave no trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

TIMEOUT_SECONDS: Final = 20.0
DETONATOR: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36"
)
"""What opens attachments and links of a mail on trial: an ordinary desktop browser, as far as it says."""


class NoSuchRobot(LookupError):
    """There is no robot of that name; the text names those that are."""


@dataclass(frozen=True, slots=True)
class Robot:
    """One kind of robot by what it sends: its name for itself, method and further headers."""

    user_agent: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)


ROBOTS: Final[Mapping[str, Robot]] = {
    "slack": Robot("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
    "slack-range": Robot(
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", headers={"Range": "bytes=0-32768"}
    ),
    "whatsapp": Robot("WhatsApp/2.24.9.78 A"),
    "facebook": Robot("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"),
    "imessage": Robot(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
        "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"
    ),
    "telegram": Robot("TelegramBot (like TwitterBot)"),
    "discord": Robot("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"),
    "skype": Robot("Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5"),
    "office": Robot("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)"),
    "office-head": Robot("Microsoft Office Existence Discovery", method="HEAD"),
    "bare-mozilla": Robot("Mozilla/5.0"),
    "nameless": Robot(""),
    "script": Robot("python-requests/2.32.3"),
    "curl-head": Robot("curl/8.5.0", method="HEAD"),
    "outlook-safelinks": Robot(DETONATOR),
    "detonator-range": Robot(DETONATOR, headers={"Range": "bytes=0-1023"}),
    "detonator-head": Robot(DETONATOR, method="HEAD"),
    "prerender": Robot(DETONATOR, headers={"Sec-Purpose": "prefetch;prerender"}),
    "prefetch": Robot(
        "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Mobile "
        "Safari/537.36",
        headers={"Sec-Purpose": "prefetch", "Purpose": "prefetch"},
    ),
}


def visit(robot: Robot, link: str) -> int:
    """Open the link as the robot does; gives the status of the answer."""
    headers = {"user-agent": robot.user_agent, "accept": "*/*", **robot.headers}
    with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=True) as client:
        return client.request(robot.method, link, headers=headers).status_code


def named(name: str) -> list[Robot]:
    """One robot by its name, or `all`. Raises NoSuchRobot."""
    if name == "all":
        return list(ROBOTS.values())
    if name not in ROBOTS:
        raise NoSuchRobot(f"There is no robot named {name!r}; there is: all, {', '.join(ROBOTS)}.")
    return [ROBOTS[name]]
