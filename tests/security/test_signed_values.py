"""Reading what the frameworks signed: the short way gives what their own serializer gives, and nothing else."""

import time
from typing import Any

from flask.sessions import session_json_serializer
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from redeem_app.web.signed_values import PreparedSerializer

KEYS = ("the-oldest-key", "a-key-between", "the-newest-key")
WAYS = (("cookie-session", "hmac", session_json_serializer), ("wtf-csrf-token", "django-concat", None))
PAYLOADS = st.dictionaries(st.text(max_size=8), st.text(max_size=200) | st.integers(), max_size=3)


def both(way: int) -> tuple[URLSafeTimedSerializer, PreparedSerializer]:
    salt, derivation, serializer = WAYS[way]
    reference = URLSafeTimedSerializer(
        list(KEYS), salt=salt, serializer=serializer, signer_kwargs={"key_derivation": derivation}
    )
    return reference, PreparedSerializer(KEYS, salt, key_derivation=derivation, serializer=serializer)


def read(serializer: URLSafeTimedSerializer, text: str, max_age: int | None) -> tuple[type, Any]:
    try:
        return dict, serializer.loads(text, max_age=max_age)
    except BadSignature as fault:
        return type(fault), str(fault)


@given(way=st.sampled_from([0, 1]), payload=PAYLOADS, key=st.sampled_from(KEYS))
def test_what_any_of_the_keys_signed_is_read_alike(way: int, payload: dict[str, Any], key: str) -> None:
    salt, derivation, serializer = WAYS[way]
    written = URLSafeTimedSerializer(
        key, salt=salt, serializer=serializer, signer_kwargs={"key_derivation": derivation}
    ).dumps(payload)

    assert both(way)[1].loads(str(written), max_age=60) == payload


@given(
    way=st.sampled_from([0, 1]),
    at=st.integers(0, 200),
    letter=st.characters(codec="utf-8"),
    max_age=st.sampled_from([None, 60]),
)
def test_a_changed_letter_is_told_as_the_serializer_tells_it(
    way: int, at: int, letter: str, max_age: int | None
) -> None:
    reference, prepared = both(way)
    written = str(prepared.dumps({"visit": "abc"}))
    changed = written[: at % len(written)] + letter + written[at % len(written) + 1 :]

    assert read(prepared, changed, max_age) == read(reference, changed, max_age)


def test_what_another_purpose_signed_is_refused() -> None:
    assert read(both(0)[1], str(both(1)[1].dumps({})), None)[0] is not dict
    assert read(both(1)[1], str(both(0)[1].dumps({})), None)[0] is not dict


class EarlierSigner(TimestampSigner):
    """Signs as it would have a hundred seconds ago."""

    def get_timestamp(self) -> int:
        return int(time.time()) - 100


def test_what_is_too_old_is_refused_and_what_is_old_enough_is_read() -> None:
    earlier = URLSafeTimedSerializer(
        list(KEYS), salt="s", signer=EarlierSigner, signer_kwargs={"key_derivation": "hmac"}
    )
    written = str(earlier.dumps({"visit": "abc"}))
    reader = PreparedSerializer(KEYS, "s", key_derivation="hmac")

    assert reader.loads(written, max_age=200) == {"visit": "abc"}
    assert read(reader, written, 50)[0] is SignatureExpired
