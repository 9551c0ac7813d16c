"""What robots get instead of a reward's page: a card that tells nothing, and for which no record is read or written.

Who is a robot is a guess (host.py). A person who is taken for one goes on with the card's link, and from then on by the
visit that a browser keeps; a robot that isn't recognised gets the page, whose opening changes nothing. So do the
programs of teams and testers, which need the page; they are not counted as people.
"""

from typing import Final

import flask

from redeem_app.web import browser_safety, presentation
from redeem_app.web.host import Container, container_of, looks_ahead
from redeem_app.web.pages import PreviewPage

OPEN: Final = "open"
"""Parameter of the card's link; `page` asks for the page itself."""


def instead_of_page(token: str) -> flask.Response | None:
    """The card, where a robot seems to ask; None for everybody else."""
    request = flask.request
    if container_of(request.headers) is not Container.ROBOT or request.args.get(OPEN) == "page" or flask.session:
        return None
    answer = flask.make_response(flask.render_template("preview.html", page=PreviewPage(token)))
    answer.headers["Content-Security-Policy"] = browser_safety.content_security_policy(
        presentation.inline_style_hashes(None), flask.current_app.config["AMAZON_ORIGIN"]
    )
    return answer


def is_somebody_looking() -> bool:
    """Whether this request counts as an opened page: no program, no look ahead, no question for the headers alone."""
    request = flask.request
    is_a_program = container_of(request.headers) is Container.TOOL
    return request.method == "GET" and not is_a_program and not looks_ahead(request.headers)
