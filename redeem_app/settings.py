"""Every setting of the service, read from the environment once; a wrong value stops the start with a sentence."""

import importlib.util
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from redeem_app.domain.limits import API_CALLS, OTHER_CALLS
from redeem_app.settings_reader import Reader, WrongSetting

THREADS: Final = 16
"""Of each process, unless told otherwise."""
SHORTEST_SECRET: Final = 32
_SANDBOX_SECRET: Final = "sandbox-only-secret-that-signs-nothing-of-value"  # noqa: S105 - refused in production


class Mode(StrEnum):
    """Where the service runs; only a sandbox may have a fake Amazon or a movable clock."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"


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
    threads: int
    api_calls_per_second: int
    other_calls_per_second: int
    trusted_proxies: tuple[str, ...]
    pages_per_minute: int
    link_pages_per_minute: int
    traces_url: str
    traces_share: float

    @property
    def is_sandbox(self) -> bool:
        """Whether nothing here is worth money."""
        return self.mode is Mode.SANDBOX


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """From the environment. Raises WrongSetting for the first value that is missing, wrong, or unsafe."""
    settings = _read(Reader(os.environ if environment is None else environment))
    for sentence in _against(settings):
        raise WrongSetting(sentence)
    return settings


def everything_wrong(environment: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The settings as far as they can be read, and a sentence for each value that is missing, wrong, or unsafe."""
    sentences: list[str] = []
    settings = _read(Reader(environment, sentences))
    named = "".join(sentences)
    # A value that is missing is told once: what also speaks against it follows from that.
    return settings, sentences + [s for s in _against(settings) if s.split(" ", 1)[0] not in named]


def _read(read: Reader) -> Settings:
    mode = Mode(read.one_of("MODE", tuple(Mode), Mode.PRODUCTION))
    needed = "" if mode is Mode.SANDBOX else None
    secrets = read.text("SECRET_KEYS", _SANDBOX_SECRET if mode is Mode.SANDBOX else None)
    secret_keys = tuple(key.strip() for key in secrets.split(",") if key.strip())
    return Settings(
        mode=mode,
        database_url=read.text("DATABASE_URL", f"sqlite:///{Path('redeem.sqlite3').absolute()}"),
        redis_url=read.text("REDIS_URL", ""),
        public_url=read.text("PUBLIC_URL", "http://127.0.0.1:8000" if mode is Mode.SANDBOX else None).rstrip("/"),
        secret_keys=secret_keys,
        hash_key=read.text("HASH_KEY", _SANDBOX_SECRET if mode is Mode.SANDBOX else None),
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
        threads=read.whole("THREADS", THREADS),
        api_calls_per_second=read.whole("API_CALLS_PER_SECOND", API_CALLS.calls),
        other_calls_per_second=read.whole("OTHER_CALLS_PER_SECOND", OTHER_CALLS.calls),
        trusted_proxies=read.networks("TRUSTED_PROXIES"),
        pages_per_minute=read.whole("PAGES_PER_MINUTE", 6000, least=0),
        link_pages_per_minute=read.whole("LINK_PAGES_PER_MINUTE", 600, least=0),
        traces_url=read.text("TRACES_URL", ""),
        traces_share=read.number("TRACES_SHARE", 1.0),
    )


def _against(settings: Settings) -> Iterator[str]:
    """A sentence for each value that can be read and is no use, or unsafe."""
    if not settings.database_url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        yield "REDEEM_DATABASE_URL must begin with sqlite:/// or postgresql://."
    if settings.traces_url:
        yield from _against_traces(settings)
    if settings.mode is Mode.PRODUCTION:
        yield from _against_production(settings)


def _against_traces(settings: Settings) -> Iterator[str]:
    if urlsplit(settings.traces_url).scheme not in {"http", "https"}:
        yield f"REDEEM_TRACES_URL is {settings.traces_url!r}; it must be the http(s):// address of a collector."
    if settings.traces_share > 1:
        yield f"REDEEM_TRACES_SHARE is {settings.traces_share}; it must be between 0 and 1."
    if importlib.util.find_spec("opentelemetry") is None:
        yield (
            "REDEEM_TRACES_URL is set, and OpenTelemetry is not installed:"
            " `pip install 'redeem-app[traces]'`, or unset it."
        )


def _against_production(settings: Settings) -> Iterator[str]:
    """What only a sandbox may have."""
    if settings.amazon_url:
        yield (
            "REDEEM_AMAZON_URL points to a fake Amazon, which production refuses."
            " Unset it (REDEEM_AMAZON_REGION chooses Amazon's own hosts), or set REDEEM_MODE=sandbox."
        )
    if settings.clock_file is not None:
        yield "REDEEM_CLOCK_FILE moves the clock, which production refuses. Unset it."
    if urlsplit(settings.public_url).scheme != "https":
        yield (
            f"REDEEM_PUBLIC_URL is {settings.public_url}; production needs https://,"
            " because Amazon sends people back to that address."
        )
    for name, keys in (("SECRET_KEYS", settings.secret_keys), ("HASH_KEY", (settings.hash_key,))):
        if not keys or any(len(key) < SHORTEST_SECRET or key == _SANDBOX_SECRET for key in keys):
            yield (
                f"REDEEM_{name} needs random keys of at least {SHORTEST_SECRET} characters:"
                " make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
            )
