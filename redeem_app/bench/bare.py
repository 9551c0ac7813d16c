"""What everything is measured against: a Flask view that returns a constant. Imports nothing of the service.

No secret key, no hooks, no extension: what the framework costs by itself.
"""

import flask


def application() -> flask.Flask:
    """The bare application, for a WSGI server's worker."""
    app = flask.Flask("bare", static_folder=None)

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    return app
