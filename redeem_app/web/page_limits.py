"""How much one visitor may ask of the public pages within a minute: by address, and by the beginning of a token.

It must cost next to nothing, since every opened link passes here. What is counted, and why the figures are what they
are, stands in docs/operating.md.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import flask

from redeem_app.domain.limits import PageLimit
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web.caller_address import Address, first_stranger, networks
from redeem_app.web.current import current_request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

UNCOUNTED: Final = frozenset(
    {"healthz", "readyz", "metrics", "page_asset", "openapi", "asset_links", "app_site_association"}
)
"""Endpoints that programs of the operator's or files of ours are at; calls of the API have limits by key instead."""

PREFIX: Final = 16
"""Characters of a token that are counted together: half of its id, so that every forgery around one link is one."""

_OURS: Final = networks(
    (
        "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
        "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
"""Loopback and private networks: what comes from there is a proxy that nobody told us of, with everybody behind it."""

FORWARDED: Final = 256
"""Characters of `X-Forwarded-For` that are read, from its end: what our proxies wrote. The rest is a stranger's, who
could fill the memory of names with it."""

_COUNTED: Final = "redeem.page_counted"

_HOUSEHOLD: Final = 64
"""Bits of an IPv6 address that one subscriber shares; the rest a single phone changes as it likes."""


@dataclass(frozen=True, slots=True)
class PageLimits:
    """The limits with where they are counted; a limit of 0 is none."""

    counts: PageLimit
    by_address: int
    by_link: int
    trusted_proxies: tuple[str, ...] = ()

    def seconds_to_wait(self, remote: str, forwarded: str, token: str) -> int:
        """0 where the request may pass."""
        if self.by_address:
            who = counted_name(remote, forwarded[-FORWARDED:], self.trusted_proxies)
            if who and (wait := self.counts.seconds_to_wait(who, self.by_address)):
                return wait
        if self.by_link and token:
            # The stroke keeps a token that looks like somebody's address from counting for them.
            return self.counts.seconds_to_wait("/" + token[:PREFIX], self.by_link)
        return 0


@lru_cache(maxsize=16_384)
def counted_name(remote: str, forwarded: str, trusted_proxies: tuple[str, ...]) -> str:
    """Under which name a visitor's address is counted; empty for an address that tells nobody apart."""
    address = first_stranger(remote, forwarded, trusted_proxies)
    if address is None or any(address in network for network in _OURS):
        return ""
    return _household(address)


def _household(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _HOUSEHOLD), strict=False))


def seconds_to_wait(limits: PageLimits, environ: "WSGIEnvironment", token: str) -> int:
    """0 where the request may pass: it is counted then, once, however often this is asked."""
    if _COUNTED in environ:
        return 0
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    wait = limits.seconds_to_wait(environ.get("REMOTE_ADDR", ""), forwarded, token)
    if not wait:
        environ[_COUNTED] = True
    return wait


def install(app: flask.Flask, limits: PageLimits, *, is_api: Callable[[str], bool]) -> None:
    """Refuse whoever asks for too much, before anything else is done for them; paths of the API are not pages."""

    @app.before_request
    def count() -> None:
        request = current_request()
        if request.endpoint in UNCOUNTED or is_api(request.path):
            return
        if wait := seconds_to_wait(limits, request.environ, _asked_token(request)):
            raise Refusal(Reason.TOO_MANY_REQUESTS, seconds=wait)


def _asked_token(request: flask.Request) -> str:
    named = request.view_args or {}
    return str(named.get("token") or named.get("code") or (request.method == "POST" and request.form.get("link")) or "")
