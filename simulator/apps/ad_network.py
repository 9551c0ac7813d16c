"""The ad network of the fake apps: it calls the service back, with a keyed hash, when somebody watched an ad."""

import hashlib
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote

NETWORK: Final = "house"
"""As the campaign file calls it."""

SECRET_NAME: Final = "HOUSE_ADS_SECRET"  # noqa: S105 - where the campaign file says that the secret is
WATCHED: Final = "ad.watched"


def callback(secret: str, view_id: str, customer: str, watched_at: datetime) -> str:
    """The query string that says who watched; the same `view_id` is the same view."""
    said = {
        "ad_network": NETWORK,
        "ad_unit": "film",
        "reward_amount": "1",
        "reward_item": "points",
        "timestamp": str(int(watched_at.timestamp() * 1000)),
        "transaction_id": view_id,
        "user_id": customer,
    }
    content = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
    return f"{content}&signature={hmac.digest(secret.encode(), content.encode(), hashlib.sha256).hex()}"
