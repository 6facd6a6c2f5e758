# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Lists of check-ins, by pages: each as it stands now, of one that was taken back what it said before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncCursor
from psycopg.rows import namedtuple_row

from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.errors import Refused
from chassis.ids import Id
from chassis.postgres.binary import UUID
from progress.facts import CheckInKind
from progress.projection import ids
from progress.projection.statements import ABSTAINED
from progress.queries.filters import require_cycles, require_objectives
from progress.queries.key_result import seen_from
from progress.queries.paging import Place, Row
from progress.queries.reading import Cursor, fetched
from progress.queries.visibility import VISIBLE, caller, unknown_key_result

CheckInRow = Any
"""A row of the statement: its columns by name."""

# A check-in keeps its key result, its day and its place there whatever becomes of it; its newest row says what it is now.
_CORRECTED: Final = f"EXISTS (SELECT FROM check_in e WHERE {{same}} AND e.kind = {CheckInKind.CORRECTED})"
_SAME: Final = "{0}.key_result_id = newest.key_result_id AND {0}.true_on = newest.true_on AND {0}.place = newest.place"

_SAID_FIRST: Final = "b.key_result_id = newest.key_result_id AND b.check_in_id = newest.check_in_id AND b.tenant_id = newest.tenant_id"


@dataclass(frozen=True, slots=True)
class CheckInList:
    """What is asked of a list of check-ins; `only` are those among which it looks, None: all."""

    request: pb.ListCheckInsRequest
    identity: Identity
    only: list[Id] | None = None

    async def require_known(self, cursor: Cursor) -> None:
        """Raises Refused (UNKNOWN) for what a filter names and the caller may not know of."""
        await require_cycles(cursor, self.identity, self.request.cycle_ids)
        await require_objectives(cursor, self.identity, self.request.objective_ids, "objective_ids")
        for number, key_result_id in enumerate(self.request.key_result_ids):
            parameters = {**caller(self.identity), "true_on": 0, "known_at": 0, "key_result": key_result_id.hex()}
            if not await fetched(cursor, seen_from(True, "%(key_result)s::uuid").encode(), parameters):
                refused = unknown_key_result(key_result_id)
                raise Refused(refused.reason, refused.message, kind=refused.kind, field=f"key_result_ids[{number}]")

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next check-ins of the list."""
        asked = self.request
        parameters: dict[str, Any] = {**caller(self.identity), "limit": limit}
        of = ["k.tenant_id = %(tenant)s::uuid"]
        for condition, name, wanted in (
            ("k.key_result_id = ANY(%(key_results)s)", "key_results", asked.key_result_ids),
            ("k.objective_id = ANY(%(homes)s)", "homes", asked.objective_ids),
            ("k.cycle_id = ANY(%(cycles)s)", "cycles", asked.cycle_ids),
        ):
            if wanted:
                of.append(condition)
                parameters[name] = ids(wanted)
        by_creation = asked.order == pb.CHECK_IN_ORDER_CREATED_AT
        key, way = ("place" if by_creation else "true_on"), ("DESC" if asked.descending else "ASC")
        within, where = self._conditions(parameters)
        if after is not None:
            within.append(f"(c.{key}, c.place) {'<' if asked.descending else '>'} (%(key)s, %(place)s)")
            parameters |= {"key": after.key, "place": int.from_bytes(after.thing[8:], "big")}
        statement = f"""
SELECT found.*, k.key_result_id AS id_of_key_result, k.reference, k.title, home.objective_id AS home_id, home.reference AS home_reference,
  home.title AS home_title FROM key_result_now k
LEFT JOIN LATERAL (SELECT o.objective_id, o.reference, o.title FROM objective_now o
  WHERE o.objective_id = k.objective_id AND o.cycle_id IS NOT NULL AND {VISIBLE}) home ON true
CROSS JOIN LATERAL (
  SELECT newest.true_on, newest.place, newest.check_in_id, newest.kind = {CheckInKind.RETRACTED} AS retracted,
    newest.comment AS reason, newest.known_from AS updated_at, newest.actor_id AS updated_by, newest.event_id AS newest_event_id,
    said.value, said.milestones_done, said.kind {ABSTAINED} AS abstained, said.confidence, said.said_status, said.comment,
    ARRAY(SELECT b.blocker FROM blocker b WHERE {_SAID_FIRST} ORDER BY b.number) AS blockers,
    first.known_from AS created_at, first.actor_id AS created_by, first.on_behalf_of, first.part_id, first.event_id AS first_event_id,
    {_CORRECTED.format(same=_SAME.format("e"))} AS corrected
  FROM (
    SELECT DISTINCT ON (c.true_on, c.place) c.* FROM check_in c
    WHERE {" AND ".join(["c.key_result_id = k.key_result_id", "c.tenant_id = %(tenant)s::uuid", *within])}
    ORDER BY c.true_on {way}, c.place {way}, c.position DESC) newest
  CROSS JOIN LATERAL (SELECT * FROM check_in f WHERE {_SAME.format("f")} ORDER BY f.position LIMIT 1) first
  CROSS JOIN LATERAL (SELECT * FROM check_in s WHERE {_SAME.format("s")} AND s.kind <> {CheckInKind.RETRACTED}
    ORDER BY s.position DESC LIMIT 1) said
  WHERE {" AND ".join(where)} ORDER BY newest.{key} {way}, newest.place {way} LIMIT %(limit)s) found
WHERE {" AND ".join(of)} AND (home.objective_id IS NOT NULL OR EXISTS ({_SHOWN_ELSEWHERE}))
ORDER BY found.{key} {way}, found.place {way} LIMIT %(limit)s"""
        own: AsyncCursor[Any] = cursor.connection.cursor(binary=True, row_factory=namedtuple_row)
        await own.execute(statement.encode(), parameters)
        return [Row(_place(row, by_creation), row.check_in_id, says=row) for row in await own.fetchall()]

    def _conditions(self, parameters: dict[str, Any]) -> tuple[list[str], list[str]]:
        """What is demanded of every row on a check-in, and of the check-in as it stands."""
        asked: Any = self.request  # its fields are named below
        within, where = list[str](), ["true"]
        for condition, name in (("c.true_on >= %(as_of_from)s", "as_of_from"), ("c.true_on <= %(as_of_to)s", "as_of_to")):
            if asked.HasField(name):
                within.append(condition)
                parameters[name] = getattr(asked, name)
        if asked.check_in_id:
            within.append("c.check_in_id = %(check_in)s::uuid")
            parameters["check_in"] = asked.check_in_id.hex()
        if self.only is not None:
            within.append("c.check_in_id = ANY(%(only)s)")
            parameters["only"] = ids(self.only)
        for condition, name, people in (
            ("first.actor_id = ANY(%(created_by)s)", "created_by", asked.created_by_ids),
            ("first.on_behalf_of = ANY(%(on_behalf_of)s)", "on_behalf_of", asked.on_behalf_of_ids),
        ):
            if people:
                where.append(condition)
                parameters[name] = UUID.array(list(people))
        for condition, name in (
            ("first.known_from >= %(created_from)s", "created_from"),
            ("first.known_from < %(created_to)s", "created_to"),
        ):
            if asked.HasField(name):
                where.append(condition)
                parameters[name] = getattr(asked, name).ToMicroseconds()
        for name, column in (
            ("retracted", f"(newest.kind = {CheckInKind.RETRACTED})"),
            ("abstained", f"(said.kind {ABSTAINED})"),
            ("corrected", _CORRECTED.format(same=_SAME.format("e"))),
            ("blocked", f"EXISTS (SELECT FROM blocker b WHERE {_SAID_FIRST})"),
        ):
            if asked.HasField(name):
                where.append(f"{column} = %({name})s")
                parameters[name] = getattr(asked, name)
        return within, where


_SHOWN_ELSEWHERE: Final = f"""SELECT FROM counts_for_now l JOIN objective_now o ON o.objective_id = l.objective_id
  WHERE l.key_result_id = k.key_result_id AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {VISIBLE}"""


def _place(row: CheckInRow, by_creation: bool) -> Place:
    place: int = row.place
    return Place(place if by_creation else row.true_on, bytes(8) + place.to_bytes(8, "big"))
