"""Spans as a collector gets them: the trace is the correlation id, and an event's span follows from its id."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chassis.ids import Id, new_id
from chassis.rpc import metadata
from chassis.runtime import tracing
from tests.support.collector import Collector, collecting

TRACE = bytes.fromhex("0af7651916cd43dd8448eb211c80319c")
CALLER = bytes.fromhex("b7ad6b7169203331")
TRACEPARENT = f"00-{TRACE.hex()}-{CALLER.hex()}-01"


@dataclass
class Event:
    event_id: Id
    correlation_id: Id
    causation_id: Id | None = None
    event_type: str = "cairn.goals.v1.CycleDefined"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        tracing.configure(collector.endpoint, "goals")
        yield collector
        tracing.stop()


async def append(*events: Event) -> None:
    answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    tracing.appending("goals", events, answered)
    answered.set_result(None)
    await asyncio.sleep(0)  # what hangs on a future is told in the loop's next turn


async def test_a_request_is_a_span_of_the_trace_that_its_correlation_id_names(collector: Collector) -> None:
    correlation = new_id()
    tracing.begin("goals/DefineCycle", correlation, "")
    tracing.end()
    tracing.stop()
    (span,) = collector.spans
    assert (span.service, span.name, span.trace_id, span.parent) == ("cairn-goals", "goals/DefineCycle", correlation, b"")


async def test_a_request_hangs_from_its_caller(collector: Collector) -> None:
    tracing.begin("goals/DefineCycle", TRACE, TRACEPARENT)
    tracing.end()
    tracing.stop()
    assert [(span.trace_id, span.parent, span.links) for span in collector.spans] == [(TRACE, CALLER, ())]


async def test_a_request_with_another_correlation_id_points_to_its_callers_trace(collector: Collector) -> None:
    correlation = new_id()
    tracing.begin("goals/DefineCycle", correlation, TRACEPARENT)
    tracing.end()
    tracing.stop()
    assert [(span.trace_id, span.parent, span.links) for span in collector.spans] == [(correlation, b"", (TRACE,))]


async def test_what_is_called_meanwhile_is_told_of_the_request(collector: Collector) -> None:
    tracing.begin("goals/DefineCycle", TRACE, "")
    sent = dict(metadata("token"))
    tracing.end()
    assert "traceparent" not in dict(metadata("token"))
    tracing.stop()
    assert sent["traceparent"] == f"00-{TRACE.hex()}-{collector.spans[0].span_id.hex()}-01"


async def test_an_append_hangs_from_its_request_and_what_is_done_with_the_event_from_the_append(collector: Collector) -> None:
    event = Event(new_id(), TRACE)
    tracing.begin("goals/DefineCycle", TRACE, "")
    await append(event)
    tracing.end()
    tracing.relayed("goals", [str(tracing.of_event(event.event_id, event.correlation_id))], tracing.now())
    tracing.consumed("progress", [event], tracing.now())
    tracing.stop()
    trace = collector.trace(TRACE)
    request, appended = trace["goals: goals/DefineCycle"], trace["goals: append CycleDefined"]
    assert (appended.span_id, appended.parent) == (event.event_id[8:], request.span_id)
    assert trace["goals: relay goals"].parent == trace["goals: progress consumes CycleDefined"].parent == appended.span_id
    assert len(trace) == len(collector.spans) == 4


async def test_an_append_that_no_request_made_begins_a_trace_and_says_what_caused_it(collector: Collector) -> None:
    cause = new_id()
    await append(Event(new_id(), TRACE, cause))
    tracing.stop()
    (span,) = collector.spans
    assert (span.trace_id, span.parent, span.attributes["cairn.causation_id"]) == (TRACE, b"", cause.hex())
