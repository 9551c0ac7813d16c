"""The same acts on all three engines; and the whole way in the two real embedded ones, over their native bridges."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import flask
import pytest
from playwright.sync_api import Browser, Playwright

from simulator import browsers
from simulator import scenario as scenarios
from simulator.browsers import NoBrowser
from simulator.fake_amazon.server import Server
from simulator.hosts import profiles
from simulator.hosts.engines.embedded import EmbeddedEngine
from simulator.hosts.engines.engine import BRIDGE, OPENS, Engine, EngineFailed
from simulator.hosts.engines.packages import NEEDS, Machine, Needs, NoEngine, look_for
from simulator.hosts.engines.phone import wanted
from simulator.hosts.engines.simulated import SimulatedEngine
from simulator.hosts.engines.wire import HostProcess
from simulator.hosts.phone import Phone
from simulator.hosts.profiles import EngineName, Host
from simulator.journeys.journey import Theatre, play
from simulator.service import free_port

pytestmark = pytest.mark.browser

HOSTS = ("webview", "webkitgtk", "qt-webview")
SIZE = {"width": 390, "height": 844}
PAGE = """<!doctype html><meta name="viewport" content="width=device-width"><title>page</title>
<p style="height: 1500px"></p>
<button onclick="say()">say</button> <a href="/other" target="_blank">out</a>
<script>
  var answer = null;
  function hear(text) { answer = typeof text === "string" ? JSON.parse(text) : text; }
  function say() {
    var message = { reward: 1, type: "ready", id: 7 };
    var kit = window.webkit && webkit.messageHandlers && webkit.messageHandlers.reward;
    if (kit) {
      kit.postMessage(message).then(hear);
    } else {
      reward.onmessage = function (event) { hear(event.data); };
      reward.postMessage(JSON.stringify(message));
    }
  }
</script>"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    app = flask.Flask(__name__)

    @app.get("/page")
    def page() -> str:
        return PAGE

    @app.get("/seen")
    def seen() -> str:
        return f"<!doctype html><title>seen</title><pre>{json.dumps(dict(flask.request.headers))}</pre>"

    server = Server(app, "127.0.0.1", 0, None)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = browsers.find(playwright).launch(playwright.chromium)
    yield started
    started.close()


@pytest.fixture(scope="module", params=HOSTS)
def engine(request: pytest.FixtureRequest, playwright: Playwright, browser: Browser) -> Iterator[Engine]:
    host = profiles.host(request.param)
    started = _started(host, playwright, browser)
    yield started
    started.close()


def _started(host: Host, playwright: Playwright, browser: Browser) -> Engine:
    if host.engine:
        return EmbeddedEngine(host.engine, wanted(host, host.engine, SIZE, "de-DE"))
    return SimulatedEngine(Phone(playwright, browser, profiles.device("pixel"), host, "de-DE"))


def test_a_press_reaches_the_page_and_the_app_answers_over_its_bridge(engine: Engine, site: str) -> None:
    engine.load(f"{site}/page")

    engine.click("button")
    heard = json.loads(engine.wait_event(BRIDGE).text)
    engine.evaluate("() => 1")

    assert heard == {"reward": 1, "type": "ready", "id": 7}
    assert _at_last(engine, "() => answer") == {"reward": 1, "type": "ack", "id": 7}


def test_a_new_window_is_the_apps_to_open(engine: Engine, site: str) -> None:
    engine.load(f"{site}/page")
    engine.events()

    engine.click("a")

    assert engine.wait_event(OPENS).text == f"{site}/other"
    assert engine.evaluate("() => location.pathname") == "/page"


def test_the_view_says_that_it_is_one_and_which_language_the_phone_speaks(engine: Engine, site: str) -> None:
    engine.load(f"{site}/seen")

    seen = json.loads(engine.evaluate("() => document.querySelector('pre').textContent"))

    assert "; wv)" in seen["User-Agent"] or seen["User-Agent"].endswith("Mobile/15E148")
    assert seen["Accept-Language"].lower().startswith("de-de")


def test_a_snapshot_is_a_picture_of_the_view(engine: Engine, site: str) -> None:
    engine.load(f"{site}/page")

    assert engine.snapshot().startswith(b"\x89PNG")


def test_what_is_not_there_or_fails_is_told(engine: Engine, site: str) -> None:
    engine.load(f"{site}/page")

    with pytest.raises(EngineFailed, match="nowhere"):
        engine.evaluate("() => nowhere.to.be.found")
    with pytest.raises(EngineFailed):
        engine.load(f"http://127.0.0.1:{free_port()}/")


def _at_last(engine: Engine, function: str) -> object:
    for _ in range(200):
        found = engine.evaluate(function)
        if found:
            return found
    raise EngineFailed(f"{function} never gave anything")


# The whole way


@pytest.fixture(scope="module")
def theatre(playwright: Playwright, browser: Browser) -> Theatre:
    return Theatre(playwright, browser)


@pytest.mark.parametrize(("name", "host"), [("back-in-the-app", "webkitgtk"), ("back-in-the-app", "qt-webview")])
def test_the_whole_way_in_a_real_embedded_engine(name: str, host: str, theatre: Theatre) -> None:
    asked: list[str] = []
    theatre = Theatre(theatre.playwright, theatre.browser, last_look=lambda stage: asked.extend(stage.heard()))

    film = play(scenarios.chosen([name])[0], theatre, profiles.device("iphone"), profiles.host(host), seed=1)

    assert film.went_well, f"{film.trouble}\nAgain: {film.again}"
    assert [line for line, _ in film.ledger if line.endswith("at Amazon")] == ["LoadAmazonBalance at Amazon"]
    assert "open-outside" in {json.loads(said)["type"] for said in asked}


# Where an engine is missing


def test_a_host_script_that_does_not_start_is_told_with_its_last_words() -> None:
    with pytest.raises(EngineFailed, match="no view today"):
        HostProcess([sys.executable, "-c", "raise SystemExit('no view today')"], {})


def test_a_run_without_the_engine_ends_as_one_without_a_browser() -> None:
    assert issubclass(NoEngine, NoBrowser)


@dataclass
class PretendMachine:
    """A machine where a program starts after so many installations."""

    starts_after: int | None
    ran: list[tuple[str, ...]] = field(default_factory=list)

    def machine(self, *, may_install: bool = True) -> Machine:
        return Machine(self._starts, self._run, may_install)

    def _starts(self, _needs: Needs) -> bool:
        return self.starts_after is not None and len(self.ran) >= self.starts_after

    def _run(self, command: object) -> bool:
        assert isinstance(command, tuple)
        self.ran.append(command)
        return True


@pytest.mark.parametrize("engine_name", list(EngineName))
def test_an_engine_that_is_there_installs_nothing(engine_name: EngineName) -> None:
    pretend = PretendMachine(starts_after=0)

    look_for(NEEDS[engine_name], pretend.machine())

    assert pretend.ran == []


def test_a_missing_engine_is_installed_with_one_update() -> None:
    pretend = PretendMachine(starts_after=2)

    look_for(NEEDS[EngineName.WEBKITGTK], pretend.machine())

    assert ["update" in command for command in pretend.ran] == [True, False]
    assert "gir1.2-webkit2-4.1" in pretend.ran[1]


@pytest.mark.parametrize("may_install", [True, False])
def test_an_engine_that_can_not_be_had_is_told_with_the_command(may_install: bool) -> None:  # noqa: FBT001 - a table
    pretend = PretendMachine(starts_after=None)

    with pytest.raises(NoEngine, match=r"apt-get install .*libegl1"):
        look_for(NEEDS[EngineName.QT], pretend.machine(may_install=may_install))

    assert bool(pretend.ran) is may_install
