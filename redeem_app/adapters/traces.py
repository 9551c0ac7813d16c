"""OpenTelemetry traces, for those who installed the extra `traces` and named a collector.

A span is a request, a transaction, or a call to Amazon. Its name and attributes are words of ours: routes, reasons,
outcomes and the request id; never a path, a token, a code, an account or a statement's values. Nothing of a trace is
taken from visitors, and nothing is passed on to Amazon but the request id.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

from redeem_app.adapters.database import Connection, Database
from redeem_app.adapters.request_id import request_id
from redeem_app.domain.ports import (
    Account,
    AmazonSignIn,
    Delivered,
    DeliveryFailed,
    DeliveryRequest,
    GiftDelivery,
    SignInFailed,
    SignInProblem,
)

T = TypeVar("T")

_PATH: Final = "/v1/traces"


class Traces:
    """Makes spans; `web.tracing.RequestSpans` for the web layer."""

    def __init__(self, processor: SpanProcessor, share: float = 1.0) -> None:
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "redeem-app"}), sampler=ParentBasedTraceIdRatio(share)
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("redeem_app")

    def begin(self, name: str, route: str, method: str) -> Callable[[int, str], None]:
        """Begin the span of a request; what is returned ends it, with the answer's status and the refusal if any."""
        attributes = {"http.request.method": method, "http.route": route, "redeem.request_id": request_id.get()}
        span = self._tracer.start_span(name, context.Context(), trace.SpanKind.SERVER, attributes)
        token = context.attach(trace.set_span_in_context(span))

        def end(status: int, refused: str) -> None:
            span.set_attribute("http.response.status_code", status)
            if refused:
                span.set_attribute("redeem.refused", refused)
            if status >= 500:  # noqa: PLR2004 - a fault of ours
                span.set_status(trace.StatusCode.ERROR)
            context.detach(token)
            span.end()

        return end

    @contextmanager
    def inner(self, name: str, kind: trace.SpanKind, **attributes: str) -> Iterator[trace.Span]:
        """A span of something that is done for a request, or by the sweeper."""
        told = {key.replace("__", "."): value for key, value in attributes.items()}
        if current := request_id.get():
            told["redeem.request_id"] = current
        # An exception's own text may hold more than a span should; its owner says what matters.
        with self._tracer.start_as_current_span(
            name, kind=kind, attributes=told, record_exception=False, set_status_on_exception=False
        ) as span:
            yield span

    def flush(self) -> None:
        """Send what is held back."""
        self._provider.force_flush()

    def close(self) -> None:
        """Send what is held back, and end."""
        self._provider.shutdown()


def traces_to(url: str, share: float) -> Traces:
    """Traces that go to the collector at the URL, by OTLP over HTTP, in batches and behind the visitors' backs."""
    endpoint = url if url.endswith(_PATH) else url.rstrip("/") + _PATH
    return Traces(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, timeout=5)), share)


class TracedDatabase:
    """Database whose transactions are spans of the request that they are made for; others make none."""

    def __init__(self, inner: Database, traces: Traces) -> None:
        self.dialect, self.faults = inner.dialect, inner.faults
        self._inner = inner
        self._traces = traces

    def read(self, work: Callable[[Connection], T]) -> T:
        return self._traced("database read", self._inner.read, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        return self._traced("database write", self._inner.write, work)

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        return self._traced("database write", self._inner.write_alone, work)

    def close(self) -> None:
        self._inner.close()

    def _traced(self, name: str, run: Callable[[Callable[[Connection], T]], T], work: Callable[[Connection], T]) -> T:
        if not trace.get_current_span().is_recording():
            return run(work)
        attempts = 0

        def counted(connection: Connection) -> T:
            nonlocal attempts
            attempts += 1
            return work(connection)

        with self._traces.inner(name, trace.SpanKind.CLIENT, db__system__name=self.dialect) as span:
            try:
                return run(counted)
            finally:
                span.set_attribute("redeem.attempts", attempts)


class TracedDelivery:
    """GiftDelivery whose calls to Amazon are spans."""

    def __init__(self, inner: GiftDelivery, traces: Traces) -> None:
        self.name = inner.name
        self._inner = inner
        self._traces = traces

    def deliver(self, request: DeliveryRequest) -> Delivered:
        with self._traces.inner(f"amazon {self.name}", trace.SpanKind.CLIENT) as span:
            try:
                delivered = self._inner.deliver(request)
            except DeliveryFailed as failed:
                _ended(span, str(failed.problem))
                raise
            _ended(span, "ok")
            return delivered


class TracedSignIn:
    """AmazonSignIn whose calls to Amazon are spans."""

    def __init__(self, inner: AmazonSignIn, traces: Traces) -> None:
        self._inner = inner
        self._traces = traces

    def address(self, *, state: str, code_verifier: str, language: str | None = None) -> str:
        return self._inner.address(state=state, code_verifier=code_verifier, language=language)

    def problem_of(self, error: str, description: str) -> SignInProblem:
        return self._inner.problem_of(error, description)

    def account(self, *, code: str, code_verifier: str) -> Account:
        with self._traces.inner("amazon sign-in", trace.SpanKind.CLIENT) as span:
            try:
                account = self._inner.account(code=code, code_verifier=code_verifier)
            except SignInFailed as failed:
                _ended(span, str(failed.problem))
                raise
            _ended(span, "ok")
            return account


def _ended(span: trace.Span, outcome: str) -> None:
    span.set_attribute("redeem.outcome", outcome)
    if outcome != "ok":
        span.set_status(trace.StatusCode.ERROR)
