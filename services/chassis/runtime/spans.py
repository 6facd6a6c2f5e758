"""Spans, made with OpenTelemetry's SDK. Loaded only where `tracing` is switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags, set_span_in_context

from chassis.ids import Id
from chassis.runtime.tracing import SpanPlace, of_event

if TYPE_CHECKING:
    from chassis.runtime.tracing import TracedEvent

_KINDS: Final = {"producer": SpanKind.PRODUCER, "consumer": SpanKind.CONSUMER}
_NANOSECONDS: Final = 1_000_000_000
_EXPORT_SECONDS: Final = 2
"""How long spans are tried to be sent off: a collector that is away must not keep a process from stopping."""


class _PlannedIds(RandomIdGenerator):
    """Random ids, but for the span that is made next, when its place is known beforehand."""

    def __init__(self) -> None:
        self.trace_id: Id | None = None
        self.span_id: bytes | None = None

    def generate_trace_id(self) -> int:
        planned, self.trace_id = self.trace_id, None
        return super().generate_trace_id() if planned is None else int.from_bytes(planned, "big")

    def generate_span_id(self) -> int:
        planned, self.span_id = self.span_id, None
        return super().generate_span_id() if planned is None else int.from_bytes(planned, "big")


class Spans:
    """Makes spans and sends them off. Used on one thread, the event loop's; the exporter has its own."""

    def __init__(self, endpoint: str, service: str) -> None:
        self._ids = _PlannedIds()
        self._provider = TracerProvider(ALWAYS_ON, Resource.create({"service.name": f"cairn-{service}"}), id_generator=self._ids)
        exporter = OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https://"), timeout=_EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("cairn")

    def flush(self) -> None:
        """Sends what has not been sent yet, now."""
        self._provider.force_flush()

    def close(self) -> None:
        """Sends what has not been sent yet, and makes no more."""
        self._provider.shutdown()

    def served(self, name: str, trace_id: Id, caller: SpanPlace | None) -> Span:
        """A request that is being answered."""
        parent = caller if caller is not None and caller.trace_id == trace_id else None
        links = [Link(_context(caller))] if caller is not None and parent is None else []
        return self._begun(name, trace_id, parent, SpanKind.SERVER, links=links)

    def appended(self, log: str, event: TracedEvent, request: SpanPlace | None) -> Span:
        """An event on its way into the log. Its place follows from its id."""
        parent = request if request is not None and request.trace_id == event.correlation_id else None
        self._ids.span_id = of_event(event.event_id, event.correlation_id).span_id
        span = self._begun(f"append {event.event_type.rpartition('.')[2]}", event.correlation_id, parent, SpanKind.PRODUCER)
        span.set_attributes({"cairn.log": log, "cairn.event_type": event.event_type, "cairn.event_id": event.event_id.hex()})
        if event.causation_id is not None:
            span.set_attribute("cairn.causation_id", event.causation_id.hex())
        return span

    def following(self, name: str, event: SpanPlace, began: float, kind: str) -> Span:
        """What was done with an event since `began`."""
        return self._begun(name, event.trace_id, event, _KINDS[kind], began=began)

    def ended(self, span: Span, failed: str = "") -> None:
        """The span ends, with what went wrong if something did."""
        if failed:
            span.set_status(StatusCode.ERROR, failed)
        span.end()

    def place(self, span: Span) -> SpanPlace:
        """Where a span stands."""
        context = span.get_span_context()
        return SpanPlace(context.trace_id.to_bytes(16, "big"), context.span_id.to_bytes(8, "big"))

    def _begun(
        self, name: str, trace_id: Id, parent: SpanPlace | None, kind: SpanKind, began: float = 0.0, links: list[Link] | None = None
    ) -> Span:
        self._ids.trace_id = trace_id if parent is None else None
        within = set_span_in_context(NonRecordingSpan(_context(parent) if parent is not None else _NOWHERE))
        return self._tracer.start_span(name, within, kind, links=links, start_time=int(began * _NANOSECONDS) or None)


def _context(place: SpanPlace) -> SpanContext:
    trace_id, span_id = int.from_bytes(place.trace_id, "big"), int.from_bytes(place.span_id, "big")
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))


_NOWHERE: Final = SpanContext(0, 0, is_remote=False)
