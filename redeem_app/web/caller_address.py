"""Where a call comes from, and whether the app lets its key be used from there."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address_of(environ: "WSGIEnvironment", trusted_proxies: tuple[str, ...]) -> Address | None:
    """The address that the call came from; None where there is none, as on a local socket.

    `X-Forwarded-For` is believed only as far as proxies of ours (CIDR) wrote it: the address is the last one in it
    that is no proxy of ours.
    """
    return first_stranger(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""), trusted_proxies)


def first_stranger(remote: str, forwarded: str, trusted_proxies: tuple[str, ...]) -> Address | None:
    """The nearest address, from the one that we are connected to backwards, that is no proxy of ours."""
    address = _address(remote)
    for earlier in reversed(forwarded.split(",")):
        before = _address(earlier.strip())
        if address is None or before is None or not is_within(address, trusted_proxies):
            break
        address = before
    return address


def is_within(address: Address | None, within: tuple[str, ...]) -> bool:
    """Whether the address lies in one of the networks (CIDR)."""
    return address is not None and any(address in network for network in networks(within))


def _address(written: str) -> Address | None:
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=256)
def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Networks from their CIDR notations."""
    return tuple(ipaddress.ip_network(network, strict=False) for network in written)
