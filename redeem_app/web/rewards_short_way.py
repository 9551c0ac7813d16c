"""GetReward, the short way: the body is known or checked, the reward granted at once, the answer filled in."""

import secrets
from datetime import datetime
from functools import lru_cache
from typing import Final

import flask

from redeem_app.domain.granting_at_once import GrantingAtOnce
from redeem_app.domain.ids import AppId
from redeem_app.domain.ports import KeyedHash
from redeem_app.domain.refusals import Refusal
from redeem_app.domain.reward_wanted import RewardNotice, RewardWanted
from redeem_app.web.rewards_api import RewardRequest, asked_by, checked_key, repeatable_by, reward_answer, wanted_by
from redeem_app.web.short_way import Call

_MARK: Final = secrets.token_hex(16)
"""Stands for the token, where nothing else is the same."""
_NONE_LEFT: Final = b'"remainingRewardCount":0,'
"""Is found once in an answer, since quotes of a text are escaped."""
_LONGEST: Final = 1_000
"""Bytes of a body that is worth remembering."""
_NAMING: Final = b"ustomer"
"""A body with this in it is not remembered: each is another, and ids of customers are kept as hashes only."""


class GetReward:
    """Answers GetReward where a reward is granted."""

    def __init__(self, granting: GrantingAtOnce, hashes: KeyedHash, written: "WrittenRewards") -> None:
        self._granting = granting
        self._hashes = hashes
        self._written = written
        self._remembered = lru_cache(maxsize=1024)(self._asked)

    def __call__(self, call: Call) -> bytes | None:
        """The answer; None for whatever else the answer may be."""
        body, key = call.body, call.environ.get("HTTP_IDEMPOTENCY_KEY")
        is_usual = len(body) <= _LONGEST and _NAMING not in body
        try:
            asked, wanted = self._remembered(body) if is_usual else self._asked(body)
            if key is not None:
                app_id = wanted.app_id
                repeatable = repeatable_by(self._hashes, app_id, asked, checked_key(key))
                wanted = wanted_by(self._hashes, app_id, asked, repeatable)
        except Refusal:
            return None
        notice = self._granting.grant(call.key_hash, wanted, call.gate)
        return self._written.of(notice) if notice else None

    def _asked(self, body: bytes) -> tuple[RewardRequest, RewardWanted]:
        asked = asked_by(body)
        return asked, wanted_by(self._hashes, AppId(asked.appId), asked, None)


class WrittenRewards:
    """Writes what `reward_answer` says; all but the token and what is left is prepared for each campaign."""

    def __init__(self, app: flask.Flask, public_url: str) -> None:
        self._app = app
        self._public_url = public_url
        self._prepared = lru_cache(maxsize=256)(self._prepare)

    def of(self, notice: RewardNotice) -> bytes:
        """The answer as JSON."""
        before, between, after = self._prepared(notice.text, notice.image_url, notice.ends_at)
        return b"%b%b%b%d%b" % (before, notice.token.encode(), between, notice.remaining, after)

    def _prepare(self, text: str, image_url: str, ends_at: datetime) -> tuple[bytes, bytes, bytes]:
        with self._app.test_request_context():
            answer = reward_answer(RewardNotice(text, _MARK, image_url, 0, ends_at), self._public_url)
        before, rest = answer.model_dump_json().encode().split(_MARK.encode())
        between, after = rest.split(_NONE_LEFT)
        return before, between + _NONE_LEFT[:-2], _NONE_LEFT[-1:] + after
