"""GET /media/<name>: a derived picture; its name holds a hash of its content, so that it never changes."""

import flask
from flask.typing import ResponseReturnValue

from redeem_app.domain.records import Records
from redeem_app.domain.refusals import Reason, Refusal


def picture(records: Records, name: str) -> ResponseReturnValue:
    """The file. Raises Refusal(PAGE_NOT_FOUND)."""
    found = records.read(lambda tx: tx.pictures.picture(name))
    if found is None:
        raise Refusal(Reason.PAGE_NOT_FOUND)
    answer = flask.Response(found.content, mimetype=found.media_type)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
