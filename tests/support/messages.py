"""Messages written by hand: what PostgreSQL's rendering is held to, and records that nobody decided."""

from __future__ import annotations

from aiokafka import AIOKafkaProducer

from cairn.checkins.v1.events_pb2 import CheckInRecorded
from chassis.days import instant_of
from chassis.events import RecordedEvent
from chassis.eventstore import LogReader
from chassis.ids import id_text, new_id
from chassis.kafka.security import client_security
from chassis.kafka.topics import events_topic
from chassis.partitions import partition_of
from chassis.runtime import Settings
from tests.support.system import System


def header_tuples(event: RecordedEvent) -> list[tuple[str, bytes]]:
    """The headers of an event's message, written out by hand: what PostgreSQL's rendering is held to."""
    texts = {
        "ce_specversion": "1.0",
        "ce_source": f"/cairn/{event.log}",
        "content-type": "application/protobuf",
        "ce_type": event.event_type,
        "ce_id": id_text(event.event_id),
        "ce_time": instant_of(event.recorded_at).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "ce_subject": id_text(event.aggregate_id),
        "ce_aggregateversion": str(event.aggregate_version),
        "ce_sequence": str(event.position),
        "ce_tenant": id_text(event.tenant_id),
        "ce_actor": id_text(event.actor_id),
        "ce_correlationid": id_text(event.correlation_id),
        "ce_partitionkey": id_text(event.partition_key),
        "ce_generation": str(event.generation),
    }
    if event.log_id is not None:
        texts["ce_logid"] = id_text(event.log_id)
    if event.on_behalf_of is not None:
        texts["ce_onbehalfof"] = id_text(event.on_behalf_of)
    if event.causation_id is not None:
        texts["ce_causationid"] = id_text(event.causation_id)
    return [(name, text.encode()) for name, text in texts.items()]


async def forge(settings: Settings, event: RecordedEvent) -> None:
    """Writes what the relay would, were the event in its log; as whom the settings name."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap, acks="all", **client_security(settings))
    await producer.start()
    try:
        await producer.send_and_wait(
            events_topic(event.log),
            event.payload,
            key=event.partition_key,
            partition=partition_of(event.partition_key, settings.topic_partitions),
            headers=header_tuples(event),
        )
    finally:
        await producer.stop()


async def forge_check_in(system: System, ahead: int) -> None:
    """A check-in on a real key result, as the relay would write it, so far beyond the log's head."""
    reader = LogReader(system.dsn("checkins"), "checkins")
    await reader.start()
    try:
        head = await reader.head()
        (newest,) = await reader.read(head - 1, 1)
    finally:
        await reader.stop()
    payload = CheckInRecorded.FromString(newest.payload)
    payload.check_in_id, payload.value = new_id(), 99.5
    event = newest._replace(position=head + ahead, event_id=new_id(), payload=payload.SerializeToString())
    await forge(system.kafka_settings("relay"), event)
