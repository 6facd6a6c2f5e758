# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""KPIs at a point of both time axes, alone and by pages, and their values. Everybody of the tenant may know of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from psycopg.rows import namedtuple_row

from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.postgres.binary import UUID
from progress.domain.kpis import Kpi
from progress.projection import ids
from progress.queries.beside import Edits
from progress.queries.changed_since import Since, changed_by_themselves, changes_since
from progress.queries.filters import natural, texts_or_numbers
from progress.queries.paging import Place, Row
from progress.queries.reading import AsOf, Called, Connections, Cursor, fetched
from progress.queries.statements import HOLDS, KNOWN_THERE, VALUE_STANDS
from progress.queries.visibility import VISIBLE, caller

_VERSION: Final = "(SELECT max(n.version) FROM {0} n WHERE n.kpi_id = d.kpi_id AND n.known_from <= %(known_at)s)"
_DEFINED: Final = {
    "version": f"greatest({_VERSION.format('kpi')}, {_VERSION.format('kpi_value')})",
    "value": "v.value",
    "as_of": "v.true_on",
    "measurement_id": "v.measurement_id",
}
_COLUMNS: Final = ", ".join(_DEFINED.get(name, f"d.{name}") for name in Kpi._fields)


def kpis_holding(of: str, more: str = "") -> str:
    """Of the KPIs that `of` names, those that hold, each with its value, and whatever else is asked for."""
    return f"""
SELECT {_COLUMNS}{more and f", {more}"} FROM (
  SELECT DISTINCT ON (kpi_id) * FROM kpi k WHERE {of} AND k.tenant_id = %(tenant)s::uuid AND {HOLDS}
  ORDER BY kpi_id, position DESC, true_from DESC) d
LEFT JOIN LATERAL (SELECT * FROM kpi_value v WHERE v.kpi_id = d.kpi_id AND true_on <= %(true_on)s AND known_from <= %(known_at)s
  AND {VALUE_STANDS} ORDER BY true_on DESC, position DESC LIMIT 1) v ON true
CROSS JOIN LATERAL (SELECT known_from AS created_at, actor_id AS created_by FROM kpi f WHERE f.kpi_id = d.kpi_id
  ORDER BY position LIMIT 1) f
CROSS JOIN LATERAL (SELECT known_from AS updated_at, actor_id AS updated_by FROM kpi l WHERE l.kpi_id = d.kpi_id
  AND known_from <= %(known_at)s ORDER BY position DESC LIMIT 1) l"""


_STARTED: Final = f"""SELECT o.started_from, o.objective_id, o.reference, o.title FROM objective_now o
WHERE o.started_from = ANY(%(kpis)s) AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {KNOWN_THERE} AND {VISIBLE}
ORDER BY o.started_from, o.objective_id""".encode()
_STARTED_ANY: Final = f"""SELECT DISTINCT o.started_from FROM objective_now o WHERE o.objective_id = ANY(%(objectives)s)
AND o.tenant_id = %(tenant)s::uuid AND o.started_from IS NOT NULL AND o.cycle_id IS NOT NULL AND {VISIBLE}""".encode()
_EDITS: Final = "f.created_at, f.created_by, l.updated_at, l.updated_by"
_IN_RANGE: Final = "(v.value IS NOT NULL AND coalesce(d.low <= v.value, true) AND coalesce(v.value <= d.high, true))"

ORDERS: Final[Mapping[pb.KpiOrder.ValueType, str]] = {
    pb.KPI_ORDER_UNSPECIFIED: "''",
    pb.KPI_ORDER_REF: natural("coalesce(nullif(d.reference, ''), d.kpi_id::text)"),
    pb.KPI_ORDER_TITLE: natural("d.title"),
}
"""By what KPIs can be ordered: of a definition `d`, in SQL."""


NO_LIMIT: Final = AsOf()
"""As it stands, whatever day it is dated on."""


class KpiSeen(NamedTuple):
    """A KPI, who made and changed it, and the objectives that were started from it, as far as the caller may know of them."""

    kpi: Kpi
    edits: Edits
    objectives: Sequence[Called] = ()


@dataclass(frozen=True, slots=True)
class KpiList:
    """What is asked of a list of KPIs, at a point; `only` are those among which it looks, None: all."""

    request: pb.ListKpisRequest
    identity: Identity
    as_of: AsOf
    only: list[Id] | None = None

    async def require_known(self, _: Cursor) -> None:
        """No filter names what somebody may not know of."""

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next KPIs of the list, each with what it says."""
        asked = self.request
        parameters: dict[str, Any] = {"tenant": self.identity.tenant_id.hex(), **self.as_of.parameters(), "limit": limit}
        of, where = "true", self._conditions(parameters)
        if self.only is not None:
            of = "k.kpi_id = ANY(%(only)s)"
            parameters["only"] = ids(self.only)
        key, way = ORDERS[asked.order], "DESC" if asked.descending else "ASC"
        if after is not None:
            where.append(f"({key}, d.kpi_id) {'<' if asked.descending else '>'} (%(key)s, %(place)s::uuid)")
            parameters |= {"key": after.key, "place": after.thing.hex()}
        statement = f"""{kpis_holding(of, f"{_EDITS}, {key} AS key")}
WHERE {" AND ".join(["true", *where])} ORDER BY {len(Kpi._fields) + len(Edits._fields) + 1} {way}, 1 {way} LIMIT %(limit)s"""
        await cursor.execute(statement.encode(), parameters)
        rows = [_row(row) for row in await cursor.fetchall()]
        started = await self._started(cursor, [row.thing for row in rows])
        return [row._replace(says=row.says._replace(objectives=started.get(row.thing, ()))) for row in rows]

    async def _started(self, cursor: Cursor, kpis: list[Id]) -> dict[Id, list[Called]]:
        """By KPI: the objectives that were started from it, as they are called now."""
        if not kpis:
            return {}
        found = await fetched(cursor, _STARTED, {**caller(self.identity), **self.as_of.parameters(), "kpis": ids(kpis)})
        return {kpi: [Called(*row[1:]) for row in its] for kpi, its in groupby(found, itemgetter(0))}

    def _conditions(self, parameters: dict[str, Any]) -> list[str]:
        asked, where = self.request, list[str]()
        if asked.owner_ids:
            where.append("d.owner_id = ANY(%(owners)s)")
            parameters["owners"] = UUID.array(list(asked.owner_ids))
        if asked.teams:
            where.append("d.team = ANY(%(teams)s)")
            parameters["teams"] = texts_or_numbers("teams", asked.teams)
        if asked.HasField("in_range"):
            where.append(f"v.value IS NOT NULL AND {_IN_RANGE} = %(in_range)s")
            parameters["in_range"] = asked.in_range
        if asked.HasField("retired"):
            where.append("d.retired = %(retired)s")
            parameters["retired"] = asked.retired
        return where


def _row(row: tuple[Any, ...]) -> Row:
    kpi_id, key = row[0], row[-1]
    return Row(Place(key, kpi_id), kpi_id, says=KpiSeen(Kpi(*row[: len(Kpi._fields)]), Edits(*row[len(Kpi._fields) : -1])))


async def get_kpi(connections: Connections, identity: Identity, kpi_id: Id, as_of: AsOf) -> KpiSeen:
    """A KPI. Raises Refused (UNKNOWN)."""
    listed = KpiList(pb.ListKpisRequest(), identity, as_of, [kpi_id])
    async with connections.of(identity.tenant_id) as connection:
        rows = await listed.found(connection.cursor(binary=True), None, 1)
    if not rows:
        raise Refused("KPI_UNKNOWN", f"there is no KPI {id_text(kpi_id)}", kind=Kind.UNKNOWN, field="kpi_id")
    seen: KpiSeen = rows[0].says
    return seen


async def kpis_changed(cursor: Cursor, identity: Identity, since: Since) -> list[Id]:
    """The KPIs that were defined, changed or measured since then, and from which an objective was started that has changed since.

    In the order of their ids.
    """
    themselves = await changed_by_themselves(cursor, identity, since, "kpi_id", "kpi", "kpi_value")
    objectives = (await changes_since(cursor, identity, since)).objectives
    started = await fetched(cursor, _STARTED_ANY, {**caller(identity), "objectives": ids(objectives)}) if objectives else []
    return sorted(themselves | {row[0] for row in started})


async def kpis_seen(_: Cursor, __: Identity, ___: Since, kpi_ids: list[Id]) -> set[Id]:
    """All of them: nobody is to know of fewer."""
    return set(kpi_ids)


async def load_kpis(cursor: Cursor, tenant_id: Id, as_of: AsOf = NO_LIMIT) -> list[Kpi]:
    """All KPIs of a tenant at a point of both time axes."""
    rows = await fetched(cursor, kpis_holding("true").encode(), {"tenant": tenant_id.hex(), **as_of.parameters()})
    return [Kpi(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class KpiValueList:
    """What is asked of the values of a KPI."""

    request: pb.ListKpiValuesRequest
    identity: Identity

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next values; each with whether it lay in the range of its own day, as that is known now."""
        asked = self.request
        parameters: dict[str, Any] = {"tenant": self.identity.tenant_id.hex(), "kpi": asked.kpi_id.hex(), "limit": limit}
        where = ["v.kpi_id = %(kpi)s::uuid", "v.tenant_id = %(tenant)s::uuid", "v.value IS NOT NULL"]
        for condition, name in (
            ("v.true_on >= %(as_of_from)s", "as_of_from"),
            ("v.true_on <= %(as_of_to)s", "as_of_to"),
            ("(r.measurement_id IS NOT NULL) = %(retracted)s", "retracted"),
        ):
            if asked.HasField(name):  # type: ignore[arg-type]  # one of the three that are named
                where.append(condition)
                parameters[name] = getattr(asked, name)
        way = "DESC" if asked.descending else "ASC"
        if after is not None:
            where.append(f"(v.true_on, v.position) {'<' if asked.descending else '>'} (%(key)s, %(place)s)")
            parameters |= {"key": after.key, "place": int.from_bytes(after.thing[8:], "big")}
        statement = f"""
SELECT v.*, r.measurement_id IS NOT NULL AS retracted, coalesce(r.comment, '') AS reason,
  coalesce(d.low <= v.value, true) AND coalesce(v.value <= d.high, true) AS in_range
FROM kpi_value v LEFT JOIN LATERAL (
  SELECT * FROM kpi_value r WHERE r.measurement_id = v.measurement_id AND r.value IS NULL ORDER BY position LIMIT 1) r ON true
CROSS JOIN LATERAL (SELECT low, high FROM kpi d WHERE d.kpi_id = v.kpi_id AND d.true_from <= v.true_on
  ORDER BY position DESC, true_from DESC LIMIT 1) d
WHERE {" AND ".join(where)} ORDER BY v.true_on {way}, v.position {way} LIMIT %(limit)s"""
        own = cursor.connection.cursor(binary=True, row_factory=namedtuple_row)
        await own.execute(statement.encode(), parameters)
        found: list[Any] = list(await own.fetchall())
        return [Row(Place(row.true_on, bytes(8) + row.position.to_bytes(8, "big")), row.measurement_id, says=row) for row in found]
