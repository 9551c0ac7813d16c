"""Reads the small forms of our own pages without the machinery that large and foreign ones need."""

import io
from typing import Final
from urllib.parse import parse_qsl

import flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import ClientDisconnected

FORM: Final = "application/x-www-form-urlencoded"
"""As browsers write it, without parameters."""


class PageRequest(flask.Request):
    """A request whose plain form of a known, allowed length is read at once; every other the framework's own way."""

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        environ = self.environ
        if environ.get("CONTENT_TYPE") != FORM or not environ.get("CONTENT_LENGTH", "").isdecimal():
            super()._load_form_data()
            return
        length = int(environ["CONTENT_LENGTH"])
        if "stream" in self.__dict__ or self.max_content_length is None or length > self.max_content_length:
            super()._load_form_data()
            return
        body = environ["wsgi.input"].read(length)
        if len(body) < length:
            raise ClientDisconnected
        try:
            fields = parse_qsl(body.decode(), keep_blank_values=True, errors="werkzeug.url_quote")
        except ValueError:
            fields = []  # as the framework reads what is no form
        self.__dict__.update(stream=io.BytesIO(), form=ImmutableMultiDict(fields), files=ImmutableMultiDict())
