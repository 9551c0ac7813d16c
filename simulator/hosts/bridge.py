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
    Bridge.REACT_NATIVE: """
        window.ReactNativeWebView = {
          postMessage: function (message) {
            if (typeof message !== "string") { throw new TypeError("only strings"); }
            window[CALL](message);
            acknowledge(JSON.parse(message), function (answer) { window.postMessage(answer, "*"); });
          }
        };
    """,
    Bridge.JAVASCRIPT_CHANNEL: """
        window[NAME] = {
          postMessage: function (message) {
            window[CALL](String(message));
            acknowledge(JSON.parse(message), function (answer) { window.postMessage(answer, "*"); });
          }
        };
    """,
}

_ACKNOWLEDGE: Final = """
    function acknowledge(message, answer) {
      if (!SILENT && message.type !== "ack") {
        setTimeout(function () { answer(JSON.stringify({ reward: 1, type: "ack", id: message.id })); }, 0);
      }
    }
"""
"""What a host that isn't silent says to every message, but not to what acknowledges its own."""


def script(bridge: Bridge, *, is_silent: bool = False) -> str:
    """The script that runs before the page's own; empty where there is no bridge. A silent one listens only."""
    body = _SCRIPTS.get(bridge, "")
    if not body:
        return ""
    given = ", ".join(json.dumps(value) for value in (NAME, CALL, is_silent))
    return f"(function (NAME, CALL, SILENT) {{ {_ACKNOWLEDGE} {body} }})({given});"


def asks_to_open(message: str) -> str:
    """The address that a page asks its host to open; empty where it says something else."""
    try:
        said = json.loads(message)
    except ValueError:
        return ""
    return str(said.get("url", "")) if isinstance(said, dict) and said.get("type") == "open-outside" else ""
