"""Pages compressed for the wire, at a small part of what compressing each of them whole would cost.

The head of a page, with style sheet and banner, is the same for everybody who sees a campaign in one language. It is
compressed once; each answer copies the compressor that has read it, and lets it read the rest. What an attacker could
put into a page by its address are words from closed lists, so that its compressed length tells nothing of its secrets.
"""

import zlib
from functools import cache, lru_cache
from typing import Final

import brotli
import flask

from redeem_app.web.prepared_answer import PreparedAnswer

_END_OF_HEAD: Final = b"</header>"
_HEADS: Final = 64
"""A compressor that has read a head holds about 260 KB."""
_AS_GZIP: Final = 31
_SMALL: Final = 1_000


def install(app: flask.Flask) -> None:
    """Compress every page for browsers that take gzip, which are all."""

    @app.after_request
    def compress(answer: flask.Response) -> flask.Response:
        if isinstance(answer, PreparedAnswer):
            return answer
        if answer.mimetype != "text/html" or answer.is_streamed or "Content-Encoding" in answer.headers:
            return answer
        body = answer.get_data()
        if len(body) < _SMALL:
            return answer
        answer.vary.add("Accept-Encoding")
        if accepts("gzip"):
            answer.set_data(gzipped(body))
            answer.headers["Content-Encoding"] = "gzip"
        return answer


def accepts(encoding: str) -> bool:
    """Whether the browser that asks takes this encoding."""
    return flask.request.accept_encodings.quality(encoding) > 0


def gzipped(page: bytes) -> bytes:
    """The page as gzip."""
    head, mark, rest = page.partition(_END_OF_HEAD)
    if not mark:
        return zlib.compress(page, 6, _AS_GZIP)
    after_head, sent = _read_head(head)
    compressor = after_head.copy()
    return sent + compressor.compress(mark + rest) + compressor.flush()


@lru_cache(maxsize=_HEADS)
def _read_head(head: bytes) -> tuple["zlib._Compress", bytes]:
    """A compressor that has read the head, only to be copied, and what it gave for it."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, _AS_GZIP)
    sent = compressor.compress(head)
    return compressor, sent + compressor.flush(zlib.Z_SYNC_FLUSH)


@cache
def prepared(content: bytes, encoding: str) -> bytes:
    """A file that never changes, once and as small as it gets: `br`, `gzip`, or as it is."""
    if encoding == "br":
        return bytes(brotli.compress(content))
    return zlib.compress(content, 9, _AS_GZIP) if encoding == "gzip" else content


def prepared_answer(content: bytes, mimetype: str) -> flask.Response:
    """Such a file as an answer, in the best encoding that the browser takes."""
    encoding = next((one for one in ("br", "gzip") if accepts(one)), "")
    answer = flask.Response(prepared(content, encoding), mimetype=mimetype)
    answer.vary.add("Accept-Encoding")
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    return answer
