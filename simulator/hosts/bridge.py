"""What an app puts into its webview so that page and app can talk; here it keeps what was said, and acknowledges it."""

import json
from typing import Final

from simulator.hosts.profiles import Bridge

CALL: Final = "simulatorHeard"
"""Name of the function in the page that the simulated app listens by."""

NAME: Final = "reward"
"""Name under which the app offers its bridge."""

_SCRIPTS: Final = {
    Bridge.MESSAGE_LISTENER: """
        window[NAME] = {
          onmessage: null,
          postMessage: function (text) {
            window[CALL](String(text));
            acknowledge(JSON.parse(text), function (answer) { window[NAME].onmessage({ data: answer }); });
          }
        };
    """,
    Bridge.WEBKIT_HANDLERS: """
        window.webkit = window.webkit || {};
        window.webkit.messageHandlers = window.webkit.messageHandlers || {};
        window.webkit.messageHandlers[NAME] = {
          postMessage: function (message) {
            window[CALL](JSON.stringify(message));
            acknowledge(message, function (answer) { window.postMessage(answer, "*"); });
          }
        };
    """,
}

_ACKNOWLEDGE: Final = """
    function acknowledge(message, answer) {
      if (message.type !== "ack") {
        setTimeout(function () { answer(JSON.stringify({ reward: 1, type: "ack", id: message.id })); }, 0);
      }
    }
"""
"""What every host says to every message, but not to what acknowledges its own."""


def script(bridge: Bridge) -> str:
    """The script that runs before the page's own; empty where there is no bridge."""
    body = _SCRIPTS.get(bridge, "")
    if not body:
        return ""
    return f"(function (NAME, CALL) {{ {_ACKNOWLEDGE} {body} }})({json.dumps(NAME)}, {json.dumps(CALL)});"
