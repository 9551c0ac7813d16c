"""Who may call the API, from where and how often: asked once for each call, whichever way it goes."""

import logging
from typing import TYPE_CHECKING, Final

from redeem_app.domain.campaign import App
from redeem_app.domain.limits import CountedCall, Rate
from redeem_app.web.caller_address import address_of, is_within
from redeem_app.web.use_cases import UseCases

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_COUNTED: Final = "redeem.counted"

_log = logging.getLogger(__name__)


def is_from_there(use: UseCases, environ: "WSGIEnvironment", caller: App) -> bool:
    """Whether the app lets its key be used from where this call comes from."""
    return not caller.caller_addresses or is_within(address_of(environ, use.trusted_proxies), caller.caller_addresses)


def note_stranger(use: UseCases, environ: "WSGIEnvironment", caller: App) -> None:
    """Log where a call came from that was refused for it."""
    address = address_of(environ, use.trusted_proxies)
    _log.warning("the key of app %s was used from %s, which the app does not allow", caller.app_id, address)


def is_counted(use: UseCases, environ: "WSGIEnvironment", key_hash: str, *, is_throttled: bool) -> bool:
    """Whether the call may pass: it is counted then, once, however often this is asked. Raises LimitUnavailable."""
    if _COUNTED in environ:
        return True
    if is_throttled:
        passes = use.calls.admits(*_counted_as(use, key_hash))
    else:
        passes = use.other_calls.admits(f"other:{key_hash}", use.other_call_rate)
    if passes:
        environ[_COUNTED] = True
    return passes


def to_count(use: UseCases, environ: "WSGIEnvironment", caller: App, key_hash: str) -> CountedCall | None:
    """A throttled call, if it may come from there, and the records can count it by what they write for it."""
    if use.calls.is_in_records and is_from_there(use, environ, caller):
        return CountedCall(*_counted_as(use, key_hash))
    return None


def _counted_as(use: UseCases, key_hash: str) -> tuple[str, Rate]:
    return f"api:{key_hash}", use.call_rate
