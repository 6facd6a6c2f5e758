"""Traces (OpenTelemetry), where CAIRN_OTLP_ENDPOINT says where they go; elsewhere every function here returns at once.

One request is one trace, through gateway, service, relay and consumers, and nothing of it is stored: a trace's id is the correlation id,
and the span of an event's append has the last 8 bytes of the event's id. So whoever has an event can tell what its spans hang from, and
the relay writes the header `traceparent` out of two columns. A caller who brings a trace and a correlation id of another one gets a link.

Every request is traced; to keep a part of the traces is the collector's business, which sees how they end.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from chassis.ids import Id

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from chassis.runtime.spans import Spans

HEADER: Final = "traceparent"
"""What carries a span to whoever it leads to (W3C trace context): in HTTP, in gRPC's metadata, in Kafka."""

_TRACEPARENT: Final = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")

_spans: Spans | None = None
_current: ContextVar[Span | None] = ContextVar("span", default=None)


class SpanPlace(NamedTuple):
    """Where a span stands, as a header says it."""

    trace_id: Id
    span_id: bytes  # 8 bytes

    def __str__(self) -> str:
        return f"00-{self.trace_id.hex()}-{self.span_id.hex()}-01"


class TracedEvent(Protocol):
    """What spans are told of an event."""

    @property
    def event_id(self) -> Id: ...
    @property
    def correlation_id(self) -> Id: ...
    @property
    def causation_id(self) -> Id | None: ...
    @property
    def event_type(self) -> str: ...


def configure(endpoint: str, service: str) -> None:
    """Sends the spans of this process to an OTLP endpoint (gRPC), in the background."""
    global _spans  # noqa: PLW0603 - of the process, as its log is
    from chassis.runtime.spans import Spans  # noqa: PLC0415 - the SDK and its exporter weigh 20 MB in every process

    _spans = Spans(endpoint, service)


def flush() -> None:
    """Sends what has not been sent yet."""
    if _spans is not None:
        _spans.flush()


def stop() -> None:
    """Sends what has not been sent yet, and makes no more spans."""
    global _spans  # noqa: PLW0603 - as above
    if _spans is not None:
        _spans.close()
        _spans = None


def is_on() -> bool:
    """Whether this process makes spans."""
    return _spans is not None


def place_of(traceparent: str) -> SpanPlace | None:
    """The span that a header names; None when it names none, or nobody wants to know."""
    return read_place(traceparent) if _spans is not None and traceparent else None


def read_place(traceparent: str) -> SpanPlace | None:
    """The span that a header names, whether anybody wants to know or not; None when it names none."""
    match = _TRACEPARENT.fullmatch(traceparent)
    if match is None or (match[1] == "00" and match[4]):  # versions to come may say more than this one
        return None
    return SpanPlace(bytes.fromhex(match[2]), bytes.fromhex(match[3]))


def of_event(event_id: Id, correlation_id: Id) -> SpanPlace:
    """The span of an event's append: what the header of its message names."""
    return SpanPlace(correlation_id, event_id[8:])


def begin(name: str, trace_id: Id, caller: str) -> None:
    """A request's span begins; until `end`, what this task calls and appends hangs from it. `caller` is the header that it came with."""
    if _spans is not None:
        _current.set(_spans.served(name, trace_id, place_of(caller)))


def end(failed: str = "") -> None:
    """The request's span ends, with what it was answered if that was no success."""
    if _spans is not None and (span := _current.get()) is not None:
        _spans.ended(span, failed)
        _current.set(None)


def traceparent() -> str:
    """The header for whoever is called now; empty without a span."""
    if _spans is None or (span := _current.get()) is None:
        return ""
    return str(_spans.place(span))


def appending(log: str, events: Sequence[TracedEvent], answered: asyncio.Future[Any]) -> None:
    """A span an event, from now until its append is answered, under the request's."""
    if _spans is not None:
        request = _spans.place(span) if (span := _current.get()) is not None else None
        spans = [_spans.appended(log, event, request) for event in events]
        answered.add_done_callback(lambda _: _end_all(spans))


def _end_all(spans: Iterable[Span]) -> None:
    if _spans is not None:
        for span in spans:
            _spans.ended(span)


def relayed(log: str, traceparents: Iterable[str], began: float) -> None:
    """A span an event that Kafka has acknowledged, from `began` (`time.time()`) until now."""
    if _spans is not None:
        for header in traceparents:
            if (event := place_of(header)) is not None:
                _spans.ended(_spans.following(f"relay {log}", event, began, "producer"))


def consumed(consumer: str, events: Iterable[TracedEvent], began: float) -> None:
    """A span an event whose effect is committed, from `began` (`time.time()`) until now."""
    if _spans is not None:
        for event in events:
            name = f"{consumer} consumes {event.event_type.rpartition('.')[2]}"
            _spans.ended(_spans.following(name, of_event(event.event_id, event.correlation_id), began, "consumer"))


def now() -> float:
    """When something begins that `relayed` or `consumed` will tell of; 0 where nobody wants to know."""
    return time.time() if _spans is not None else 0.0
