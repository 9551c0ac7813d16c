"""What those who embed the page fetch: the custom element for web sites, and the bridge doctor for their own views.

The doctor speaks English only, like the API's page: it is read by developers, never by a person with a reward. It knows
no app and no reward, so any site may frame it and it is the same in production.
"""

from typing import Final

import flask

from redeem_app.web.folders import STATIC

FRAME_SCRIPT: Final = "/embed/reward-frame-1.js"
"""Stable: a page of another site names it together with its hash, so other text gets another number."""

_FILES: Final = {"bridge-doctor.css": "text/css", "bridge-doctor.js": "text/javascript"}
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
    " form-action 'none'; frame-ancestors *; base-uri 'none'"
)


def install(app: flask.Flask) -> None:
    """Register the element's script, the doctor's page and its two files."""

    @app.get(FRAME_SCRIPT, endpoint="reward_frame")
    def reward_frame() -> flask.Response:
        answer = _file("reward-frame.js", "text/javascript")
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer

    @app.get("/bridge-doctor", endpoint="bridge_doctor")
    def bridge_doctor() -> flask.Response:
        answer = flask.make_response(flask.render_template("bridge_doctor.html"))
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    @app.get("/bridge-doctor/<name>", endpoint="bridge_doctor_file")
    def bridge_doctor_file(name: str) -> flask.Response:
        if name not in _FILES:
            flask.abort(404)
        answer = _file(name, _FILES[name])
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer


def _file(name: str, media_type: str) -> flask.Response:
    return flask.Response((STATIC / name).read_bytes(), mimetype=media_type)
