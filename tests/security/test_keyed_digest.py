"""The prepared HMAC is HMAC, whatever the key and the message."""

import hmac

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redeem_app.keyed_digest import KeyedDigest


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@given(key=st.binary(max_size=200), messages=st.lists(st.binary(max_size=300), min_size=1, max_size=3))
@example(key=b"", messages=[b""])
@example(key=b"k" * 64, messages=[b"m"])
@example(key=b"k" * 65, messages=[b"m"])
def test_it_says_what_the_library_says_each_time(algorithm: str, key: bytes, messages: list[bytes]) -> None:
    digest = KeyedDigest(key, algorithm)

    assert [digest(message) for message in messages] == [hmac.digest(key, message, algorithm) for message in messages]
