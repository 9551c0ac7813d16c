"""`redeem message`: the e-mail or message that carries a link, for the app or its operator to send."""

import json
from dataclasses import asdict

import click
import flask

from redeem_app.commands.service import up_to_date_service
from redeem_app.commands.settings_read import stop
from redeem_app.domain.refusals import Refusal
from redeem_app.web import presentation
from redeem_app.web.languages import ENGLISH, LANGUAGES, known_tag
from redeem_app.web.messages_api import message_of, token_of
from redeem_app.web.reward_message import write


@click.command("message")
@click.argument("link")
@click.option("--language", default=ENGLISH, show_default=True, help="A tag such as de or pt-BR.")
@click.option("--as", "form", type=click.Choice(["text", "html", "subject", "json"]), default="text", show_default=True)
def message(link: str, language: str, form: str) -> None:
    """Write the message that carries LINK, a reward URL: with banner, words, link and terms. Nothing is sent."""
    tag = known_tag(language)
    if not tag:
        stop(f"There are no words in {language!r}; there are: {', '.join(LANGUAGES)}.")
    service = up_to_date_service()
    token = token_of(link)
    try:
        announced = service.messaging.about(token, None)
    except Refusal as refusal:
        stop(f"{refusal}: the link leads to no reward, or there is a newer one.")
    app = flask.Flask("redeem_app", static_folder=None)
    presentation.install(app)
    with app.app_context():
        written = asdict(write(message_of(announced, service.settings.public_url, token, tag), tag))
    click.echo(json.dumps(written, ensure_ascii=False) if form == "json" else written[form].rstrip("\n"))
