"""Faults that a change could bring into the service, each planted at one place of a process that is started for it.

Nothing here is imported by a test process: a test starts `python -m tests.planted FAULT` in place of `redeem`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import flask

from redeem_app.adapters import counter_records, link_signer, metered_partner, points_records
from redeem_app.adapters.counter_shards import Shard, spread
from redeem_app.domain import applying, redemption, visiting
from redeem_app.domain.ids import LinkId
from redeem_app.domain.ports import Delivered, DeliveryRequest
from redeem_app.domain.seen import Offered, Seen
from redeem_app.web import browser_safety, observing, page_assets


def _put(owner: object, name: str, fault: object) -> None:
    """Put it in the place of what is there. Raises AttributeError where nothing is, and the fault would do nothing."""
    getattr(owner, name)
    setattr(owner, name, fault)


def plant(name: str) -> None:
    """Plant the fault of that name in this process."""
    FAULTS[name]()


def _applied_twice() -> None:
    """Amazon is asked a second time under another request id, as after a lost answer that was not deduplicated."""
    deliver = metered_partner.MeteredDelivery.deliver

    def twice(self: metered_partner.MeteredDelivery, request: DeliveryRequest) -> Delivered:
        deliver(self, request)
        return deliver(self, replace(request, request_id=f"{request.request_id[:-1]}Z"))

    _put(metered_partner.MeteredDelivery, "deliver", twice)


def _lost() -> None:
    """A success is told to the person, and Amazon was never asked."""

    def nothing(_self: metered_partner.MeteredDelivery, _request: DeliveryRequest) -> Delivered:
        return Delivered("planted")

    _put(metered_partner.MeteredDelivery, "deliver", nothing)


def _taken_by_opening() -> None:
    """The link is good for one opening, as one-time links are."""
    see = redemption.Redemption.see

    def once(self: redemption.Redemption, token: str, *who: Any, **further: Any) -> Seen:
        seen = see(self, token, *who, **further)
        if isinstance(seen, Offered) and seen.signed_in is None:
            reward, now = seen.link.reward.reward_id, self._clock.now()
            self._records.write(lambda tx: tx.rewards.replace_links(reward, LinkId(f"{reward[:-1]}0"), now))
        return seen

    _put(redemption.Redemption, "see", once)


def _event_counted_twice() -> None:
    """An event that arrives again is booked again."""
    add = points_records.StoredPoints.add_event

    def always(self: points_records.StoredPoints, app_id: Any, event: Any, now: Any) -> bool:
        if not add(self, app_id, event, now):
            known = self._db.row("SELECT COUNT(*) FROM points WHERE app_id = ?", (app_id,))
            again = f"{event.event_id[:-6]}{known[0] if known else 0:06d}"
            add(self, app_id, replace(event, event_id=again), now)
        return True

    enter = points_records.StoredPoints.enter

    def enter_again(self: points_records.StoredPoints, app_id: Any, customer_key: Any, entry: Any) -> None:
        count = self._db.row("SELECT COUNT(*) FROM points WHERE event_id = ?", (entry.event_id,))
        if count and count[0]:
            entry = replace(entry, event_id=f"{entry.event_id[:-1]}{count[0]}")
        enter(self, app_id, customer_key, entry)

    _put(points_records.StoredPoints, "add_event", always)
    _put(points_records.StoredPoints, "enter", enter_again)


def _oversold() -> None:
    """Counters have no ceiling: everything can be taken that was ever asked for."""

    def without_end(used: Mapping[int, int], _ceiling: int, unit: int) -> Mapping[int, Shard]:
        return spread(used, 10**12, unit)

    _put(counter_records, "spread", without_end)


def _expired_is_redeemable() -> None:
    """Nobody looks at the reward's date."""
    _put(visiting, "check_redeemable", lambda _reward, _now: None)


def _anybody_sees_the_success() -> None:
    """Whoever signs in sees what another account got."""
    for checks in (redemption, applying):
        _put(checks, "check_own", lambda _application, _signed_in: None)


def _altered_link_is_good() -> None:
    """The signature of a link isn't checked."""

    def read(_self: link_signer.SignedLinks, token: str) -> LinkId:
        return LinkId(token.partition(".")[0])

    _put(link_signer.SignedLinks, "read", read)


def _token_in_the_log() -> None:
    """The log names paths, and so tokens."""
    install = observing.install

    def with_paths(app: flask.Flask, **settings: Any) -> None:
        install(app, **settings)

        @app.after_request
        def tell(answer: flask.Response) -> flask.Response:
            app.logger.warning("answered %s", flask.request.full_path)
            return answer

    _put(observing, "install", with_paths)


def _token_in_the_referrer() -> None:
    """Pages tell the next site where the person came from."""
    install = browser_safety.install

    def generous(app: flask.Flask, **settings: Any) -> None:
        @app.after_request
        def tell_everybody(answer: flask.Response) -> flask.Response:
            answer.headers["Referrer-Policy"] = "unsafe-url"
            return answer

        install(app, **settings)

    _put(browser_safety, "install", generous)


def _outcome_told_to_the_app() -> None:
    """The page tells the app around it that the reward was redeemed."""
    script = page_assets.script()
    told = b"""
(function () {
  var looking = window.reward && setInterval(function () {
    if (document.querySelector("main[data-page=applied]")) {
      clearInterval(looking);
      window.reward.postMessage('{"type": "redeemed"}');
    }
  }, 20);
})();
"""
    _put(page_assets, "script", lambda: script + told)


FAULTS: Final[Mapping[str, Callable[[], None]]] = {
    "applied-twice": _applied_twice,
    "lost": _lost,
    "taken-by-opening": _taken_by_opening,
    "event-counted-twice": _event_counted_twice,
    "oversold": _oversold,
    "expired-is-redeemable": _expired_is_redeemable,
    "anybody-sees-the-success": _anybody_sees_the_success,
    "altered-link-is-good": _altered_link_is_good,
    "token-in-the-log": _token_in_the_log,
    "token-in-the-referrer": _token_in_the_referrer,
    "outcome-told-to-the-app": _outcome_told_to_the_app,
}
