"""What is wrong with a configuration, all of it at once, before a start meets it: each with what to do.

Settings that stop the start are failures. What starts and then surprises (a typed key, a misspelt variable, a proxy
that nobody named) is a warning.
"""

import dataclasses
import difflib
import ipaddress
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from redeem_app.adapters.findings import Finding, Level
from redeem_app.adapters.stores_check import check_database, check_redis
from redeem_app.settings import Settings, everything_wrong
from redeem_app.settings_reader import PREFIX

_FEWEST_LETTERS: Final = 12
"""Different characters in a random key of 32; a typed or repeated one has fewer."""

_SHORTEST_TOKEN: Final = 20


def check_configuration(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Settings, files, secrets, address and proxies, database, Redis."""
    settings, sentences = everything_wrong(environment)
    for sentence in sentences:
        yield Finding(Level.FAIL, "settings", sentence)
    if not sentences:
        yield Finding(Level.OK, "settings", f"They are complete for {settings.mode}.")
    yield from _strangers(environment)
    yield from _open_files(environment)
    if settings.is_sandbox:
        yield Finding(Level.WARN, "mode", "This is a sandbox, worth nothing; unset REDEEM_MODE for production.")
    else:
        yield from _secrets(settings)
        yield from _address(settings)
        yield from _proxies(settings)
    yield from _work(settings)
    if "REDEEM_DATABASE_URL must" not in "".join(sentences):
        yield from check_database(settings.database_url)
    if settings.redis_url:
        yield from check_redis(settings.redis_url)


def _strangers(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Variables that look like settings and are none."""
    known = {f"{PREFIX}{field.name.upper()}" for field in dataclasses.fields(Settings)}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name.removesuffix("_FILE") not in known:
            near = difflib.get_close_matches(name.removesuffix("_FILE"), known, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            yield Finding(Level.WARN, "settings", f"{name} is no setting and does nothing.{meant}")
        elif name.endswith("_FILE") and name.removesuffix("_FILE") in environment and name.startswith(PREFIX):
            yield Finding(Level.WARN, "settings", f"Both {name} and the one without _FILE are set; the file counts.")


def _open_files(environment: Mapping[str, str]) -> Iterator[Finding]:
    secret = {f"{PREFIX}{field.name.upper()}_FILE" for field in dataclasses.fields(Settings) if not field.repr}
    for name in sorted(secret & environment.keys()):
        path = Path(environment[name])
        if path.exists() and path.stat().st_mode & 0o007:
            sentence = f"{path} ({name}) can be read by every user of this machine: `chmod o-rwx {path}`."
            yield Finding(Level.WARN, "secrets", sentence)


def _secrets(settings: Settings) -> Iterator[Finding]:
    advice = "Make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`"
    keys = [("REDEEM_SECRET_KEYS", key) for key in settings.secret_keys] + [("REDEEM_HASH_KEY", settings.hash_key)]
    for name, key in keys:
        if key and len(set(key)) < _FEWEST_LETTERS:
            yield Finding(Level.FAIL, "secrets", f"{name} has a key that is typed, not random. {advice}.")
    if settings.hash_key in settings.secret_keys:
        sentence = "REDEEM_HASH_KEY is also a signing key; those are changed now and then, and it must stay."
        yield Finding(Level.WARN, "secrets", f"{sentence} {advice}.")
    if not settings.metrics_token:
        yield Finding(Level.WARN, "metrics", "REDEEM_METRICS_TOKEN is not set, so nobody can read /metrics.")
    elif len(settings.metrics_token) < _SHORTEST_TOKEN:
        yield Finding(Level.WARN, "metrics", f"REDEEM_METRICS_TOKEN is short enough to be guessed. {advice}.")


def _address(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.public_url)
    if parts.path or parts.query or parts.fragment:
        sentence = f"REDEEM_PUBLIC_URL is {settings.public_url}; the service answers at the root of a host name only."
        yield Finding(Level.FAIL, "address", sentence)
    host = parts.hostname or ""
    if host == "localhost" or _is_ip(host):
        yield Finding(Level.WARN, "address", f"People open {host}: phones elsewhere need a public host name.")


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _proxies(settings: Settings) -> Iterator[Finding]:
    if not settings.trusted_proxies:
        sentence = "REDEEM_TRUSTED_PROXIES is empty: behind a proxy nobody's address is known, so none is limited."
        yield Finding(Level.WARN, "proxies", f"{sentence} Name the proxy's network.")
    for network in settings.trusted_proxies:
        if ipaddress.ip_network(network, strict=False).prefixlen == 0:
            sentence = f"REDEEM_TRUSTED_PROXIES has {network}: everybody may say any address. Name the proxy's network."
            yield Finding(Level.FAIL, "proxies", sentence)


def _work(settings: Settings) -> Iterator[Finding]:
    if settings.sweep_seconds == 0:
        sentence = "This process sweeps never (REDEEM_SWEEP_SECONDS=0): see that another one does."
        yield Finding(Level.OK, "sweeper", sentence)
    is_several = settings.workers > 1 or not settings.database_url.startswith("sqlite:")
    if is_several and not settings.redis_url:
        sentence = "Calls are counted in the database, which costs each a write; REDEEM_REDIS_URL makes that cheap."
        yield Finding(Level.WARN, "redis", sentence)
