"""Who may use the control plane: programs on this machine. Web pages may not, in whatever browser they are open."""

from typing import Final

from flask import Request

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
_NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


def objection(request: Request) -> str | None:
    """Why this request is refused; None when it is not.

    The name in `Host` is checked too, since a foreign name can be made to lead to loopback, and anything a browser
    sends from another page carries `Origin`.
    """
    if request.remote_addr not in _LOOPBACK:
        return "the control plane answers callers on this machine only"
    name, _, port = request.host.rpartition(":")
    if (name if port.isdigit() else request.host) not in _NAMES:
        return "the control plane answers under a name of loopback only"
    if "Origin" in request.headers or request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        return "the control plane is not for web pages"
    if request.method == "POST" and request.mimetype != "application/json":
        return "the control plane takes application/json"
    return None
