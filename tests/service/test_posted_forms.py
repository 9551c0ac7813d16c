"""The small forms of our pages, read from the bare request as the standard library reads them."""

import io
from urllib.parse import parse_qsl

from hypothesis import example, given
from hypothesis import strategies as st

from redeem_app.web.posted_forms import FORM, small_form


@given(written=st.text("ab=&%+;2é\0 ", max_size=40))
@example(written="link=a.b&item=lamp&link=c")
@example(written="&=&a&b==c&")
def test_a_form_is_read_as_the_library_reads_it_and_can_be_read_again(written: str) -> None:
    body = written.encode()
    environ = {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}

    form = small_form(environ)

    assert form == dict(reversed(parse_qsl(written, keep_blank_values=True)))
    assert environ["wsgi.input"].read() == body  # type: ignore[attr-defined]
