"""The service process is ready when it says so, and is never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator import guard
from simulator.service import Service, ServiceFailed, ServiceSettings, free_port

STAND_IN = """
import http.server, json, os, sys, time
if sys.argv[1] != "serve":
    if sys.argv[1] == "fail":
        sys.exit("what was asked can't be done")
    print(json.dumps({"asked": sys.argv[1:], "mode": os.environ.get("REDEEM_MODE"), "mine": os.environ.get("MINE")}))
    sys.exit(0)
if os.environ.get("BROKEN"):
    sys.exit("a setting is wrong")
class Answer(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Answer.asked += 1
        self.send_response(200 if Answer.asked > 2 else 503)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Answer).serve_forever()
"""


def a_service(folder: Path, **variables: str) -> Service:
    """A service whose program answers `/readyz` with 503 twice, then with 200."""
    stand_in = folder / "stand_in.py"
    stand_in.write_text(STAND_IN, encoding="utf-8")
    return Service(ServiceSettings(folder, free_port(), variables, program=(sys.executable, str(stand_in))))


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(process: int) -> None:
    deadline = time.monotonic() + 10
    while is_alive(process):
        assert time.monotonic() < deadline
        os.sched_yield()


def test_is_ready_only_when_it_says_so(tmp_path: Path) -> None:
    service = a_service(tmp_path)

    service.start()

    assert service.is_running()
    service.stop()
    assert not service.is_running()


def test_a_start_that_fails_shows_the_last_words(tmp_path: Path) -> None:
    service = a_service(tmp_path, BROKEN="yes")

    with pytest.raises(ServiceFailed, match="a setting is wrong"):
        service.start()

    assert not service.is_running()


def test_can_be_killed_and_started_again(tmp_path: Path) -> None:
    service = a_service(tmp_path)
    service.start()

    service.kill()

    assert not service.is_running()
    service.start()
    assert service.is_running()
    service.stop()


def test_is_operated_with_its_own_settings_and_none_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", "secret")
    service = a_service(tmp_path, REDEEM_MODE="sandbox")

    answer = service.operate_json("campaign", "show")

    assert answer == {"asked": ["campaign", "show"], "mode": "sandbox", "mine": None}
    with pytest.raises(ServiceFailed, match=r"(?s)`redeem fail` ended with 1.*can't be done"):
        service.operate("fail")


def test_the_guard_ends_the_command_when_its_owner_is_killed() -> None:
    sleep = "import time; time.sleep(60)"
    child = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {sleep!r}]); {sleep}"
    owner = (
        "import subprocess, sys\n"
        f"g = subprocess.Popen([sys.executable, '-I', {guard.__file__!r}, sys.executable, '-c', {child!r}],\n"
        "    stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)\n"
        "print(g.stdout.readline().decode().strip(), flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    running = subprocess.Popen([sys.executable, "-c", owner], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    command = int(running.stdout.readline())
    assert is_alive(command)

    running.send_signal(signal.SIGKILL)

    running.wait()
    running.stdout.close()
    wait_until_gone(command)
