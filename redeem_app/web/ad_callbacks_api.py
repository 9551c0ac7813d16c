"""Callbacks of ad networks: the network's signature stands in the place of an API key (rule E4)."""

import logging

import flask
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from redeem_app.domain.ads import AdKeysUnavailable
from redeem_app.domain.ids import AppId
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.watched_ads import WatchedAds
from redeem_app.web.api_input import check_name
from redeem_app.web.refusals_api import answer

_log = logging.getLogger(__name__)


class AdCounted(BaseModel):
    """The network is told that its word was taken, and nothing of the person or of rewards."""

    counted: bool = Field(description="False when this view of an ad was counted before.")


def ad_callback(ads: WatchedAds, network: str, app_id: str) -> ResponseReturnValue:
    """GET /v1/ads/<network>/<appId>: one ad, watched to its end. Networks repeat what is not answered with 200."""
    check_name("network", network)
    check_name("appId", app_id)
    try:
        earned = ads.called_back(AppId(app_id), network, flask.request.query_string.decode("latin-1"))
    except AdKeysUnavailable as fault:
        _log.error("an ad callback of %s can't be verified: %s", network, fault)
        raise Refusal(Reason.AD_KEYS_UNAVAILABLE, network=network, rule="E4") from fault
    return answer(AdCounted(counted=earned.counted))
