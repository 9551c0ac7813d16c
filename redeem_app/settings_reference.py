"""What each setting means; `redeem settings` prints it, and docs/settings.md is that text."""

import dataclasses
from typing import Final

from redeem_app.settings import Settings

MEANINGS: Final = {
    "mode": "`production` (the default) or `sandbox`. Only a sandbox may have a fake Amazon or a movable clock.",
    "database_url": "`sqlite:////absolute/path` (default: `redeem.sqlite3` in the working directory) or `postgresql://…`.",
    "redis_url": "`redis://…`: where several processes count calls together. Empty: one process on SQLite counts by itself, others count in the database.",
    "public_url": "The address that people open, `https://…`. Amazon sends them back to `<address>/reward/sign-in/return`.",
    "secret_keys": "Keys that sign links and sessions, separated by commas. The first signs, all verify. 32 characters or more.",
    "hash_key": "Key of the hashes of customer ids, accounts and API keys. It stays as long as the data, whatever happens to the signing keys. 32 characters or more. A sandbox has one of its own if this is empty.",
    "amazon_url": "Sandbox only: one base URL that plays all of Amazon.",
    "amazon_region": "`na` (default), `eu` or `fe`: which of Amazon's hosts.",
    "amazon_client_id": "Of your Login with Amazon security profile.",
    "amazon_client_secret": "Of the same profile.",
    "amazon_partner_id": "Of your Incentives API account: one capital and four small letters.",
    "amazon_access_key": "Of the same account.",
    "amazon_secret_key": "Of the same account.",
    "amazon_delivery": "`load-balance` (default) or `claim-code`: how a value reaches the account.",
    "clock_file": "Sandbox only: a file that moves the clock: `+SECONDS`, `-SECONDS`, or `=EPOCH` to stand still.",
    "sweep_seconds": "How often this process looks after unheard applications and expiry (default 5); 0: never.",
    "workers": "Processes that share the database (default 1); `redeem serve --workers` sets it.",
    "threads": "Threads of each process (default 16); `redeem serve --threads` sets it. On PostgreSQL so many calls of apps are written together: with fewer threads calls are slower under load, with more pages are. On SQLite they answer what takes longer: opened links, pressed buttons and calls of apps' servers have one thread that waits for nobody.",
    "api_calls_per_second": "Calls of GetRewardInfo and GetReward together that pass for one API key within any second (default 5).",
    "other_calls_per_second": "Calls of the rest of the API (events, points, links, messages) together that pass for one API key within a second (default 1000): in each process, or with Redis in all of them together. As many callbacks of ad networks pass from one address, in each process.",
    "trusted_proxies": "Networks of your proxies (`10.0.0.0/8, …`), whose `X-Forwarded-For` tells where a visitor or an API call comes from. Empty: none.",
    "pages_per_minute": "Pages, pictures and forms that one address (of IPv6: one /64) may ask for in a minute (default 6000); 0: no limit. Addresses of private networks are not counted.",
    "link_pages_per_minute": "Pages and forms of one link, or of altered ones that begin like it, in a minute (default 600); 0: no limit.",
    "traces_url": "Collector that takes OpenTelemetry traces by OTLP over HTTP, such as `http://127.0.0.1:4318`. Needs the extra `redeem-app[traces]`. Empty: no traces, and no cost.",
    "traces_share": "Which share of the requests is traced, 0 to 1 (default 1).",
    "metrics_token": "Who reads `/metrics` sends it as a bearer token. Empty: nobody may, except in a sandbox.",
    "log_level": "`DEBUG`, `INFO` (default), `WARNING` or `ERROR`.",
    "country_header": "Header in which your proxy says the visitor's country, such as `CF-IPCountry`. Empty: none.",
    "delivery_countries_file": "Your own list of delivery countries, as TOML. Empty: the list that comes with the service.",
}


def reference() -> str:
    """The settings as a Markdown table."""
    lines = [
        "# Settings",
        "",
        "Read from the environment once, at the start; a wrong value stops the start with a sentence. Any of them can also be put in a file, whose path is the value of the same name with `_FILE` behind it.",
        "",
        "| variable | secret | meaning |",
        "| --- | --- | --- |",
    ]
    for field in dataclasses.fields(Settings):
        secret = "" if field.repr else "yes"
        lines.append(f"| `REDEEM_{field.name.upper()}` | {secret} | {MEANINGS[field.name]} |")
    return "\n".join(lines) + "\n"
