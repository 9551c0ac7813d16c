"""Every setting of the service, read from the environment once; a wrong value stops the start with a sentence."""

import importlib.util
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from redeem_app.domain.limits import API_CALLS

_SHORTEST_SECRET: Final = 32
_SANDBOX_SECRET: Final = "sandbox-only-secret-that-signs-nothing-of-value"  # noqa: S105 - refused in production


class Mode(StrEnum):
    """Where the service runs; only a sandbox may have a fake Amazon or a movable clock."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"


class WrongSetting(Exception):
    """A sentence that says which setting is wrong and what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """See docs/settings.md for each variable."""

    mode: Mode
    database_url: str
    redis_url: str
    public_url: str
    secret_keys: tuple[str, ...] = field(repr=False)
    hash_key: str = field(repr=False)
    amazon_url: str
    amazon_region: str
    amazon_client_id: str
    amazon_client_secret: str = field(repr=False)
    amazon_partner_id: str
    amazon_access_key: str
    amazon_secret_key: str = field(repr=False)
    amazon_delivery: str
    clock_file: Path | None
    sweep_seconds: float
    country_header: str
    metrics_token: str = field(repr=False)
    log_level: str
    delivery_countries_file: Path | None
    workers: int
    api_calls_per_second: int
    trusted_proxies: tuple[str, ...]
    pages_per_minute: int
    link_pages_per_minute: int
    traces_url: str
    traces_share: float

    @property
    def is_sandbox(self) -> bool:
        """Whether nothing here is worth money."""
        return self.mode is Mode.SANDBOX


class _Reader:
    """Reads `REDEEM_X`, or the file that `REDEEM_X_FILE` names."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str | None = None) -> str:
        key = f"REDEEM_{name}"
        if path := self._environment.get(f"{key}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as fault:
                raise WrongSetting(f"{key}_FILE names {path}, which can't be read: {fault.strerror}.") from fault
        value = self._environment.get(key, "").strip() or default
        if value is None:
            raise WrongSetting(f"{key} is not set. Set it, or put it in a file and name that in {key}_FILE.")
        return value

    def path(self, name: str) -> Path | None:
        value = self.text(name, "")
        return Path(value) if value else None

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise WrongSetting(f"REDEEM_{name} is {value!r}; it must be one of {', '.join(allowed)}.")
        return value

    def number(self, name: str, default: float) -> float:
        value = self.text(name, str(default))
        try:
            return float(value)
        except ValueError:
            raise WrongSetting(f"REDEEM_{name} is {value!r}; it must be a number.") from None

    def whole(self, name: str, default: int, least: int = 1) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < least:
            raise WrongSetting(f"REDEEM_{name} is {value!r}; it must be a whole number, {least} or more.")
        return int(value)

    def networks(self, name: str) -> tuple[str, ...]:
        networks = tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())
        for network in networks:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                raise WrongSetting(
                    f"REDEEM_{name} has {network!r}; write networks such as 10.0.0.0/8, separated by commas."
                ) from None
        return networks


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """From the environment. Raises WrongSetting for the first value that is missing, wrong, or unsafe."""
    read = _Reader(os.environ if environment is None else environment)
    mode = Mode(read.one_of("MODE", tuple(Mode), Mode.PRODUCTION))
    needed = "" if mode is Mode.SANDBOX else None
    secrets = read.text("SECRET_KEYS", _SANDBOX_SECRET if mode is Mode.SANDBOX else None)
    secret_keys = tuple(key.strip() for key in secrets.split(",") if key.strip())
    settings = Settings(
        mode=mode,
        database_url=read.text("DATABASE_URL", f"sqlite:///{Path('redeem.sqlite3').absolute()}"),
        redis_url=read.text("REDIS_URL", ""),
        public_url=read.text("PUBLIC_URL", "http://127.0.0.1:8000" if mode is Mode.SANDBOX else None).rstrip("/"),
        secret_keys=secret_keys,
        hash_key=read.text("HASH_KEY", secret_keys[-1] if mode is Mode.SANDBOX else None),
        amazon_url=read.text("AMAZON_URL", "http://127.0.0.1:8100" if mode is Mode.SANDBOX else "").rstrip("/"),
        amazon_region=read.one_of("AMAZON_REGION", ("na", "eu", "fe"), "na"),
        amazon_client_id=read.text("AMAZON_CLIENT_ID", needed),
        amazon_client_secret=read.text("AMAZON_CLIENT_SECRET", needed),
        amazon_partner_id=read.text("AMAZON_PARTNER_ID", needed),
        amazon_access_key=read.text("AMAZON_ACCESS_KEY", needed),
        amazon_secret_key=read.text("AMAZON_SECRET_KEY", needed),
        amazon_delivery=read.one_of("AMAZON_DELIVERY", ("load-balance", "claim-code"), "load-balance"),
        clock_file=read.path("CLOCK_FILE"),
        metrics_token=read.text("METRICS_TOKEN", ""),
        log_level=read.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
        country_header=read.text("COUNTRY_HEADER", ""),
        delivery_countries_file=read.path("DELIVERY_COUNTRIES_FILE"),
        sweep_seconds=read.number("SWEEP_SECONDS", 5.0),
        workers=read.whole("WORKERS", 1),
        api_calls_per_second=read.whole("API_CALLS_PER_SECOND", API_CALLS.calls),
        trusted_proxies=read.networks("TRUSTED_PROXIES"),
        pages_per_minute=read.whole("PAGES_PER_MINUTE", 6000, least=0),
        link_pages_per_minute=read.whole("LINK_PAGES_PER_MINUTE", 600, least=0),
        traces_url=read.text("TRACES_URL", ""),
        traces_share=read.number("TRACES_SHARE", 1.0),
    )
    if settings.traces_url:
        _check_traces(settings)
    if mode is Mode.PRODUCTION:
        _check_production(settings)
    return settings


def _check_traces(settings: Settings) -> None:
    if urlsplit(settings.traces_url).scheme not in {"http", "https"}:
        raise WrongSetting(
            f"REDEEM_TRACES_URL is {settings.traces_url!r}; it must be the http:// or https:// address of a collector."
        )
    if not 0 <= settings.traces_share <= 1:
        raise WrongSetting(f"REDEEM_TRACES_SHARE is {settings.traces_share}; it must be between 0 and 1.")
    if importlib.util.find_spec("opentelemetry") is None:
        raise WrongSetting(
            "REDEEM_TRACES_URL is set, and OpenTelemetry is not installed:"
            " `pip install 'redeem-app[traces]'`, or unset it."
        )


def _check_production(settings: Settings) -> None:
    """Refuse what only a sandbox may have."""
    if settings.amazon_url:
        raise WrongSetting(
            "REDEEM_AMAZON_URL points to a fake Amazon, which production refuses."
            " Unset it (REDEEM_AMAZON_REGION chooses Amazon's own hosts), or set REDEEM_MODE=sandbox."
        )
    if settings.clock_file is not None:
        raise WrongSetting("REDEEM_CLOCK_FILE moves the clock, which production refuses. Unset it.")
    if urlsplit(settings.public_url).scheme != "https":
        raise WrongSetting(
            f"REDEEM_PUBLIC_URL is {settings.public_url}; production needs https://,"
            " because Amazon sends people back to that address."
        )
    for key in (*settings.secret_keys, settings.hash_key):
        if len(key) < _SHORTEST_SECRET or key == _SANDBOX_SECRET:
            raise WrongSetting(
                f"REDEEM_SECRET_KEYS and REDEEM_HASH_KEY need random keys of at least {_SHORTEST_SECRET} characters:"
                " make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
            )
