"""A collector of traces for a test: takes spans over OTLP's gRPC, and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceServicer, add_TraceServiceServicer_to_server

from chassis.ids import Id
from embedded.ports import LOOPBACK


@dataclass(frozen=True)
class CollectedSpan:
    """A span as it was exported."""

    service: str  # "cairn-gateway"
    name: str
    trace_id: Id
    span_id: bytes
    parent: bytes  # empty: a root
    links: tuple[Id, ...] = ()  # the traces that it points to
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Collector(TraceServiceServicer):
    """What was exported so far."""

    endpoint: str = ""
    spans: list[CollectedSpan] = field(default_factory=list)

    def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:
        """Takes spans."""
        for resource in request.resource_spans:
            (service,) = [a.value.string_value for a in resource.resource.attributes if a.key == "service.name"]
            for scope in resource.scope_spans:
                for span in scope.spans:
                    links = tuple(link.trace_id for link in span.links)
                    attributes = {attribute.key: attribute.value.string_value for attribute in span.attributes}
                    self.spans.append(
                        CollectedSpan(service, span.name, span.trace_id, span.span_id, span.parent_span_id, links, attributes)
                    )
        return ExportTraceServiceResponse()

    def trace(self, trace_id: Id) -> dict[str, CollectedSpan]:
        """The spans of a trace, by service and name."""
        return {f"{span.service.removeprefix('cairn-')}: {span.name}": span for span in self.spans if span.trace_id == trace_id}


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens while the context lasts."""
    collector = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    add: Callable[[Collector, grpc.Server], None] = add_TraceServiceServicer_to_server  # which has no types
    add(collector, server)
    collector.endpoint = f"http://{LOOPBACK}:{server.add_insecure_port(f'{LOOPBACK}:0')}"
    server.start()
    try:
        yield collector
    finally:
        server.stop(None)
