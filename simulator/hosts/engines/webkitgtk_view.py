"""The view of an app with WebKitGTK, and what can be done with it; imported where there is a screen already.

Run by the system's Python, and knows nothing of the project.
"""

from __future__ import annotations

import base64
import ctypes
import json
import sys
import tempfile
import threading
from typing import Any, TextIO

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402 - the versions come first

VERSION = f"WebKitGTK {WebKit2.get_major_version()}.{WebKit2.get_minor_version()}"


class Mouse:
    """The mouse of the screen: its presses come from the X server, as those of a hand do."""

    def __init__(self) -> None:
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))

    def press(self, x: int, y: int) -> None:
        """Move there, and press and release the first button."""
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        for is_down in (1, 0):
            self._test.XTestFakeButtonEvent(self._display, 1, is_down, 0)
        self._x.XFlush(self._display)


class View:
    """The window with the view, and what can be done with it."""

    def __init__(self, wanted: dict[str, Any], out: TextIO) -> None:
        self._out = out
        self._window = Gtk.Window(type=Gtk.WindowType.POPUP)
        self._window.set_default_size(wanted["width"], wanted["height"])
        self._view = WebKit2.WebView.new_with_context(WebKit2.WebContext.new_ephemeral())
        self._view.get_context().set_preferred_languages([wanted["language"]])
        settings = self._view.get_settings()
        settings.set_user_agent(wanted["user_agent"])
        settings.set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
        manager = self._view.get_user_content_manager()
        if wanted["bridge"]:
            manager.connect(f"script-message-with-reply-received::{wanted['bridge']}", self._hear)
            manager.register_script_message_handler_with_reply(wanted["bridge"], None)
        self._view.connect("create", self._new_window)
        self._view.connect("load-changed", self._load_changed)
        self._view.connect("load-failed", self._load_failed)
        self._view.connect("web-process-terminated", lambda *_: self.tell(event="crashed"))
        self._window.add(self._view)
        self._mouse = Mouse()
        self._window.show_all()
        self._window.move(0, 0)
        self._view.grab_focus()

    def tell(self, **said: Any) -> None:
        """One line to whoever drives this."""
        print(json.dumps(said), file=self._out, flush=True)

    def do(self, asked: dict[str, Any]) -> bool:
        try:
            getattr(self, "do_" + asked["do"])(asked)
        except Exception as failure:  # noqa: BLE001 - whoever asked is told
            self.tell(id=asked["id"], error=str(failure))
        return False

    def do_load(self, asked: dict[str, Any]) -> None:
        self._view.load_uri(asked["url"])
        self.tell(id=asked["id"], value=None)

    def do_evaluate(self, asked: dict[str, Any]) -> None:
        body = f"return JSON.stringify(({asked['function']})({json.dumps(asked['arg'])}));"

        def done(view: Any, result: Any) -> None:
            try:
                value = view.call_async_javascript_function_finish(result)
            except GLib.Error as failure:
                self.tell(id=asked["id"], error=failure.message)
                return
            self.tell(id=asked["id"], value=None if value.is_undefined() else json.loads(value.to_string()))

        self._view.call_async_javascript_function(body, -1, None, None, None, None, done)

    def do_press(self, asked: dict[str, Any]) -> None:
        """A press of the mouse that the X server makes, at a place of the page; the window is at 0, 0."""
        self._mouse.press(asked["x"], asked["y"])
        self.tell(id=asked["id"], value=None)

    def do_snapshot(self, asked: dict[str, Any]) -> None:
        def done(view: Any, result: Any) -> None:
            with tempfile.NamedTemporaryFile(suffix=".png") as file:
                view.get_snapshot_finish(result).write_to_png(file.name)
                self.tell(id=asked["id"], value=base64.b64encode(file.read()).decode())

        region, options = WebKit2.SnapshotRegion.VISIBLE, WebKit2.SnapshotOptions.NONE
        self._view.get_snapshot(region, options, None, done)

    def do_close(self, asked: dict[str, Any]) -> None:
        self.tell(id=asked["id"], value=None)
        Gtk.main_quit()

    def _hear(self, _manager: Any, value: Any, reply: Any) -> bool:
        """The page says something: pass it on, and acknowledge it as the contract has it."""
        text = value.to_json(0)
        self.tell(event="bridge", message=text)
        said = json.loads(text)
        if isinstance(said, dict) and said.get("type") == "ack":
            reply.return_value(type(value).new_undefined(value.get_context()))
        else:
            answer = {"reward": 1, "type": "ack", "id": said.get("id") if isinstance(said, dict) else None}
            reply.return_value(type(value).new_from_json(value.get_context(), json.dumps(answer)))
        return True

    def _new_window(self, _view: Any, action: Any) -> None:
        """A window that the page asks for: the app opens it in the phone's browser, and shows none itself."""
        self.tell(event="opens", url=action.get_request().get_uri())

    def _load_changed(self, view: Any, change: Any) -> None:
        if change == WebKit2.LoadEvent.FINISHED:
            self.tell(event="loaded", url=view.get_uri())

    def _load_failed(self, _view: Any, _change: Any, url: str, failure: Any) -> bool:
        self.tell(event="failed", url=url, message=failure.message)
        return False


def run(wanted: dict[str, Any], out: TextIO) -> None:
    """Show the view until stdin ends."""
    view = View(wanted, out)

    def listen() -> None:
        for line in sys.stdin:
            GLib.idle_add(view.do, json.loads(line))
        GLib.idle_add(Gtk.main_quit)

    threading.Thread(target=listen, daemon=True).start()
    view.tell(event="started", engine=VERSION)
    Gtk.main()
