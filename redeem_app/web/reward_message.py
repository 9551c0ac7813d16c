"""The reward as a message for the app to send (rule P2): subject, HTML and text, in one language."""

from dataclasses import dataclass

import flask

from redeem_app.web.languages import speaking
from redeem_app.web.pages import RewardMessage


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """Ready to send; the HTML needs nothing but the banner, and does without it."""

    subject: str
    html: str
    text: str


def write(message: RewardMessage, language: str) -> WrittenMessage:
    """The message in the language with this tag; an unknown tag gives English. Needs an application context."""
    with speaking(language):
        return WrittenMessage(
            subject=" ".join(flask.render_template("email_subject.txt", page=message).split()),
            html=flask.render_template("email.html", page=message),
            text=flask.render_template("email.txt", page=message),
        )
