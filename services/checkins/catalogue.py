"""Checkins' own copy of what it must know of key results, from the events of goals.

Rows in this service's database, written by the consumer in the transaction of its position; a bounded map of them in
memory, so that a check-in on a known key result waits for nothing but its append. What is learnt carries the version of
its objective: a newer event drops it from the map, an older one does not. The news of it comes from PostgreSQL (NOTIFY),
since the event may have been consumed by another process; while nobody listens, nothing is kept in memory. A key result
that has not arrived yet is asked of goals.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, assert_never

from google.protobuf.message import Message
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1.service_pb2 import DescribeKeyResultRequest, DescribeKeyResultResponse
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.events import EventTypes, RecordedEvent
from chassis.ids import Id
from chassis.positions import from_proto
from chassis.postgres import migrate
from chassis.rpc import asked, handed_on
from chassis.runtime import Backoff, telemetry
from checkins.domain.key_results import KeyResult, Measure
from shared.upcasters import UPCASTERS

if TYPE_CHECKING:
    from cairn.goals.v1.service_pb2_grpc import GoalsServiceAsyncStub  # a name of the type stubs alone

GOALS_EVENT_TYPES: Final = EventTypes(goals, upcasters=UPCASTERS)

_log = telemetry.logger()

_CHANNEL: Final = "key_results_changed"

_DDL: Final = """
CREATE TABLE IF NOT EXISTS known_objective (
    objective_id     bytea    PRIMARY KEY,
    tenant_id        bytea    NOT NULL,
    version          bigint   NOT NULL,
    state            smallint NOT NULL,
    visibility       smallint NOT NULL,
    team             text     NOT NULL,
    creator_id       bytea    NOT NULL,
    owner_id         bytea    NOT NULL,
    contributor_ids  bytea[]  NOT NULL,
    named_person_ids bytea[]  NOT NULL
);
CREATE TABLE IF NOT EXISTS known_key_result (
    key_result_id bytea    PRIMARY KEY,
    objective_id  bytea    NOT NULL REFERENCES known_objective,
    measure       smallint NOT NULL,
    milestones    smallint NOT NULL,
    cancelled     boolean  NOT NULL,
    owner_ids     bytea[]  NOT NULL
);
CREATE INDEX IF NOT EXISTS known_key_result_of_objective ON known_key_result (objective_id);
"""

_SELECT: Final = """
SELECT k.key_result_id, objective_id, o.tenant_id, o.version, k.measure, k.milestones, k.cancelled, o.state, o.visibility, o.team,
       o.creator_id, o.owner_id, o.contributor_ids, o.named_person_ids, k.owner_ids,
       ARRAY(SELECT unnest(s.owner_ids) FROM known_key_result s WHERE s.objective_id = k.objective_id)
FROM known_key_result k JOIN known_objective o USING (objective_id) WHERE k.key_result_id = ANY(%s)
"""

_DEFINE_OBJECTIVE: Final = """
INSERT INTO known_objective
    (objective_id, tenant_id, version, state, visibility, team, creator_id, owner_id, contributor_ids, named_person_ids)
VALUES (%(id)s, %(tenant)s, %(version)s, %(state)s, %(visibility)s, %(team)s, %(creator)s, %(owner)s, %(contributors)s, %(named)s)
ON CONFLICT DO NOTHING
"""
_REVISE_OBJECTIVE: Final = """
UPDATE known_objective SET version = %(version)s, visibility = coalesce(%(visibility)s, visibility), team = coalesce(%(team)s, team),
    owner_id = coalesce(%(owner)s, owner_id), contributor_ids = coalesce(%(contributors)s, contributor_ids),
    named_person_ids = coalesce(%(named)s, named_person_ids)
WHERE objective_id = %(id)s
"""
_SET_STATE: Final = "UPDATE known_objective SET version = %(version)s, state = %(state)s WHERE objective_id = %(id)s"
_SET_VERSION: Final = "UPDATE known_objective SET version = %(version)s WHERE objective_id = %(id)s"
_DEFINE_KEY_RESULT: Final = """
INSERT INTO known_key_result (key_result_id, objective_id, measure, milestones, cancelled, owner_ids)
VALUES (%(key_result)s, %(id)s, %(measure)s, %(milestones)s, false, %(owners)s) ON CONFLICT DO NOTHING
"""
_SET_OWNERS: Final = "UPDATE known_key_result SET owner_ids = %(owners)s WHERE key_result_id = %(key_result)s"
_CANCEL_KEY_RESULT: Final = "UPDATE known_key_result SET cancelled = true WHERE key_result_id = %(key_result)s"

Statement = tuple[str, dict[str, Any]]


class Catalogue:
    """The key results that can be checked in on."""

    def __init__(
        self,
        database_url: str,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        goals_service: GoalsServiceAsyncStub,
        size: int = 50_000,
    ) -> None:
        self._database_url = database_url
        self._pool = pool
        self._goals = goals_service
        self._size = size
        self._known: dict[Id, KeyResult] = {}  # the first learnt first
        self._of_objective: defaultdict[Id, set[Id]] = defaultdict(set)
        self._commits = 0  # that were heard of: rows read before one are not kept after it
        self._listening = False
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Brings the tables to their newest version, and begins to listen.

        Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
        """
        await migrate(self._database_url, "checkins", [_DDL])
        self._listener = asyncio.create_task(self._listen(), name="key results that change")

    async def stop(self) -> None:
        """Listens no longer."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)

    def known(self, key_result_id: Id) -> KeyResult | None:
        """The key result, if it is in memory."""
        return self._known.get(key_result_id)

    async def find(self, key_result_ids: Iterable[Id], *, as_committed: bool = False) -> dict[Id, KeyResult]:
        """Those of the key results that are known here, from memory or in one query.

        With `as_committed` memory alone is not believed: the news of a commit may still be on its way to it.
        Raises Refused (CATALOGUE_UNAVAILABLE).
        """
        found: dict[Id, KeyResult] = {}
        missing: list[Id] = []
        for key_result_id in dict.fromkeys(key_result_ids):
            if (key_result := self._known.get(key_result_id)) is not None:
                found[key_result_id] = key_result
            if key_result is None or as_committed:
                missing.append(key_result_id)
        if missing:
            for key_result in await self._read(missing):
                known = found.get(key_result.key_result_id)
                if known is None or known.version <= key_result.version:
                    found[key_result.key_result_id] = key_result
        return found

    async def ask(self, call: Call, key_result_id: Id) -> KeyResult:
        """The key result as goals has it now, asked in the caller's name.

        Raises Refused: KEY_RESULT_UNKNOWN, or UNAVAILABLE when goals does not answer.
        """
        request = DescribeKeyResultRequest(key_result_id=key_result_id)
        description = await asked(self._goals.DescribeKeyResult(request, metadata=handed_on(call), timeout=_DEADLINE))
        key_result = _from_description(description, call.identity.tenant_id)
        self._keep(key_result)
        return key_result

    async def take_in(self, connection: AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
        """The consumer's effect: writes what the events say about objectives and key results, and tells whoever holds older versions."""
        changed: dict[Id, int] = {}
        async with connection.pipeline():
            for recorded in events:
                if recorded.event_type not in GOALS_EVENT_TYPES:
                    continue
                for statement, values in _statements(recorded, GOALS_EVENT_TYPES.decode(recorded.event_type, recorded.payload)):
                    await connection.execute(statement.encode(), values, prepare=True)
                    changed[recorded.aggregate_id] = recorded.aggregate_version
            for objective_id, version in changed.items():
                await connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, f"{objective_id.hex()}:{version}"), prepare=True)

    async def _listen(self) -> None:
        backoff = Backoff()
        while True:
            try:
                async with await AsyncConnection.connect(self._database_url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {_CHANNEL}".encode())
                    self._listening = True
                    backoff.reset()
                    async for notice in connection.notifies():
                        objective_id, _, version = notice.payload.partition(":")
                        self._forget_older(bytes.fromhex(objective_id), int(version))
            except OperationalError as error:
                _log.warning("catalogue.deaf", reason=str(error))
            finally:
                self._listening = False
                self._known.clear()
                self._of_objective.clear()
            await backoff.sleep()

    def _forget_older(self, objective_id: Id, version: int) -> None:
        """A newer version is committed: what memory holds of older ones is read again when it is needed."""
        self._commits += 1
        for key_result_id in tuple(self._of_objective.get(objective_id, ())):
            if self._known[key_result_id].version < version:
                self._drop(key_result_id)

    async def _read(self, key_result_ids: list[Id]) -> list[KeyResult]:
        commits = self._commits
        try:
            async with self._pool.connection() as connection:
                cursor = await connection.execute(_SELECT, (key_result_ids,), prepare=True, binary=True)
                found = [_from_row(row) for row in await cursor.fetchall()]
        except OperationalError as error:
            raise Refused(
                "CATALOGUE_UNAVAILABLE",
                f"what checkins knows of key results cannot be read now ({error}); send it again later",
                kind=Kind.UNAVAILABLE,
            ) from error
        if commits == self._commits:
            for key_result in found:
                self._keep(key_result)
        return found

    def _keep(self, key_result: KeyResult) -> None:
        if not self._listening:
            return
        before = self._known.get(key_result.key_result_id)
        if before is not None:
            if before.version > key_result.version:
                return
        elif len(self._known) >= self._size:
            self._drop(next(iter(self._known)))
        self._known[key_result.key_result_id] = key_result
        self._of_objective[key_result.objective_id].add(key_result.key_result_id)

    def _drop(self, key_result_id: Id) -> None:
        objective_id = self._known.pop(key_result_id).objective_id
        siblings = self._of_objective[objective_id]
        siblings.discard(key_result_id)
        if not siblings:
            del self._of_objective[objective_id]


_DEADLINE: Final = 5.0  # seconds that goals may take to describe a key result

_STATES: Final[dict[type[Message], goals.ObjectiveState.ValueType]] = {
    goals.ObjectiveActivated: goals.OBJECTIVE_STATE_ACTIVE,
    goals.ObjectiveClosed: goals.OBJECTIVE_STATE_CLOSED,
    goals.ObjectiveCancelled: goals.OBJECTIVE_STATE_CANCELLED,
}


def _statements(recorded: RecordedEvent, event: Message) -> list[Statement]:
    about: dict[str, Any] = {"id": recorded.aggregate_id, "version": recorded.aggregate_version}
    match event:
        case goals.ObjectiveDefined():
            return [(_DEFINE_OBJECTIVE, about | _as_defined(recorded, event))]
        case goals.ObjectiveRevised():
            return [(_REVISE_OBJECTIVE, about | _as_revised(event))]
        case goals.ObjectiveActivated() | goals.ObjectiveClosed() | goals.ObjectiveCancelled():
            return [(_SET_STATE, about | {"state": _STATES[type(event)]})]
        case goals.KeyResultDefined():
            defined = {
                "key_result": event.key_result_id,
                "measure": measure_of(event),
                "milestones": len(event.milestones.milestones),
                "owners": [owner.person_id for owner in event.owners],
            }
            return [(_SET_VERSION, about), (_DEFINE_KEY_RESULT, about | defined)]
        case goals.KeyResultRevised() if event.HasField("owners"):
            owners = {"key_result": event.key_result_id, "owners": [owner.person_id for owner in event.owners.owners]}
            return [(_SET_VERSION, about), (_SET_OWNERS, owners)]
        case goals.KeyResultCancelled():
            return [(_SET_VERSION, about), (_CANCEL_KEY_RESULT, {"key_result": event.key_result_id})]
        case goals.KeyResultRevised() | goals.KeyResultShared() | goals.KeyResultUnshared():
            return [(_SET_VERSION, about)]
        case _:
            return []  # cycles, alignment, names: nothing that a check-in needs


def measure_of(definition: goals.KeyResultDefined | DescribeKeyResultResponse) -> Measure:
    """What a key result is measured by, as goals says it. Raises ValueError for a measure of a later version of goals."""
    measure = definition.WhichOneof("measure")
    match measure:
        case "metric":
            return Measure.METRIC
        case "binary":
            return Measure.BINARY
        case "milestones":
            return Measure.MILESTONES
        case "graded":
            return Measure.GRADED
        case None:
            raise ValueError(f"key result {definition.key_result_id.hex()} has no measure that is known here")
        case _:
            assert_never(measure)


def _as_defined(recorded: RecordedEvent, event: goals.ObjectiveDefined) -> dict[str, Any]:
    return {
        "tenant": recorded.tenant_id,
        "state": goals.OBJECTIVE_STATE_DRAFT,
        "visibility": event.visibility,
        "team": event.team,
        "creator": event.creator_id,
        "owner": event.owner_id,
        "contributors": list(event.contributor_ids),
        "named": list(event.named_person_ids),
    }


def _as_revised(event: goals.ObjectiveRevised) -> dict[str, Any]:
    return {
        "visibility": event.visibility if event.HasField("visibility") else None,
        "team": event.team if event.HasField("team") else None,
        "owner": event.owner_id if event.HasField("owner_id") else None,
        "contributors": list(event.contributors.person_ids) if event.HasField("contributors") else None,
        "named": list(event.named_people.person_ids) if event.HasField("named_people") else None,
    }


def _from_row(row: tuple[Any, ...]) -> KeyResult:
    key_result_id, objective_id, tenant_id, version, measure, milestones, cancelled, state, visibility, team, *people = row
    creator_id, owner_id, contributor_ids, named_person_ids, owner_ids, owner_ids_of_all = people
    return KeyResult(
        key_result_id=key_result_id,
        objective_id=objective_id,
        tenant_id=tenant_id,
        version=version,
        measure=Measure(measure),
        milestones=milestones,
        cancelled=cancelled,
        objective_state=state,
        visibility=visibility,
        team=team,
        reporters=frozenset((owner_id, *contributor_ids, *owner_ids)),
        readers=frozenset((creator_id, *named_person_ids, *owner_ids_of_all)),
    )


def _from_description(description: DescribeKeyResultResponse, tenant_id: Id) -> KeyResult:
    return KeyResult(
        key_result_id=description.key_result_id,
        objective_id=description.objective_id,
        tenant_id=tenant_id,
        version=description.version,
        measure=measure_of(description),
        milestones=len(description.milestones.milestones),
        cancelled=description.cancelled,
        objective_state=description.objective_state,
        visibility=description.visibility,
        team=description.team,
        reporters=frozenset(
            (description.objective_owner_id, *description.contributor_ids, *(owner.person_id for owner in description.owners))
        ),
        readers=frozenset((description.creator_id, *description.named_person_ids, *description.key_result_owner_ids)),
        learnt_at=from_proto([description.position] if description.HasField("position") else ()),
    )
