"""The conformance suite of the `eventsourcing` library, run against the log; and a stock application on a log that services wrote."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any, ClassVar
from uuid import UUID

import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError
from eventsourcing.tests import persistence as library
from eventsourcing.utils import Environment

from cairn.goals.v1 import events_pb2
from chassis.calls import Call, Identity
from chassis.events import EventTypes
from chassis.eventstore import ANYONE, Aggregate, Aggregates, AggregateType, EventLog
from chassis.eventstore.eventsourcing import (
    DATABASE_URL,
    CairnApplicationRecorder,
    CairnProcessRecorder,
    CairnSnapshotRecorder,
    CairnTrackingRecorder,
    Factory,
)
from chassis.eventstore.mapper import ProtobufEvent
from chassis.ids import new_id


class OnItsOwnDatabase:
    """Each test of the suite opens recorders on an empty database, and closes what it opened."""

    recorder_class: ClassVar[Any] = CairnApplicationRecorder
    dsn: str

    @pytest.fixture(autouse=True)
    def _database(self, database: str) -> Iterable[None]:
        self.dsn = database
        self.opened: list[Any] = []
        yield
        for recorder in self.opened:
            recorder.close()

    def create_recorder(self) -> Any:
        recorder = self.recorder_class(self.dsn)
        self.opened.append(recorder)
        return recorder


class TestAggregateRecorder(OnItsOwnDatabase, library.AggregateRecorderTestCase):
    recorder_class = CairnSnapshotRecorder


class TestApplicationRecorder(OnItsOwnDatabase, library.ApplicationRecorderTestCase[CairnApplicationRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleaving(OnItsOwnDatabase, library.NonInterleavingNotificationIDsBaseCase): ...


class TestTrackingRecorder(OnItsOwnDatabase, library.TrackingRecorderTestCase):
    recorder_class = CairnTrackingRecorder


class TestProcessRecorder(OnItsOwnDatabase, library.ProcessRecorderTestCase):
    recorder_class = CairnProcessRecorder


class OwnTrackingRecorder(CairnTrackingRecorder): ...


class TestInfrastructureFactory(OnItsOwnDatabase, library.InfrastructureFactoryTestCase[Factory]):
    @pytest.fixture(autouse=True)
    def _environment(self, _database: None) -> None:
        self.env = Environment("Cairn", {"PERSISTENCE_MODULE": "chassis.eventstore.eventsourcing", DATABASE_URL: self.dsn})

    def setUp(self) -> None:
        super().setUp()

    def expected_factory_class(self) -> Any:
        return Factory

    def expected_aggregate_recorder_class(self) -> Any:
        return CairnSnapshotRecorder

    def expected_application_recorder_class(self) -> Any:
        return CairnApplicationRecorder

    def expected_tracking_recorder_class(self) -> Any:
        return CairnTrackingRecorder

    def tracking_recorder_subclass(self) -> Any:
        return OwnTrackingRecorder

    def expected_process_recorder_class(self) -> Any:
        return CairnProcessRecorder


def _titles(titles: dict[str, str], event: events_pb2.CycleDefined) -> None:
    titles["name"] = event.name


CYCLE = AggregateType("cycle", dict[str, str], _titles, dict)  # type: ignore[arg-type]


class StockApplication(Application[UUID]):
    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": "chassis.eventstore.eventsourcing",
        "MAPPER_TOPIC": "chassis.eventstore.mapper:ProtobufMapper",
    }


async def test_a_stock_application_reads_what_a_service_wrote_and_appends_to_it(database: str) -> None:
    log = EventLog(database, "goals", partitions=6)
    await log.start()
    aggregates = Aggregates(log, EventTypes(events_pb2, upcasters={}))
    tenant, actor, cycle = new_id(), new_id(), new_id()
    call = Call(Identity(tenant, actor, frozenset()), new_id())
    about = Aggregate(CYCLE, cycle, may=ANYONE, partition_key=tenant)
    await aggregates.decide(call, about.event(events_pb2.CycleDefined, name="2026 Q1"))

    application = StockApplication(env={DATABASE_URL: database})
    events: list[Any] = list(application.events.get(UUID(bytes=cycle)))
    assert [(e.originator_version, e.message, e.tenant_id, e.actor_id, e.partition_key) for e in events] == [
        (1, events_pb2.CycleDefined(name="2026 Q1"), tenant, actor, tenant)
    ]
    renamed = ProtobufEvent(UUID(bytes=cycle), 2, events_pb2.CycleDefined(name="first quarter"), tenant, actor, tenant)
    (recording,) = application.save(renamed)
    assert recording.notification.id == 2
    with pytest.raises(IntegrityError):
        application.save(renamed)
    newest_name: Any = lambda _, found: reduce(lambda _, event: event.message.name, found, None)  # noqa: E731
    folded: Any = application.repository.get(UUID(bytes=cycle), projector_func=newest_name)
    assert folded == "first quarter"
    application.close()

    state, version = await aggregates.load(CYCLE, cycle)
    assert (state, version) == ({"name": "first quarter"}, 2)
    after = await aggregates.decide(call, about.decision(lambda known: events_pb2.CycleDefined(name=known["name"] + "!")))
    assert (after.version, await aggregates.load(CYCLE, cycle)) == (3, ({"name": "first quarter!"}, 3))
    await log.stop()
