"""An app with a Qt view, which is Chromium inside a program of its own: the stand-in for an Android WebView.

Reads one JSON object a line on stdin, writes answers and events likewise on stdout (wire.py has the words), and ends
when stdin does. The bridge is an object with `postMessage(string)` and `onmessage`, as `addWebMessageListener` gives;
what is said before Qt's channel is up waits for it. Knows nothing of the project.
"""

import base64
import json
import os
import sys
import threading
from typing import Any, TextIO

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import (
    QWebEngineLoadingInfo,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineScript,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    qWebEngineChromiumVersion,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

_BRIDGE = """
(function () {
  var waiting = [], host = null;
  window[NAME] = {
    onmessage: null,
    postMessage: function (text) {
      if (host) { host.hear(String(text)); } else { waiting.push(String(text)); }
    }
  };
  function connect() {
    new QWebChannel(qt.webChannelTransport, function (channel) {
      host = channel.objects.host;
      host.said.connect(function (text) {
        if (window[NAME].onmessage) { window[NAME].onmessage({ data: text }); }
      });
      waiting.splice(0).forEach(function (text) { host.hear(text); });
    });
  }
  connect();
})();
"""


class App(QObject):
    """What is asked on stdin, handed over to Qt's thread; and the way back."""

    asked = Signal(str)
    ended = Signal()

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out

    def tell(self, **what: Any) -> None:
        """One line to whoever drives this."""
        print(json.dumps(what), file=self._out, flush=True)

    def listen(self) -> None:
        """Read stdin to its end; runs on a thread of its own."""
        for line in sys.stdin:
            self.asked.emit(line)
        self.ended.emit()


class Bridge(QObject):
    """What the page is heard by, and hears; all that the page can reach of the app."""

    said = Signal(str)

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app

    @Slot(str)
    def hear(self, text: str) -> None:
        """The page says something: pass it on, and acknowledge it as the contract has it."""
        self._app.tell(event="bridge", message=text)
        word = json.loads(text)
        if isinstance(word, dict) and word.get("type") != "ack":
            self.said.emit(json.dumps({"reward": 1, "type": "ack", "id": word.get("id")}))


class Headers(QWebEngineUrlRequestInterceptor):
    """Adds the headers of the app."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self._headers = headers

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802 - Qt's name
        """Called by Qt for each request."""
        for name, value in self._headers.items():
            info.setHttpHeader(QByteArray(name.encode()), QByteArray(value.encode()))


class View:
    """The window with the view, and what can be done with it."""

    def __init__(self, wanted: dict[str, Any], app: App) -> None:
        self._app = app
        self._view = QWebEngineView()
        self._profile = QWebEngineProfile()  # keeps nothing on disk
        self._profile.setHttpUserAgent(wanted["user_agent"])
        self._profile.setHttpAcceptLanguage(wanted["language"])
        self._headers = Headers(wanted["headers"])
        self._profile.setUrlRequestInterceptor(self._headers)
        self._page = QWebEnginePage(self._profile)
        self._page.newWindowRequested.connect(self._new_window)
        self._page.loadingChanged.connect(self._loaded)
        self._page.renderProcessTerminated.connect(lambda *_: app.tell(event="crashed"))
        self._view.setPage(self._page)
        if wanted["bridge"]:
            self._offer_bridge(wanted["bridge"])
        self._view.resize(wanted["width"], wanted["height"])
        self._view.show()

    def close(self) -> None:
        """Let go in the order that Qt wants."""
        self._view.close()
        self._view.setPage(QWebEnginePage(self._view))
        self._page.deleteLater()
        QApplication.processEvents()

    def do(self, line: str) -> None:
        """What was asked."""
        asked = json.loads(line)
        try:
            getattr(self, "do_" + asked["do"])(asked)
        except Exception as failure:  # noqa: BLE001 - whoever asked is told
            self._app.tell(id=asked["id"], error=str(failure))

    def do_load(self, asked: dict[str, Any]) -> None:
        """Open an address; `loaded` or `failed` comes later."""
        self._page.load(asked["url"])
        self._app.tell(id=asked["id"], value=None)

    def do_evaluate(self, asked: dict[str, Any]) -> None:
        """Call a function in the page; only values without a promise."""
        call = f"(({asked['function']})({json.dumps(asked['arg'])}))"
        script = f"(function () {{ try {{ return JSON.stringify({{ value: {call} }}); }} catch (failure) {{"
        script += " return JSON.stringify({ error: String(failure) }); } })()"
        self._page.runJavaScript(script, 0, lambda told: self._answer(asked["id"], told))

    def do_press(self, asked: dict[str, Any]) -> None:
        """A press of the mouse, as Qt gets it from the window system, at a place of the page."""
        at = QPoint(asked["x"], asked["y"])
        inner = self._view.focusProxy() or self._view
        QTest.mouseMove(inner, at)
        QTest.mouseClick(inner, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        self._app.tell(id=asked["id"], value=None)

    def do_snapshot(self, asked: dict[str, Any]) -> None:
        """The view as a PNG."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._view.grab().save(buffer, "PNG")
        self._app.tell(id=asked["id"], value=base64.b64encode(bytes(buffer.data().data())).decode())

    def do_close(self, asked: dict[str, Any]) -> None:
        """The end."""
        self._app.tell(id=asked["id"], value=None)
        QApplication.quit()

    def _offer_bridge(self, name: str) -> None:
        self._channel = QWebChannel(self._page)
        self._bridge = Bridge(self._app)
        self._channel.registerObject("host", self._bridge)
        self._page.setWebChannel(self._channel)
        library = QFile(":/qtwebchannel/qwebchannel.js")
        library.open(QIODevice.OpenModeFlag.ReadOnly)
        script = QWebEngineScript()
        bridge = _BRIDGE.replace("[NAME]", f"[{json.dumps(name)}]")
        script.setSourceCode(str(library.readAll().data(), "utf-8") + bridge)
        script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
        script.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
        self._page.scripts().insert(script)

    def _answer(self, number: int, told: Any) -> None:
        result = json.loads(told) if told else {}
        if "error" in result:
            self._app.tell(id=number, error=result["error"])
        else:
            self._app.tell(id=number, value=result.get("value"))

    def _new_window(self, request: QWebEngineNewWindowRequest) -> None:
        """A window that the page asks for: the app opens it in the phone's browser, and shows none itself."""
        self._app.tell(event="opens", url=request.requestedUrl().toString())

    def _loaded(self, told: QWebEngineLoadingInfo) -> None:
        """A page has come or not; to Qt, one with a status of 400 and more has failed, but its own page is shown."""
        if told.status() is QWebEngineLoadingInfo.LoadStatus.LoadStartedStatus:
            return
        is_page = told.errorDomain() is QWebEngineLoadingInfo.ErrorDomain.HttpStatusCodeDomain
        went_well = is_page or told.status() is QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus
        self._app.tell(event="loaded" if went_well else "failed", url=told.url().toString())


def main() -> None:
    """Show the view until stdin ends."""
    if sys.argv[1] == "--check":
        return
    wanted = json.loads(sys.argv[1])
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever libraries print is no answer
    qt = QApplication(["simulator"])
    app = App(out)
    view = View(wanted, app)
    app.asked.connect(view.do)
    app.ended.connect(qt.quit)
    threading.Thread(target=app.listen, daemon=True).start()
    version = qWebEngineChromiumVersion()
    app.tell(event="started", engine=f"Qt WebEngine, Chromium {version!s}")
    qt.exec()
    view.close()
    out.flush()
    os._exit(0)  # Qt's own end may hang where nothing is shown


if __name__ == "__main__":
    main()
