"""The log as a persistence module of the `eventsourcing` library: PERSISTENCE_MODULE=chassis.eventstore.eventsourcing.

For tools and for whoever knows the library: a stock `Application` opens a log of Cairn, reads what the services wrote and appends to
it, through the same group commit. Services themselves use `chassis.eventstore.aggregates`, which does not pay for the library's `save`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, resolve_topic
from psycopg import pq
from psycopg.rows import TupleRow, tuple_row
from psycopg_pool import ConnectionPool

from chassis.eventstore.appends import AppendConflict, NewEvent
from chassis.eventstore.log import EventLog
from chassis.eventstore.schema import CHANNEL
from chassis.eventstore.writer import APPEND, APPEND_TYPES, append_parameters
from chassis.ids import NIL, Id, new_id
from chassis.runtime import MachineClock, Settings

T = TypeVar("T")
R = TypeVar("R", bound="_Recorder")

DATABASE_URL: Final = "CAIRN_DATABASE_URL"
"""The environment variable that says which log, as everywhere in Cairn."""

_CLOCK: Final = MachineClock()

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS tracking (application_name text PRIMARY KEY, notification_id bigint NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot (
    aggregate_id uuid, aggregate_version bigint, event_type text NOT NULL, payload bytea NOT NULL,
    PRIMARY KEY (aggregate_id, aggregate_version)
);
"""
_ENVELOPE: Final = """uuid_send(event_id), uuid_send(tenant_id), uuid_send(actor_id), uuid_send(on_behalf_of), uuid_send(correlation_id),
    uuid_send(causation_id), uuid_send(partition_key)"""
_EVENTS: Final = f"SELECT aggregate_id, aggregate_version, event_type, payload, {_ENVELOPE} FROM event"  # noqa: S608 - of constants alone
_SNAPSHOTS: Final = "SELECT aggregate_id, aggregate_version, event_type, payload FROM snapshot"
_NOTIFICATIONS: Final = "SELECT aggregate_id, aggregate_version, event_type, payload, position FROM event"
_TRACK: Final = """
INSERT INTO tracking VALUES (%s, %s) ON CONFLICT (application_name)
DO UPDATE SET notification_id = excluded.notification_id WHERE tracking.notification_id < excluded.notification_id
"""
_BINARY: Final = pq.Format.BINARY


@dataclass(frozen=True)
class EnvelopedEvent(StoredEvent):
    """A stored event with what the library does not know of."""

    event_id: Id = b""  # empty: a new one
    tenant_id: Id = NIL
    actor_id: Id = NIL
    on_behalf_of: Id | None = None
    correlation_id: Id = b""  # empty: a new one
    causation_id: Id | None = None
    partition_key: Id = b""  # empty: the aggregate's id


def _new_event(stored: StoredEvent) -> NewEvent:
    if not isinstance(stored, EnvelopedEvent):
        stored = EnvelopedEvent(stored.originator_id, stored.originator_version, stored.topic, stored.state)
    aggregate_id = _uuid(stored.originator_id).bytes
    return NewEvent(
        event_id=stored.event_id or new_id(),
        tenant_id=stored.tenant_id,
        aggregate_id=aggregate_id,
        aggregate_version=stored.originator_version,
        actor_id=stored.actor_id,
        on_behalf_of=stored.on_behalf_of,
        correlation_id=stored.correlation_id or new_id(),
        causation_id=stored.causation_id,
        partition_key=stored.partition_key or aggregate_id,
        unit_size=None,
        event_type=stored.topic,
        idempotency_key=None,
        operation=None,
        fingerprint=None,
        payload=stored.state,
    )


def _uuid(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)


class _LogThread:
    """An event log on an event loop in a thread of its own, for callers that block."""

    def __init__(self, dsn: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="event log", daemon=True)
        self._thread.start()
        self._log = EventLog(dsn, "eventsourcing", partitions=1)
        self._run(self._log.start())

    def append(self, events: Sequence[NewEvent]) -> int:
        """The first position, once the events are durable. Raises AppendConflict."""
        return self._run(self._log.append(events)).first_position

    def close(self) -> None:
        self._run(self._log.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class _Database:
    """Connections for what is read, and for what goes beside the log."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.log = _LogThread(dsn)
        self.pool = ConnectionPool(dsn, min_size=1, max_size=8, open=True, kwargs={"autocommit": True, "row_factory": tuple_row})
        with self.pool.connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('chassis.eventstore.eventsourcing'))")
            connection.execute("SET LOCAL client_min_messages TO warning")
            connection.execute(_TABLES)

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[TupleRow]:
        with self.pool.connection() as connection, connection.cursor(binary=True) as cursor:
            return cursor.execute(query.encode(), parameters).fetchall()

    def close(self) -> None:
        self.pool.close()
        self.log.close()


class _Recorder:
    """What has a database and can be closed."""

    def __init__(self, dsn: str) -> None:
        super().__init__()
        self.database = _Database(dsn)

    def close(self) -> None:
        """Closes the recorder's connections."""
        self.database.close()


def _selection(
    select: str, originator_id: UUID | str, gt: int | None, lte: int | None, desc: bool, limit: int | None
) -> tuple[str, list[Any]]:
    query, parameters = f"{select} WHERE aggregate_id = %s", list[Any]([_uuid(originator_id)])
    for condition, bound in ((" AND aggregate_version > %s", gt), (" AND aggregate_version <= %s", lte)):
        if bound is not None:
            query += condition
            parameters.append(bound)
    query += " ORDER BY aggregate_version" + (" DESC" if desc else "")
    if limit is not None:
        query += " LIMIT %s"
        parameters.append(limit)
    return query, parameters


class CairnSnapshotRecorder(_Recorder, AggregateRecorder):
    """Snapshots of a stock application: a table without positions, so without a group commit."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        rows = [(_uuid(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events]
        try:
            with self.database.pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
                cursor.executemany("INSERT INTO snapshot VALUES (%s, %s, %s, %s)", rows)
        except psycopg.errors.UniqueViolation as error:
            raise IntegrityError(str(error)) from error
        return None

    def select_events(
        self, originator_id: UUID | str, *, gt: int | None = None, lte: int | None = None, desc: bool = False, limit: int | None = None
    ) -> Sequence[StoredEvent]:
        return [StoredEvent(*row) for row in self.database.rows(*_selection(_SNAPSHOTS, originator_id, gt, lte, desc, limit))]


class CairnApplicationRecorder(_Recorder, ApplicationRecorder):
    """A log of Cairn behind the library's interface."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        if not stored_events:
            return []
        try:
            first = self.database.log.append([_new_event(event) for event in stored_events])
        except AppendConflict as conflict:
            raise IntegrityError("an event of this version is in the log already") from conflict
        return list(range(first, first + len(stored_events)))

    def select_events(
        self, originator_id: UUID | str, *, gt: int | None = None, lte: int | None = None, desc: bool = False, limit: int | None = None
    ) -> Sequence[StoredEvent]:
        return [EnvelopedEvent(*row) for row in self.database.rows(*_selection(_EVENTS, originator_id, gt, lte, desc, limit))]

    def select_notifications(
        self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = (), *, inclusive_of_start: bool = True
    ) -> Sequence[Notification]:
        query, parameters = f"{_NOTIFICATIONS} WHERE true", list[Any]()
        if start is not None:
            query += " AND position >= %s" if inclusive_of_start else " AND position > %s"
            parameters.append(start)
        if stop is not None:
            query += " AND position <= %s"
            parameters.append(stop)
        if topics:
            query += " AND event_type = ANY(%s)"
            parameters.append(list(topics))
        query += " ORDER BY position LIMIT %s"
        return [Notification(*row) for row in self.database.rows(query, [*parameters, limit])]

    def max_notification_id(self) -> int | None:
        ((head,),) = self.database.rows("SELECT nullif(position, 0) FROM log_head")
        return None if head is None else int(head)

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        return CairnSubscription(self, gt=gt, topics=topics)


class CairnSubscription(ListenNotifySubscription[CairnApplicationRecorder]):
    """Follows a log: every append notifies."""

    def __init__(self, recorder: CairnApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt=gt, topics=topics)
        self._listener = threading.Thread(target=self._listen, name="log subscription", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        try:
            with psycopg.connect(self._recorder.database.dsn, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                self._has_been_notified.set()  # look once: what came before the LISTEN is seen
                while not self._has_been_stopped:
                    for _ in connection.notifies(timeout=0.1, stop_after=1):
                        self._has_been_notified.set()
        except psycopg.Error as error:
            self._thread_error = self._thread_error or error
            self.stop()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        self._listener.join()


class CairnTrackingRecorder(_Recorder, TrackingRecorder):
    """How far a stock application has followed others."""

    def insert_tracking(self, tracking: Tracking) -> None:
        with self.database.pool.connection() as connection, connection.transaction():
            _track(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        rows = self.database.rows("SELECT notification_id FROM tracking WHERE application_name = %s", (application_name,))
        return int(rows[0][0]) if rows else None


class CairnProcessRecorder(CairnTrackingRecorder, CairnApplicationRecorder, ProcessRecorder):
    """Events and tracking in one transaction: the same append statement, so the head's lock orders it with the groups."""

    def insert_events(self, stored_events: Sequence[StoredEvent], *, tracking: Tracking | None = None, **_: Any) -> Sequence[int] | None:
        if tracking is None:
            return super().insert_events(stored_events)
        events = [_new_event(event) for event in stored_events]
        with self.database.pool.connection() as connection, connection.transaction():
            _track(connection, tracking)
            first = _append(connection, events) if events else 0
        return list(range(first, first + len(events)))


def _track(connection: psycopg.Connection[TupleRow], tracking: Tracking) -> None:
    if connection.execute(_TRACK, (tracking.application_name, tracking.notification_id)).rowcount != 1:
        raise IntegrityError(f"{tracking.application_name} was followed beyond {tracking.notification_id} already")


def _append(connection: psycopg.Connection[TupleRow], events: Sequence[NewEvent]) -> int:
    parameters = append_parameters(events, _CLOCK.latest())
    result = connection.pgconn.exec_params(APPEND.encode(), parameters, APPEND_TYPES, [_BINARY] * len(parameters), _BINARY)
    if result.status != pq.ExecStatus.TUPLES_OK:
        raise IntegrityError(result.get_error_message())
    position = result.get_value(0, 0)
    if position is None:
        raise OperationalError("the database's clock is ahead of the machine's: nothing is recorded in the future")
    return int.from_bytes(position, "big")


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Makes the recorders of the log that CAIRN_DATABASE_URL names."""

    def __init__(self, env: Environment | Any) -> None:
        super().__init__(env)
        self._recorders: list[_Recorder] = []

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:  # noqa: ARG002 - snapshots are all that it is asked for
        return self._kept(CairnSnapshotRecorder(self._dsn()))

    def application_recorder(self) -> ApplicationRecorder:
        return self._kept(CairnApplicationRecorder(self._dsn()))

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        recorder_class: type[Any] = tracking_recorder_class or (resolve_topic(topic) if topic else CairnTrackingRecorder)
        recorder: CairnTrackingRecorder = self._kept(recorder_class(self._dsn()))
        return recorder

    def process_recorder(self) -> ProcessRecorder:
        return self._kept(CairnProcessRecorder(self._dsn()))

    def close(self) -> None:
        """Closes every recorder that was made."""
        while self._recorders:
            self._recorders.pop().close()

    def _dsn(self) -> str:
        return self.env.get(DATABASE_URL) or Settings().database_url

    def _kept(self, recorder: R) -> R:
        self._recorders.append(recorder)
        return recorder
