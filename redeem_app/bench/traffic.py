"""The requests that are sent: whole HTTP messages, as a phone or an app's server would write them."""

import itertools
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.app import create_app
from redeem_app.bench import campaign
from redeem_app.bench.filling import SignedInLink
from redeem_app.domain.ids import AppId, CampaignId, LinkId, VisitId
from redeem_app.wiring import Service

PHONE: Final = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile"
    " Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
    "Accept-Encoding": "gzip, deflate, br",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
}
"""Of every request that a phone sends; the bare view gets the same ones."""


class Traffic:
    """Requests for one service."""

    def __init__(self, service: Service, api_keys: Sequence[str], keys_of_twenty: Sequence[str] = ("",)) -> None:
        self._service = service
        self._links = SignedLinks(service.settings.secret_keys)
        self._app = create_app(service=service)
        self._keys = itertools.cycle(api_keys)
        self._keys_of_twenty = itertools.cycle(keys_of_twenty)
        self._numbers = itertools.count()
        self._run = secrets.token_hex(4)

    def bare(self) -> list[str]:
        """Opening the bare view."""
        return [message("GET", "/hello", PHONE)]

    def opening(self, links: Sequence[LinkId]) -> list[str]:
        """Opening links for the first time: no cookie yet."""
        return [message("GET", f"/r/{self._links.token(link)}", PHONE) for link in links]

    def applying(self, signed_in: Sequence[SignedInLink]) -> list[str]:
        """Pressing the button after sign-in; each can be sent once."""
        visits = {one.visit: self._visit(one.visit) for one in signed_in}
        return [self._applying(one.link_id, *visits[one.visit]) for one in signed_in]

    def _applying(self, link: LinkId, cookie: str, csrf_token: str) -> str:
        fields = {"csrf_token": csrf_token, "link": self._links.token(link), "item": campaign.ITEM}
        form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": self._origin}
        return message("POST", "/reward/apply", {**PHONE, **form, "Sec-Fetch-Site": "same-origin"}, urlencode(fields))

    @property
    def _origin(self) -> str:
        return self._service.settings.public_url

    def _visit(self, visit: VisitId) -> tuple[str, str]:
        """The cookie of a visit, and the CSRF token that goes with it."""
        interface = self._app.session_interface
        serializer = (
            interface.get_signing_serializer(self._app) if isinstance(interface, SecureCookieSessionInterface) else None
        )
        if serializer is None:
            raise TypeError("the service's sessions are not signed cookies")
        with self._app.test_request_context():
            flask.session["visit"] = visit
            csrf_token = generate_csrf()
            written = serializer.dumps(dict(flask.session))
        return f"{self._app.config['SESSION_COOKIE_NAME']}={written}", csrf_token

    def granting(self, count: int) -> list[str]:
        """`GetReward` calls of the app's server."""
        return [self._granting(campaign.APP, campaign.CAMPAIGN, next(self._keys)) for _ in range(count)]

    def granting_of_twenty(self, count: int) -> list[str]:
        """The same calls for each of twenty campaigns in turn."""
        names = itertools.islice(itertools.cycle(campaign.TWENTY), count)
        return [self._granting(campaign.TWENTY_APP, name, next(self._keys_of_twenty)) for name in names]

    @staticmethod
    def _granting(app_id: AppId, name: CampaignId, key: str) -> str:
        body = {
            "appId": app_id,
            "momentId": campaign.MOMENT,
            "deviceType": "Android",
            "campaignId": name,
            "rewardGroupId": campaign.GROUP,
        }
        return _call("/GetReward", body, key)

    def events(self, count: int) -> list[str]:
        """Events of many customers, each event another."""
        made = itertools.islice(self._events(), count)
        return [_call("/v1/events", event, next(self._keys)) for event in made]

    def _events(self) -> Iterator[dict[str, object]]:
        for number in self._numbers:
            yield {
                "eventId": f"{self._run}-{number}",
                "customerId": f"{self._run}-{number % 20_000}",
                "type": "game.level",
                "occurredAt": self._service.clock.now().isoformat(),
            }


def _call(path: str, body: Mapping[str, object], key: str) -> str:
    headers = {"User-Agent": "bench", "x-api-key": key, "Content-Type": "application/json"}
    return message("POST", path, headers, json.dumps(body))


def message(method: str, path: str, headers: dict[str, str], body: str = "") -> str:
    """One HTTP/1.1 request on a connection that stays open."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    if method == "POST":
        lines.append(f"Content-Length: {len(body.encode())}")
    return "\r\n".join(lines) + "\r\n\r\n" + body
