"""POST /v1/events, the short way: an event that gives points and leads to nothing more is counted at once."""

import json
from functools import partial
from typing import Final

from redeem_app.domain.earning import Earned, Standing
from redeem_app.domain.earning_at_once import EarningAtOnce
from redeem_app.domain.ids import AppId
from redeem_app.domain.points import PointsEvent
from redeem_app.domain.ports import KeyedHash
from redeem_app.domain.refusals import Refusal
from redeem_app.web.api_input import parsed
from redeem_app.web.points_api import EventBody, event_of, points_of
from redeem_app.web.short_way import Call

_MANY: Final = 4_096


class RecordEvent:
    """Answers what `points_api.record_event` would, where nothing is in the way."""

    def __init__(self, earning: EarningAtOnce, hashes: KeyedHash) -> None:
        self._earning = earning
        self._hashes = hashes
        self._told: dict[int, tuple[Standing, bytes]] = {}
        """By the number of an object that is kept beside it, and so is no other's."""

    def __call__(self, call: Call) -> bytes | None:
        """The answer; None for whatever else the answer may be."""
        try:
            body = parsed(EventBody, call.body)
        except Refusal:
            return None
        earned = self._earning.report(call.key_hash, partial(self._event, body), call.gate.lets_pass)
        return None if earned is None else self._written(body.eventId, earned)

    def _event(self, body: EventBody, app_id: AppId) -> PointsEvent:
        return event_of(body, self._hashes, app_id)

    def _written(self, event_id: str, earned: Earned) -> bytes:
        name = json.dumps(event_id, ensure_ascii=False).encode()
        standing = self._standing(earned.standing)
        return b'%b,"eventId":%b,"points":%d,"counted":true,"rewards":[],"withheld":[]}' % (
            standing, name, earned.points,
        )  # fmt: skip

    def _standing(self, standing: Standing) -> bytes:
        """What every answer begins with; many people stand where others stand."""
        told = self._told.get(id(standing))
        if told is None or told[0] is not standing:
            if len(self._told) >= _MANY:
                self._told.clear()
            told = self._told[id(standing)] = standing, points_of(standing).model_dump_json().encode()[:-1]
        return told[1]
