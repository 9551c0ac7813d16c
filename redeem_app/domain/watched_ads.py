"""Watched ads counted by the ad network's own word (rule E4)."""

from redeem_app.domain.ads import AdVerifier, ad_event
from redeem_app.domain.earning import Earned, Earning
from redeem_app.domain.ids import AppId
from redeem_app.domain.named_customers import customer_key
from redeem_app.domain.ports import Clock, KeyedHash
from redeem_app.domain.records import Records
from redeem_app.domain.refusals import Reason, Refusal


class WatchedAds:
    """Takes the networks' callbacks."""

    def __init__(
        self, records: Records, clock: Clock, earning: Earning, verifier: AdVerifier, hashes: KeyedHash
    ) -> None:
        self._records = records
        self._clock = clock
        self._earning = earning
        self._verifier = verifier
        self._hashes = hashes

    def called_back(self, app_id: AppId, network: str, callback: str) -> Earned:
        """Count the ad that the callback (its query string, as it was received) tells of; once, however often.

        Raises Refusal(PAGE_NOT_FOUND) for no such app, Refusal(BODY_INVALID) for what is forged, unreadable or outside
        its time, and AdKeysUnavailable where it should come again.
        """
        app = self._records.read(lambda tx: tx.campaigns.app(app_id))
        if app is None:
            raise Refusal(Reason.PAGE_NOT_FOUND, app=app_id, rule="E4")
        ad = self._verifier.watched(app, network, callback, self._clock.now())
        return self._earning.record(app, ad_event(ad, customer_key(self._hashes, app_id, ad.customer_id)))
