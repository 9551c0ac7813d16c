"""The reward's page in a real browser engine, with an app's side of the contract around it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.webview.on_a_phone import ANDROID_VIEW, Phone

POSTS_TEXT = "postMessage: function (text) { tell(JSON.parse(text)); }"
CHANNELS = {
    "android": "window.reward = { onmessage: null, " + POSTS_TEXT + " };"
    "answer = function (word) { window.reward.onmessage({ data: JSON.stringify(word) }); };",
    "flutter": "window.reward = { " + POSTS_TEXT + " };",
    "ios": "window.webkit = { messageHandlers: { reward: { postMessage: tell } } };",
    "ios-with-reply": "window.webkit = { messageHandlers: { reward: { postMessage: function (word) {"
    " window.heard(word); return Promise.resolve({ reward: 1, type: 'ack', id: word.id }); } } } };",
    "react-native": "window.ReactNativeWebView = { " + POSTS_TEXT + " };",
}
"""An app's side by platform; the rest of it is the same everywhere."""

_AROUND = """(function () {
  var answer = function (word) { window.postMessage(word, "*"); };
  window.command = function (word) { answer(word); };
  function tell(word) {
    window.heard(word);
    if (ANSWERS && word.type !== "ack") {
      setTimeout(function () { answer({ reward: 1, type: "ack", id: word.id }); }, 0);
    }
  }
  CHANNEL
})();"""


@dataclass
class InApp:
    """The page in a view, and all that it told the app."""

    phone: Phone
    page: Page
    heard: list[dict[str, Any]] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    """Addresses that the view loaded: an app sees these too."""

    @property
    def main(self) -> Any:
        return self.page.locator("main")

    def hears(self, word: dict[str, Any]) -> None:
        self.heard.append(word)

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [word for word in self.heard if word["type"] == kind]

    def commands(self, **word: Any) -> None:
        """What the app says to the page; returns once the page has acknowledged it."""
        before = len(self.told("ack"))
        self.page.evaluate("word => window.command(word)", {"reward": 1, "id": 900 + before, **word})
        self.waits_for("ack", before + 1)

    def waits_for(self, kind: str, count: int = 1) -> None:
        for _ in range(400):
            if len(self.told(kind)) >= count:
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"not told {kind} {count} times: {self.heard}")

    def hands_over(self) -> tuple[str, str]:
        """Presses the button and opens the browser; gives the number and the path for the browser."""
        self.page.locator("[data-act=sign-in]").click()
        expect(self.main).to_have_attribute("data-state", "waiting")
        number = self.page.locator("[data-number]").text_content() or ""
        link = self.page.locator("[data-act=open-outside]")
        address = link.get_attribute("href") or ""
        link.click()
        self.waits_for("open-outside")
        return number, "/h/" + address.rsplit("/", 1)[1]


@contextmanager
def opened_in_app(
    browser: Browser, phone: Phone, url: str, channel: str = "android", *, answers: bool = True, **context: Any
) -> Iterator[InApp]:
    """The phone's reward in a view whose app talks by this channel."""
    opened = browser.new_context(user_agent=ANDROID_VIEW, locale="en", **context)
    try:
        view = InApp(phone, opened.new_page())
        script = _AROUND.replace("CHANNEL", CHANNELS[channel]).replace("ANSWERS", json.dumps(answers))
        opened.expose_function("heard", view.hears)
        opened.add_init_script(script)
        view.page.on("framenavigated", lambda frame: view.loads.append(frame.url))
        view.page.goto(url + phone.link)
        yield view
    finally:
        opened.close()
