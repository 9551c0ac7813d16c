"""What phones ask a site for before its links open in an app: which apps may have them.

Reward links (`/r/`) may open in the app. Addresses of a hand-over (`/h/`) and everything after them belong to the
browser: an app that took them would get the sign-in into its view again.
Formats: https://developer.android.com/training/app-links and
https://developer.apple.com/documentation/xcode/supporting-associated-domains
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import flask
from flask.typing import ResponseReturnValue

from redeem_app.domain.campaign import App
from redeem_app.web.use_cases import UseCases

_KEPT_SECONDS = 3600


def asset_links(use: UseCases) -> ResponseReturnValue:
    """GET /.well-known/assetlinks.json, for Android."""
    return _answer(android_statements(_apps(use)))


def app_site_association(use: UseCases) -> ResponseReturnValue:
    """GET /.well-known/apple-app-site-association, for iOS."""
    return _answer(apple_association(_apps(use)))


def android_statements(apps: Iterable[App]) -> list[dict[str, Any]]:
    """One statement for each package, with all its certificates."""
    registered = sorted({tuple(entry.split(":", 1)) for app in apps for entry in app.android_packages})
    return [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": package,
                "sha256_cert_fingerprints": [fingerprint for _, fingerprint in entries],
            },
        }
        for package, entries in groupby(registered, key=lambda entry: entry[0])
    ]


def apple_association(apps: Iterable[App]) -> dict[str, Any]:
    """All apps with the paths they may open."""
    ids = sorted({app_id for app in apps for app_id in app.apple_app_ids})
    paths = [{"/": "/h/*", "exclude": True}, {"/": "/r/*/hand-over", "exclude": True}, {"/": "/r/*"}]
    return {"applinks": {"details": [{"appIDs": ids, "components": paths}] if ids else []}}


def _apps(use: UseCases) -> tuple[App, ...]:
    return use.records.read(lambda tx: tx.campaigns.all_apps())


def _answer(document: object) -> flask.Response:
    answer = flask.jsonify(document)
    answer.cache_control.public = True
    answer.cache_control.max_age = _KEPT_SECONDS
    return answer
