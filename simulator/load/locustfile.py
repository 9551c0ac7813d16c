"""The people of a load as Locust users; Locust itself reads this file, in processes of its own.

The process that was started with a plan has it from a file; a worker on another machine asks its master for it.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import gevent
import gevent.event
from locust import LoadTestShape, events, task
from locust.contrib.fasthttp import FastHttpSession, FastHttpUser
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import MasterRunner, WorkerRunner

from simulator.load.life import Life
from simulator.load.outcome import Outcome
from simulator.load.plan import Plan, from_json
from simulator.visitors.sending import FollowingSender, Heard, NotHeard, Request, place
from simulator.visitors.way import headers_of

PLAN_FILE: Final = "SIMULATOR_LOAD_PLAN"
OUTCOME: Final = Outcome()
TOTAL: Final = Outcome()
"""Of every process, in the one that leads."""
PLAN_IS_THERE: Final = gevent.event.Event()
PLAN_SECONDS: Final = 30.0
TELL_EVERY: Final = 5.0


class Known:
    """What this process knows: its plan, and how many people it has had."""

    plan: Plan | None = None
    people = 0
    told_at = 0.0


class LocustSender(FollowingSender):
    """A sender whose requests Locust counts, each hop for itself and without the secrets of its address."""

    def __init__(self, client: FastHttpSession, headers: Mapping[str, str]) -> None:
        self._client = client
        self._headers = dict(headers)

    def _once(self, step: str, request: Request) -> Heard:
        typed = {"content-type": "application/x-www-form-urlencoded"} if request.form is not None else {}
        with self._client.request(
            request.method,
            request.url,
            name=step,
            data=urlencode(request.form) if request.form is not None else None,
            json=request.json,
            headers={**self._headers, **request.headers, **typed},
            allow_redirects=False,
            catch_response=True,
        ) as heard:
            if heard.status_code == 0:
                heard.failure(f"not heard: {type(heard.error).__name__}")
                raise NotHeard(f"{place(request.url)}: {type(heard.error).__name__}")
            heard.success()  # what it says is judged by the person, not by its status
            text = "" if request.method == "HEAD" else heard.text or ""
            return Heard(heard.status_code, text, (heard.headers or {}).get("location", ""))


class PersonOfTheLoad(FastHttpUser):
    """One person, who comes once."""

    host = "http://in.the.plan"
    connection_timeout = 30.0
    network_timeout = 30.0

    @task
    def come(self) -> None:
        """Live, and then stay away: Locust would send somebody else in the place of one who stopped."""
        plan = _plan()
        number = _next_number(self.environment, plan)
        sender = LocustSender(
            self.client, headers_of(plan.shape.persona_of(number, plan.seed).numbered(number), number)
        )
        trouble = Life(plan, number, sender, OUTCOME, gevent.sleep).live()
        if trouble is not None:
            self.environment.events.request.fire(
                request_type="CHECK",
                name=getattr(trouble, "step", "no answer"),
                response_time=0,
                response_length=0,
                exception=trouble,
                context={},
            )
        self.client.client.close()
        gevent.event.Event().wait()


class Arrivals(LoadTestShape):
    """As many people as have come by now; ends when the last has finished, or time is up."""

    def tick(self) -> tuple[int, float] | None:
        """How many have come, and how many come in a second at most."""
        plan, passed = _plan(), self.get_run_time()  # type: ignore[no-untyped-call]
        finished = TOTAL.counts["finished"] + OUTCOME.counts["finished"]
        if finished >= plan.people or passed > plan.gives_up_after:
            return None
        come = round(plan.people * plan.shape.come_by(min(1.0, passed / plan.seconds)))
        if passed - Known.told_at >= TELL_EVERY:
            Known.told_at = passed
            wrong = TOTAL.counts["wrong"] + OUTCOME.counts["wrong"]
            sys.stderr.write(f"{passed:.0f} s: {come} of {plan.people} have come, {finished} finished, {wrong} wrong\n")
        return max(1, min(plan.people, come)), max(1.0, plan.people / 2)


@events.init.add_listener  # type: ignore[untyped-decorator]
def _get_plan(environment: Environment, **_: Any) -> None:
    runner = environment.runner
    path = os.environ.get(PLAN_FILE, "")
    if path:
        _take_plan(json.loads(Path(path).read_text(encoding="utf-8")))
    if isinstance(runner, MasterRunner):
        runner.register_message("plan-wanted", _hand_plan)
    if isinstance(runner, WorkerRunner) and not path:
        runner.register_message("plan", _plan_came)
        gevent.spawn(_ask_for_plan, runner)


@events.report_to_master.add_listener  # type: ignore[untyped-decorator]
def _report(data: dict[str, Any], **_: Any) -> None:
    data["people"] = OUTCOME.hand_over()


@events.worker_report.add_listener  # type: ignore[untyped-decorator]
def _hear(data: dict[str, Any], **_: Any) -> None:
    TOTAL.add(data["people"])


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def _write_results(environment: Environment, **_: Any) -> None:
    if Known.plan is None or not Known.plan.results or isinstance(environment.runner, WorkerRunner):
        return
    TOTAL.add(OUTCOME.hand_over())
    told = {
        "counts": dict(TOTAL.counts),
        "wrong": TOTAL.wrong,
        "requests": [
            {
                "step": entry.name,
                "method": entry.method,
                "requests": entry.num_requests,
                "failures": entry.num_failures,
                "p50": entry.get_response_time_percentile(0.5),
                "p95": entry.get_response_time_percentile(0.95),
                "p99": entry.get_response_time_percentile(0.99),
                "perSecond": round(entry.total_rps, 2),
            }
            for entry in environment.stats.entries.values()
            if entry.method != "CHECK"
        ],
    }
    Path(Known.plan.results).write_text(json.dumps(told), encoding="utf-8")
    environment.process_exit_code = 0  # whether it went well is judged by who reads the results


def _ask_for_plan(runner: WorkerRunner) -> None:
    while not PLAN_IS_THERE.wait(1.0):
        runner.send_message("plan-wanted")


def _hand_plan(environment: Environment, msg: Message, **_: Any) -> None:
    if isinstance(environment.runner, MasterRunner):
        environment.runner.send_message("plan", {**_plan().as_json(), "results": ""}, client_id=msg.node_id)


def _plan_came(msg: Message, **_: Any) -> None:
    _take_plan(msg.data)


def _take_plan(told: dict[str, Any]) -> None:
    Known.plan = from_json(told)
    PLAN_IS_THERE.set()


def _plan() -> Plan:
    if not PLAN_IS_THERE.wait(PLAN_SECONDS) or Known.plan is None:
        raise SystemExit("no plan: start this through `simulator load`, or as a worker of such a master")
    return Known.plan


def _next_number(environment: Environment, plan: Plan) -> int:
    """No number is given twice, in whichever process; where processes get unequal shares, some are left out."""
    runner, mine = environment.runner, Known.people
    Known.people += 1
    return mine * plan.workers + (runner.worker_index if isinstance(runner, WorkerRunner) else 0)
