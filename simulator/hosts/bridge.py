"""What an app puts into its webview so that page and app can talk; here it only listens and keeps what was said."""

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
          postMessage: function (message) { window[CALL](String(message)); }
        };
    """,
    Bridge.WEBKIT_HANDLERS: """
        window.webkit = window.webkit || {};
        window.webkit.messageHandlers = window.webkit.messageHandlers || {};
        window.webkit.messageHandlers[NAME] = {
          postMessage: function (message) { window[CALL](JSON.stringify(message)); }
        };
    """,
}


def script(bridge: Bridge) -> str:
    """The script that runs before the page's own; empty where there is no bridge."""
    body = _SCRIPTS.get(bridge, "")
    return f"(function (NAME, CALL) {{ {body} }})({json.dumps(NAME)}, {json.dumps(CALL)});" if body else ""
