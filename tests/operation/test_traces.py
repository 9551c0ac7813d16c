"""Traces: a span for the request, its transactions and its calls to Amazon, with the request id and nothing secret."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from redeem_app.adapters.migrations import migrate
from redeem_app.adapters.traces import Traces
from redeem_app.app import create_app
from redeem_app.domain.ids import AccountId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.settings import read_settings
from redeem_app.settings_reader import WrongSetting
from redeem_app.tracing import Tracing
from redeem_app.wiring import build
from tests.service_under_test import PretendDelivery

REQUEST_ID = "request-from-the-proxy"
FORGED = "0123456789abcdef-forged"


def settings_for(database_url: str, **more: str) -> dict[str, str]:
    return {"REDEEM_MODE": "sandbox", "REDEEM_DATABASE_URL": database_url, **more}


@dataclass
class Collected:
    """A service with its spans kept in memory."""

    database_url: str
    delivery: PretendDelivery = field(default_factory=PretendDelivery)

    def __post_init__(self) -> None:
        self.kept = InMemorySpanExporter()
        self.traces = Traces(SimpleSpanProcessor(self.kept))
        settings = read_settings(settings_for(self.database_url))
        self.service = build(settings, {"load-balance": self.delivery}, Tracing(settings, self.traces))
        migrate(self.service.database)
        self.client = create_app(service=self.service).test_client()

    @property
    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.kept.get_finished_spans()}


@pytest.fixture
def collected(database_url: str) -> Iterator[Collected]:
    collected = Collected(database_url)
    yield collected
    collected.traces.close()
    collected.service.database.close()


def deliver(collected: Collected) -> None:
    way = collected.service.settling.ways.by_name["load-balance"]
    way.deliver(DeliveryRequest("r1", AccountId("amzn1.account.ann"), Money(2750, "USD")))


def test_a_request_and_its_transaction_are_spans_with_the_request_id(collected: Collected) -> None:
    collected.client.post("/GetReward", headers={"X-Request-Id": REQUEST_ID, "x-api-key": "some-key"}, json={})

    request, transaction = collected.spans["POST get_reward"], collected.spans["database read"]
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/GetReward",
        "http.response.status_code": 403,
        "redeem.request_id": REQUEST_ID,
    }
    assert transaction.parent is not None
    assert transaction.parent.span_id == request.context.span_id
    assert dict(transaction.attributes or {})["redeem.request_id"] == REQUEST_ID
    assert dict(transaction.attributes or {})["db.system.name"] == collected.service.database.dialect


def test_a_refused_link_is_told_by_its_route_and_reason(collected: Collected) -> None:
    collected.client.get(f"/r/{FORGED}?country=US", headers={"Cookie": "visit=secret-cookie"})

    attributes = dict(collected.spans["GET open_link"].attributes or {})
    assert attributes["http.route"] == "/r/<token>"
    assert attributes["redeem.refused"] == "link-invalid"
    told = "".join(span.to_json() for span in collected.kept.get_finished_spans())
    assert FORGED not in told
    assert "secret-cookie" not in told


def test_a_call_to_amazon_is_a_span_with_its_outcome_and_without_the_account(collected: Collected) -> None:
    deliver(collected)
    went_well = collected.spans["amazon load-balance"]
    collected.kept.clear()

    def refuse(_: DeliveryRequest) -> None:
        raise DeliveryFailed(DeliveryProblem.FUNDS_LOW, settled=True, detail="a detail for operators")

    collected.delivery.answers.append(refuse)  # type: ignore[arg-type]
    with pytest.raises(DeliveryFailed):
        deliver(collected)

    failed = collected.spans["amazon load-balance"]
    assert dict(went_well.attributes or {})["redeem.outcome"] == "ok"
    assert dict(failed.attributes or {})["redeem.outcome"] == "funds-low"
    assert not failed.status.is_ok
    assert "amzn1" not in went_well.to_json() + failed.to_json()
    assert "detail for operators" not in failed.to_json()


def test_what_is_done_without_a_request_makes_no_spans_of_the_database(collected: Collected) -> None:
    collected.service.expiring.expire()

    assert collected.kept.get_finished_spans() == ()


class _Receiver(http.server.BaseHTTPRequestHandler):
    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        self.received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    received: list[tuple[str, bytes]] = []
    receiver = type("Receiver", (_Receiver,), {"received": received})
    server = http.server.HTTPServer(("127.0.0.1", 0), receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_collector_receives_the_traces_by_otlp(
    database_url: str, collector: tuple[str, list[tuple[str, bytes]]]
) -> None:
    address, received = collector
    settings = read_settings(settings_for(database_url, REDEEM_TRACES_URL=address))
    tracing = Tracing(settings)
    service = build(settings, tracing=tracing)
    create_app(service=service).test_client().get("/healthz", headers={"X-Request-Id": REQUEST_ID})
    assert tracing.traces is not None

    tracing.traces.close()
    service.database.close()

    [(path, body)] = received
    sent = ExportTraceServiceRequest.FromString(body)
    names = [span.name for part in sent.resource_spans for scope in part.scope_spans for span in scope.spans]
    assert (path, names) == ("/v1/traces", ["GET healthz"])
    assert REQUEST_ID.encode() in body
    assert b"redeem-app" in body


def test_no_share_no_spans(database_url: str, collector: tuple[str, list[tuple[str, bytes]]]) -> None:
    address, received = collector
    settings = read_settings(settings_for(database_url, REDEEM_TRACES_URL=address, REDEEM_TRACES_SHARE="0"))
    tracing = Tracing(settings)
    service = build(settings, tracing=tracing)
    create_app(service=service).test_client().get("/healthz")
    assert tracing.traces is not None

    tracing.traces.close()
    service.database.close()

    assert received == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"REDEEM_TRACES_URL": "collector:4318"}, "address of a collector"),
        ({"REDEEM_TRACES_URL": "http://collector:4318", "REDEEM_TRACES_SHARE": "2"}, "between 0 and 1"),
    ],
)
def test_a_wrong_address_or_share_stops_the_start(more: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongSetting, match=sentence):
        read_settings(settings_for("sqlite:///x", **more))


WITHOUT_THE_EXTRA = """
import sys
sys.modules["opentelemetry"] = None  # as if it were not installed
from redeem_app.settings import read_settings
from redeem_app.settings_reader import WrongSetting
from redeem_app.wiring import build
build(read_settings({"REDEEM_MODE": "sandbox"}))
print("runs without")
try:
    read_settings({"REDEEM_MODE": "sandbox", "REDEEM_TRACES_URL": "http://127.0.0.1:4318"})
except WrongSetting as wrong:
    print(wrong)
"""


def test_without_the_extra_everything_else_runs_and_the_setting_says_what_to_install() -> None:
    told = subprocess.run([sys.executable, "-c", WITHOUT_THE_EXTRA], capture_output=True, text=True, check=False)

    assert told.stdout.startswith("runs without\n"), told.stderr
    assert "pip install 'redeem-app[traces]'" in told.stdout
