"""What is found in goals' own log by something else than the id of its aggregate.

No projection stands beside the log: a key result's id is the id of the event that defined it, a name's aggregate follows
from the name, and two partial indexes on the log's own table find the rest. So whatever was appended before a question is
in its answer, in the very transaction that appended it, and there is nothing to catch up with or to rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from itertools import chain
from typing import Any, Final, Generic, NamedTuple, Self, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from cairn.goals.v1.events_pb2 import (
    CycleDefined,
    EffortLogged,
    KeyResultDefined,
    KeyResultMovedIn,
    KpiDefined,
    ObjectiveAligned,
    ObjectiveDefined,
    ObjectiveMovedToCycle,
    ObjectiveRevised,
    ReferenceReserved,
    TemplateRemoved,
    TemplateSaved,
)
from chassis.days import Day
from chassis.events import EventTypes, RecordedEvent
from chassis.eventstore import AggregateType, Appended, Assumed, LogIdentity, LogReader
from chassis.ids import NIL, Id
from chassis.partitions import partition_of
from chassis.positions import Position
from chassis.postgres import Connection, Step, migrate
from chassis.runtime import time_sliced
from goals.aggregates import OBJECTIVE
from goals.domain.objectives import Objective
from goals.domain.references import FIELDS, ReferenceKind, earlier_reservation_id, reservation_id
from shared.earlier_names import EarlierNames, note_earlier_names

S = TypeVar("S")

_DEFINED_KEY_RESULT: Final = KeyResultDefined.DESCRIPTOR.full_name
_DEFINED_CYCLE: Final = CycleDefined.DESCRIPTOR.full_name
_SAVED_TEMPLATE: Final = TemplateSaved.DESCRIPTOR.full_name

_DDL: Final = f"""
CREATE INDEX IF NOT EXISTS key_result_defined ON event (event_id) WHERE event_type = '{_DEFINED_KEY_RESULT}';
CREATE INDEX IF NOT EXISTS cycle_defined ON event (tenant_id, position) WHERE event_type = '{_DEFINED_CYCLE}';
"""
_TEMPLATE_DDL: Final = f"""
CREATE INDEX IF NOT EXISTS template_saved ON event (tenant_id, position) WHERE event_type = '{_SAVED_TEMPLATE}' AND aggregate_version = 1;
"""
_LOGGED_EFFORT: Final = EffortLogged.DESCRIPTOR.full_name
_EFFORT_DDL: Final = f"CREATE INDEX IF NOT EXISTS effort_logged ON event (event_id) WHERE event_type = '{_LOGGED_EFFORT}';"
_DAY_OF_EFFORT: Final = f"""
SELECT uuid_send(aggregate_id) FROM event WHERE event_id = %s AND tenant_id = %s AND event_type = '{_LOGGED_EFFORT}'
"""  # noqa: S608
_TEMPLATES: Final = f"""
SELECT uuid_send(aggregate_id) FROM event AS first
WHERE tenant_id = %s AND event_type = '{_SAVED_TEMPLATE}' AND aggregate_version = 1 AND NOT EXISTS (
    SELECT FROM event WHERE aggregate_id = first.aggregate_id AND event_type = '{TemplateRemoved.DESCRIPTOR.full_name}'
) ORDER BY position
"""  # noqa: S608
_TEMPLATE: Final = f"""
SELECT 1 FROM event WHERE aggregate_id = %s AND tenant_id = %s AND aggregate_version = 1 AND event_type = '{_SAVED_TEMPLATE}'
"""  # noqa: S608
# The id of the key result stands behind that of the objective: both are the first fields of the event, and of 16 bytes each.
_MOVED_KEY_RESULT: Final = KeyResultMovedIn.DESCRIPTOR.full_name
_MOVED_ID: Final = "substring(payload from 21 for 16)"
_MOVES_DDL: Final = f"""
CREATE INDEX IF NOT EXISTS key_result_moved ON event ({_MOVED_ID}, position) WHERE event_type = '{_MOVED_KEY_RESULT}';
"""
# A key result belongs to the objective that it was defined of, or to the one that it was moved to last.
_HOMES: Final = f"""
SELECT uuid_send(d.event_id), uuid_send(coalesce(m.aggregate_id, d.aggregate_id)), uuid_send(d.aggregate_id) FROM event d
LEFT JOIN LATERAL (SELECT aggregate_id FROM event WHERE event_type = '{_MOVED_KEY_RESULT}' AND {_MOVED_ID} = uuid_send(d.event_id)
  AND tenant_id = d.tenant_id ORDER BY position DESC LIMIT 1) m ON true
WHERE d.event_id = ANY(%s) AND d.tenant_id = %s AND d.event_type = '{_DEFINED_KEY_RESULT}'
"""  # noqa: S608
_KPIS: Final = f"""
SELECT uuid_send(aggregate_id) FROM event WHERE aggregate_id = ANY(%s) AND tenant_id = %s AND aggregate_version = 1
AND event_type = '{KpiDefined.DESCRIPTOR.full_name}'
"""  # noqa: S608
_CYCLES: Final = f"SELECT uuid_send(aggregate_id) FROM event WHERE tenant_id = %s AND event_type = '{_DEFINED_CYCLE}' ORDER BY position"  # noqa: S608

_OBJECTIVES_DDL: Final = f"""
CREATE INDEX IF NOT EXISTS objective_defined ON event (tenant_id, position)
  WHERE event_type = '{ObjectiveDefined.DESCRIPTOR.full_name}';
"""
_DEFINED_OBJECTIVE: Final = ObjectiveDefined.DESCRIPTOR.full_name
_MOVED_OBJECTIVE: Final = ObjectiveMovedToCycle.DESCRIPTOR.full_name
_CYCLES_CHANGED_DDL: Final = f"""
CREATE INDEX IF NOT EXISTS objective_moved_to_cycle ON event (tenant_id, aggregate_id, aggregate_version)
  WHERE event_type = '{_MOVED_OBJECTIVE}';
"""
# The id of a cycle may stand in a payload by chance, as a person's could, and an objective may have left: whoever asks looks at the cycle
# of what is found.
_OBJECTIVES_OF_CYCLE: Final = f"""
SELECT uuid_send(aggregate_id) FROM (
  SELECT aggregate_id, position FROM event WHERE tenant_id = %s AND event_type = '{_DEFINED_OBJECTIVE}'
    AND position(%s::bytea in payload) > 0
  UNION ALL
  SELECT aggregate_id, position FROM event WHERE tenant_id = %s AND event_type = '{_MOVED_OBJECTIVE}'
    AND position(%s::bytea in payload) > 0) e
GROUP BY aggregate_id ORDER BY min(position)
"""  # noqa: S608

# The cycle of an objective is that of the event that defined it, its first, or the one that it was moved to last.
_CYCLES_OF_OBJECTIVES: Final = f"""
SELECT uuid_send(d.aggregate_id), d.payload, m.payload FROM event d
LEFT JOIN LATERAL (SELECT payload FROM event WHERE event_type = '{_MOVED_OBJECTIVE}' AND tenant_id = d.tenant_id
  AND aggregate_id = d.aggregate_id ORDER BY aggregate_version DESC LIMIT 1) m ON true
WHERE d.aggregate_id = ANY(%s) AND d.aggregate_version = 1 AND d.tenant_id = %s AND d.event_type = '{_DEFINED_OBJECTIVE}'
"""  # noqa: S608

_MOST_CHANGES: Final = 5000
"""Events that are looked through for what changed."""

# One statement, one snapshot: what is not among the changes has not changed up to the head.
_CHANGES: Final = """
SELECT h.position, h.generation, c.aggregate_id, c.version
FROM log_head h LEFT JOIN LATERAL (
    SELECT uuid_send(aggregate_id) AS aggregate_id, max(aggregate_version) AS version FROM event
    WHERE position > %s AND h.generation = %s AND h.position >= %s AND h.position - %s <= %s GROUP BY aggregate_id
) c ON true
"""

_KINDS: Final[dict[str, ReferenceKind]] = {kind: kind for kind in FIELDS}
_NAMES: Final = f"""
SELECT uuid_send(tenant_id), uuid_send(aggregate_id), payload FROM event
WHERE event_type = '{ReferenceReserved.DESCRIPTOR.full_name}' ORDER BY position
"""  # noqa: S608


class Found(NamedTuple, Generic[S]):
    """An aggregate as the log has it."""

    state: S
    first: RecordedEvent | None  # of its events; None: there is none
    newest: RecordedEvent | None

    @property
    def version(self) -> int:
        """Of the aggregate; 0: there is none."""
        return self.newest.aggregate_version if self.newest is not None else 0


class Named(NamedTuple):
    """What commands name, to be read before it is asked for."""

    objective_ids: Sequence[Id] = ()
    key_result_ids: Sequence[Id] = ()  # whose they are
    with_homes: bool = False  # and what those objectives are
    in_cycles: Sequence[Id] = ()  # objectives of which the cycle is enough


class Home(NamedTuple):
    """Where a key result belongs."""

    objective_id: Id
    defined_of: Id  # the objective that it was defined of, with whose events its own travel


NOWHERE: Final = Home(NIL, NIL)


class _Known(NamedTuple):
    """What was read before it is asked for."""

    objectives: Mapping[Id, Found[Objective] | None]  # None: the tenant has none of this id
    homes: Mapping[Id, Home]  # of key results
    cycles: Mapping[Id, Id | None]  # of objectives; None: the tenant has none of this id


class Changes(NamedTuple):
    """What happened in the log since a position."""

    head: int
    generation: int
    versions: dict[Id, int] | None  # the newest of each aggregate that changed; None: too many did, or another log goes on from there


class Index(LogReader):
    """Reads of goals' log. Every question names the tenant, so no answer can hold another's; but for what has changed, which names nothing.

    `owner_dsn` connects as the owner of the tables, where that is another role than the one that reads. `whole_log` sees all tenants'
    events, where this one's role sees one tenant's.
    """

    def __init__(self, dsn: str, types: EventTypes, partitions: int, whole_log: LogReader, *, owner_dsn: str = "") -> None:
        super().__init__(dsn, "goals")
        self._whole_log = whole_log
        self._owner_dsn = owner_dsn or dsn
        self._types = types
        self._partitions = partitions
        self._earlier_names = EarlierNames()
        self.assumed: Assumed = {}
        self._known: _Known = _Known({}, {}, {})
        self.team_names: dict[Id, list[str]] = {}
        """By tenant: what its objectives called their teams before teams had ids, in the order in which each was said first."""

    def assuming(self, assumed: Assumed) -> Self:
        """The same reads, as they would be answered after `assumed`."""
        index = copy(self)
        index.assumed = assumed
        return index

    async def knowing(self, tenant_id: Id, named: Named) -> Self:
        """The same reads, with what they say now of all that is named."""
        wanted = _each_once(named.key_result_ids)
        homes = await self._homes_of(tenant_id, wanted) if wanted else {}
        its_objectives = [home.objective_id for home in homes.values()]
        objectives = _each_once([*named.objective_ids, *(its_objectives if named.with_homes else ())])
        found = await self.states(tenant_id, OBJECTIVE, objectives) if objectives else {}
        cycles = {i: one.state.cycle_id for i, one in found.items()}
        asked = _each_once([*objectives, *named.in_cycles, *its_objectives])
        cycles |= await self._cycle_of_each(tenant_id, [i for i in asked if i not in cycles])
        index = copy(self)
        known_homes = {i: homes.get(i, NOWHERE) for i in wanted}
        index._known = _Known({i: found.get(i) for i in objectives}, known_homes, {i: cycles.get(i) for i in asked})
        return index

    async def start(self) -> None:
        """Connects, and brings the indexes to their newest version; the log's table must be there.

        Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
        """
        indexes = (_OBJECTIVES_DDL, _TEMPLATE_DDL, _EFFORT_DDL, _MOVES_DDL, _CYCLES_CHANGED_DDL)
        steps: list[Step] = [_DDL, _note_names, _note_team_names, *indexes]
        await migrate(self._owner_dsn, "goals", steps)
        async with await AsyncConnection.connect(self._owner_dsn) as connection:
            self.team_names = await _noted_team_names(connection)
        await super().start()
        async with await AsyncConnection.connect(self.dsn) as connection:
            await self._earlier_names.load(connection)

    async def rows(self, query: str, parameters: Sequence[Any], tenant_id: Id | None = None) -> list[TupleRow]:
        """As any reader's, of one tenant.

        Raises TypeError without one: the query role would be shown the events of whichever tenant its connection was last asked for.
        """
        if tenant_id is None:
            raise TypeError("the index is asked in the name of a tenant; what spans tenants is the whole log's business")
        return await super().rows(query, parameters, tenant_id)

    def name_id(self, tenant_id: Id, kind: ReferenceKind, reference: str) -> Id:
        """The aggregate of a name in a tenant, taken or free."""
        now, then = (follow(tenant_id, kind, reference) for follow in (reservation_id, earlier_reservation_id))
        return self._earlier_names.aggregate_of(now, then)

    async def home_of(self, tenant_id: Id, key_result_id: Id) -> Id:
        """The objective that a key result belongs to; one that nobody defined, when the tenant has no such key result.

        So whoever goes on with it is refused where, and as, they would be for a key result that they may not know of.
        """
        return (await self.whole_home_of(tenant_id, key_result_id)).objective_id

    async def whole_home_of(self, tenant_id: Id, key_result_id: Id) -> Home:
        """The same, and the objective that the key result was defined of."""
        if (known := self._known.homes.get(key_result_id)) is None:
            known = (await self._homes_of(tenant_id, (key_result_id,))).get(key_result_id, NOWHERE)
        for event in chain.from_iterable(self.assumed.values()):
            if isinstance(event, KeyResultDefined) and event.key_result_id == key_result_id:
                known = Home(event.objective_id, event.objective_id)
        return self._assumed_home(key_result_id, known)

    def _assumed_home(self, key_result_id: Id, home: Home) -> Home:
        """Where a key result is, from one home on, after the moves that are assumed; they stand by their objectives, in no order."""
        moves = [
            event
            for event in chain.from_iterable(self.assumed.values())
            if isinstance(event, KeyResultMovedIn) and event.key_result_id == key_result_id
        ]
        if moves and home == NOWHERE:  # where it was defined, is not among what is assumed
            targets = {move.objective_id for move in moves}
            first = next((move for move in moves if move.from_objective_id not in targets), moves[0])
            home = Home(first.from_objective_id, first.defined_of)
        while (move := next((one for one in moves if one.from_objective_id == home.objective_id), None)) is not None:
            moves.remove(move)
            home = home._replace(objective_id=move.objective_id)
        return home

    async def _homes_of(self, tenant_id: Id, key_result_ids: Sequence[Id]) -> dict[Id, Home]:
        rows = await self.rows(_HOMES, ([_uuid(i) for i in key_result_ids], _uuid(tenant_id)), tenant_id)
        return {bytes(key_result_id): Home(bytes(now), bytes(first)) for key_result_id, now, first in rows}

    async def day_of_effort(self, tenant_id: Id, effort_id: Id) -> Id:
        """The aggregate of the day of which something was logged; one that nobody logged of, when the tenant has no such entry."""
        rows = await self.rows(_DAY_OF_EFFORT, (_uuid(effort_id), _uuid(tenant_id)), tenant_id)
        return bytes(rows[0][0]) if rows else NIL

    async def kpis_among(self, tenant_id: Id, ids: Sequence[Id]) -> set[Id]:
        """Those of some ids that are of the tenant's KPIs."""
        if not ids:
            return set()
        assumed = {i for i in ids for event in self.assumed.get(i, ()) if isinstance(event, KpiDefined)}
        return assumed | {bytes(row[0]) for row in await self.rows(_KPIS, ([_uuid(i) for i in ids], _uuid(tenant_id)), tenant_id)}

    async def changes(self, after: int, generation: int) -> Changes:
        """What changed after a position that the log had in a generation, up to its head."""
        rows = await self._whole_log.rows(_CHANGES, (after, generation, after, after, _MOST_CHANGES))
        head, newest_generation, *_ = rows[0]
        known = newest_generation == generation and head - _MOST_CHANGES <= after <= head
        versions = {bytes(aggregate_id): version for _, _, aggregate_id, version in rows if aggregate_id is not None}
        return Changes(head, newest_generation, versions if known else None)

    async def head(self) -> int:
        """The newest position of the log."""
        return await self._whole_log.head()

    async def identity(self) -> LogIdentity:
        """Which log it is, and its generations."""
        return await self._whole_log.identity()

    async def cycles_of(self, tenant_id: Id) -> list[Id]:
        """The tenant's cycles, in the order in which they were defined."""
        return [cycle_id for (cycle_id,) in await self.rows(_CYCLES, (_uuid(tenant_id),), tenant_id)]

    async def objectives_of_cycle(self, tenant_id: Id, cycle_id: Id) -> dict[Id, Objective]:
        """The tenant's objectives of a cycle as they are, in the order in which they were defined, or came there."""
        rows = await self.rows(_OBJECTIVES_OF_CYCLE, (_uuid(tenant_id), cycle_id) * 2, tenant_id)
        there = await self.states(tenant_id, OBJECTIVE, [bytes(row[0]) for row in rows])
        return {i: found.state for i, found in there.items() if found.state.cycle_id == cycle_id}

    async def templates_of(self, tenant_id: Id) -> list[Id]:
        """The tenant's own templates that were not removed, in the order in which they were saved first."""
        return [template_id for (template_id,) in await self.rows(_TEMPLATES, (_uuid(tenant_id),), tenant_id)]

    async def is_template(self, tenant_id: Id, template_id: Id) -> bool:
        """Whether it is a template of the tenant's own, or was one before it was removed."""
        return bool(await self.rows(_TEMPLATE, (_uuid(template_id), _uuid(tenant_id)), tenant_id))

    async def cycles_of_objectives(self, tenant_id: Id, objective_ids: Iterable[Id]) -> list[Id]:
        """The cycles of the tenant's objectives, each once; what is no objective of the tenant has none."""
        wanted = list(dict.fromkeys(objective_ids))
        known = self._known.cycles
        cycle_of = {i: cycle_id for i in wanted if (cycle_id := known.get(i)) is not None}
        cycle_of |= await self._cycle_of_each(tenant_id, [i for i in wanted if i not in known])
        for objective_id in wanted:
            for event in self.assumed.get(objective_id, ()):
                if isinstance(event, ObjectiveDefined | ObjectiveMovedToCycle):
                    cycle_of[objective_id] = event.cycle_id
        return list(dict.fromkeys(cycle_of[i] for i in wanted if i in cycle_of))

    async def _cycle_of_each(self, tenant_id: Id, objective_ids: Sequence[Id]) -> dict[Id, Id]:
        if not objective_ids:
            return {}
        rows = await self.rows(_CYCLES_OF_OBJECTIVES, ([_uuid(i) for i in objective_ids], _uuid(tenant_id)), tenant_id)
        return {
            bytes(objective_id): ObjectiveDefined.FromString(defined).cycle_id
            if moved is None
            else ObjectiveMovedToCycle.FromString(moved).cycle_id
            for objective_id, defined, moved in rows
        }

    async def states(self, tenant_id: Id, aggregate: AggregateType[S], aggregate_ids: Iterable[Id]) -> dict[Id, Found[S]]:
        """Each of the tenant's aggregates, in one query; an id that is not the tenant's is left out."""
        wanted = list(aggregate_ids)
        if aggregate is OBJECTIVE and self._known.objectives and all(i in self._known.objectives for i in wanted):
            return {i: one for i in wanted if (one := self._known.objectives[i]) is not None}  # type: ignore[misc]  # S is an objective
        found: dict[Id, Found[S]] = {}
        async for aggregate_id, events in time_sliced((await self.read_aggregates(wanted, tenant_id)).items()):
            assumed = self.assumed.get(aggregate_id, ())
            if not (events or assumed) or (events and events[0].tenant_id != tenant_id):
                continue
            state = aggregate.initial()
            for event in events:
                aggregate.apply(state, self._types.decode(event.event_type, event.payload))
            for follows in assumed:
                aggregate.apply(state, follows)
            found[aggregate_id] = Found(state, events[0] if events else None, events[-1] if events else None)
        return found

    async def state(self, tenant_id: Id, aggregate: AggregateType[S], aggregate_id: Id) -> Found[S]:
        """One aggregate; in its initial state when the tenant has none of this id."""
        found = await self.states(tenant_id, aggregate, (aggregate_id,))
        return found.get(aggregate_id) or Found(aggregate.initial(), None, None)

    async def holds_from(self, tenant_id: Id, appended: Appended) -> Day | None:
        """From which day on holds what a command has said: of a new objective, its place in the tree; None where nothing was said."""
        if not appended.event_ids:
            return None
        recorded = await self.read(appended.first_position - 1, len(appended.event_ids), tenant_id)
        first, *others = (self._types.decode(event.event_type, event.payload) for event in recorded)
        said: list[Any] = [first, *(event for event in others if isinstance(event, ObjectiveAligned))]
        return max((event.holds_from for event in said if event.HasField("holds_from")), default=None)

    def position(self, event: RecordedEvent) -> Position:
        """Where an event of goals stands."""
        return Position(event.log, partition_of(event.partition_key, self._partitions), event.position, event.generation)


async def _note_names(connection: Connection) -> None:
    """Notes the names that were reserved while J1 and j1 were two."""
    names = []
    for tenant_id, aggregate_id, payload in await (await connection.execute(_NAMES)).fetchall():
        reserved = ReferenceReserved.FromString(payload)
        names.append((reservation_id(tenant_id, _KINDS[reserved.kind], reserved.reference), aggregate_id))
    await note_earlier_names(connection, names)


# What was said of an objective since names its team by id.
_TEAM_NAMES: Final = """
CREATE TABLE named_team (tenant_id uuid NOT NULL, name text NOT NULL, number bigint NOT NULL, PRIMARY KEY (tenant_id, name));
"""
_SAID_OF_TEAMS: Final = f"""
SELECT tenant_id, event_type, payload FROM event WHERE event_type IN
  ('{ObjectiveDefined.DESCRIPTOR.full_name}', '{ObjectiveRevised.DESCRIPTOR.full_name}') ORDER BY position
"""  # noqa: S608


async def _note_team_names(connection: Connection) -> None:
    """Notes, once, what objectives called their teams while teams were names."""
    await connection.execute(_TEAM_NAMES)
    names: dict[tuple[UUID, str], None] = {}
    async with connection.cursor(name="said_of_teams") as said:
        await said.execute(_SAID_OF_TEAMS.encode())
        async for tenant_id, event_type, payload in said:
            kind = ObjectiveDefined if event_type == ObjectiveDefined.DESCRIPTOR.full_name else ObjectiveRevised
            if name := kind.FromString(payload).team:
                names.setdefault((tenant_id, name))
    async with connection.cursor() as noting:
        rows = [(tenant_id, name, number) for number, (tenant_id, name) in enumerate(names)]
        await noting.executemany("INSERT INTO named_team VALUES (%s, %s, %s)", rows)


async def _noted_team_names(connection: Connection) -> dict[Id, list[str]]:
    found: dict[Id, list[str]] = {}
    for tenant_id, name in await (await connection.execute("SELECT tenant_id, name FROM named_team ORDER BY number")).fetchall():
        found.setdefault(tenant_id.bytes, []).append(name)
    return found


def _each_once(ids: Iterable[Id]) -> list[Id]:
    """Those that can be ids, each once: what is none is refused by whoever names it."""
    return [i for i in dict.fromkeys(ids) if len(i) == len(NIL)]


def _uuid(value: Id) -> UUID:
    return UUID(bytes=value)
