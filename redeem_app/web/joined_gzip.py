"""A gzip file made of parts that were compressed ahead of time, with short texts stored between them.

A deflate stream may be ended at a byte (a "sync flush") and go on after it, so that fixed texts are compressed once and
a person's value is put in as a stored block: https://www.rfc-editor.org/rfc/rfc1951 3.2.4. Each value is stored where
it first appears; where it appears again, the compressed text refers back to it, whatever it is, because the compressor
saw a stand-in of the same length there. Whether that came out right for this page is tried once, at the start.

The checksum of the whole is linear in the checksums of its parts, so that it costs a few look-ups for each answer
instead of a pass over the page: `x^(8n)` times a part's checksum, for the n bytes that come after it.
"""

import gzip
import itertools
import secrets
import zlib
from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, Self

_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_POLYNOMIAL: Final = 0xEDB88320
_UNLIKE_ANY: Final = range(0x80, 0x100)
"""Bytes that no stand-in has."""
_TRIES: Final = 12
_ONE: Final = 0x80000000
"""1 as a polynomial, whose lowest power is the highest bit."""
_EIGHT: Final = 0x00800000
"""x^8."""


class JoinedGzip:
    """One page's fixed parts, compressed."""

    def __init__(self, fixed: Sequence[bytes], holes: Sequence[str], lengths: Mapping[str, int]) -> None:
        self._lengths = dict(lengths)
        self._names = tuple(dict.fromkeys(holes))
        self._parts = _compressed(fixed, holes, lengths)
        size = sum(map(len, fixed)) + sum(lengths[hole] for hole in holes)
        self._size = (size & 0xFFFFFFFF).to_bytes(4, "little")
        self._checksum, self._factors = _checksums(fixed, holes, lengths)

    @classmethod
    def of(cls, fixed: Sequence[bytes], holes: Sequence[str], lengths: Mapping[str, int]) -> Self | None:
        """The page, once it came out right with values of which no byte is like another or like one of a stand-in.

        Then every byte of a value is stored, or refers back to its own place in the value: it holds for all values.
        """
        if sum(lengths.values()) > len(_UNLIKE_ANY):
            return None
        unlike = iter(_UNLIKE_ANY)
        values = {name: bytes(itertools.islice(unlike, length)) for name, length in lengths.items()}
        ends = [values[hole] for hole in holes] + [b""]
        expected = b"".join(part + end for part, end in zip(fixed, ends, strict=True))
        # Now and then a stand-in looks like a piece of the page, and the compressor makes use of it.
        made = (cls(fixed, holes, lengths) for _ in range(_TRIES))
        return next((one for one in made if _unpacked(one.joined(values)) == expected), None)

    def joined(self, values: Mapping[str, bytes]) -> bytes | None:
        """The gzip file with these values; None for values of other lengths."""
        parts = self._parts.copy()
        checksum = self._checksum
        for at, name in enumerate(self._names):
            value = values[name]
            if len(value) != self._lengths[name]:
                return None
            parts[2 * at + 1] = value
            c, factors = zlib.crc32(value), self._factors[name]
            checksum ^= factors[c & 255] ^ factors[256 + (c >> 8 & 255)]
            checksum ^= factors[512 + (c >> 16 & 255)] ^ factors[768 + (c >> 24)]
        parts.append(checksum.to_bytes(4, "little"))
        parts.append(self._size)
        return b"".join(parts)


def _unpacked(joined: bytes | None) -> bytes | None:
    try:
        return gzip.decompress(joined or b"")
    except (OSError, EOFError, zlib.error):
        return None


def _compressed(fixed: Sequence[bytes], holes: Sequence[str], lengths: Mapping[str, int]) -> list[bytes]:
    """Fixed parts at even places, room for the first appearance of each value at odd ones."""
    stand_ins = {name: secrets.token_urlsafe(lengths[name])[: lengths[name]].encode() for name in lengths}
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    parts, so_far, seen = [], _HEAD, set[str]()
    for at, text in enumerate(fixed):
        so_far += deflate.compress(text)
        if at == len(holes):
            break
        name = holes[at]
        if name in seen:
            so_far += deflate.compress(stand_ins[name])
            continue
        seen.add(name)
        length = lengths[name]
        stored = b"\x00" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
        parts += [so_far + deflate.flush(zlib.Z_SYNC_FLUSH) + stored, b""]
        # The compressor has to know that something stands here; what it makes of it is left out.
        deflate.compress(stand_ins[name])
        deflate.flush(zlib.Z_SYNC_FLUSH)
        so_far = b""
    return [*parts, so_far + deflate.flush(zlib.Z_FINISH)]


def _checksums(
    fixed: Sequence[bytes], holes: Sequence[str], lengths: Mapping[str, int]
) -> tuple[int, dict[str, "array[int]"]]:
    """The fixed parts' share of the checksum, and for each value a table that multiplies its checksum."""
    share, powers, after = 0, dict.fromkeys(holes, 0), _ONE
    for at in reversed(range(len(fixed))):
        if at < len(holes):
            name = holes[at]
            powers[name] ^= after
            after = _times(after, _x_to(8 * lengths[name]))
        share ^= _times(after, zlib.crc32(fixed[at]))
        after = _times(after, _x_to(8 * len(fixed[at])))
    return share, {name: _table(power) for name, power in powers.items()}


def _times(a: int, b: int) -> int:
    """The product of two polynomials over GF(2), modulo the checksum's."""
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ (_POLYNOMIAL if b & 1 else 0)
    return product


@cache
def _x_to(power: int) -> int:
    """x^power, modulo the checksum's polynomial."""
    result, square, left = _ONE, _EIGHT, power // 8
    while left:
        if left & 1:
            result = _times(result, square)
        square = _times(square, square)
        left >>= 1
    return result


def _table(factor: int) -> "array[int]":
    """`factor` times each byte of a checksum, for its four bytes from the lowest on."""
    bits = [_times(1 << bit, factor) for bit in range(32)]
    table = array("I")
    for byte in range(4):
        for value in range(256):
            product = 0
            for bit in range(8):
                if value >> bit & 1:
                    product ^= bits[8 * byte + bit]
            table.append(product)
    return table
