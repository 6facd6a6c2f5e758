"""One request is one trace, from the append through the relay to whoever consumes the event."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chassis.eventstore import EventLog
from chassis.ids import new_id
from chassis.kafka.relay import Relay
from chassis.kafka.topics import events_topic
from chassis.runtime import tracing
from tests.integration.chassis.kafka.conftest import Consuming
from tests.integration.chassis.kafka.support import Aggregates, append, messages_of, until
from tests.support.collector import CollectedSpan, Collector, collecting
from tests.support.infrastructure import Broker


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Before the relay starts: whether there is a trace to tell of, it asks when it is made."""
    with collecting() as collector:
        tracing.configure(collector.endpoint, "test")
        yield collector
        tracing.stop()


async def test_a_message_names_the_span_of_its_events_append(collector: Collector, log: EventLog, relay: Relay, kafka: Broker) -> None:
    trace = new_id()
    (event,) = (event._replace(correlation_id=trace) for event in Aggregates().events(1))
    tracing.begin("checkins/RecordCheckIn", trace, "")
    await append(log, [event])
    tracing.end()
    (message,) = await messages_of(kafka.bootstrap, events_topic(log.name), 1)
    assert dict(message.headers)["traceparent"] == str(tracing.of_event(event.event_id, trace)).encode()

    async def acknowledged() -> bool:
        return relay.relayed == 1

    await until(acknowledged, "the relay has not heard that Kafka has it")
    tracing.stop()
    spans = collector.trace(trace)
    request, appended, relayed = (
        spans["test: checkins/RecordCheckIn"],
        spans["test: append CheckInRecorded"],
        spans[f"test: relay {log.name}"],
    )
    assert (appended.parent, relayed.parent) == (request.span_id, event.event_id[8:])


async def test_an_effect_hangs_from_the_append_of_its_event(
    collector: Collector, log: EventLog, relay: Relay, consuming: Consuming
) -> None:
    await consuming()
    trace = new_id()
    (event,) = (event._replace(correlation_id=trace) for event in Aggregates().events(1))
    await append(log, [event])

    def effect() -> list[CollectedSpan]:
        return [span for name, span in collector.trace(trace).items() if "consumes CheckInRecorded" in name]

    async def told() -> bool:
        tracing.flush()
        return bool(effect())

    await until(told, "nothing was told of the effect")
    assert [span.parent for span in effect()] == [event.event_id[8:]]


async def test_without_an_endpoint_no_message_carries_a_trace(log: EventLog, relay: Relay, kafka: Broker) -> None:
    await append(log, Aggregates().events(1))
    (message,) = await messages_of(kafka.bootstrap, events_topic(log.name), 1)
    assert "traceparent" not in dict(message.headers)
