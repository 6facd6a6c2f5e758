# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Who may know of an objective. What a caller may not see answers as what does not exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from progress.domain.evaluation import Evaluated
from progress.domain.hiding import NOTHING_HIDDEN, counted_in, hidden_from
from progress.domain.tree import Kr, Obj
from progress.domain.values import Further, kpis_of
from progress.projection import ids
from progress.queries.reading import Called, Cursor, TreeWithNumbers, fetched
from shared.roles import ADMIN, AUDITOR
from shared.visibility import SHOWN

SEE_ALL: Final = (ADMIN, AUDITOR)
"""The roles of those from whom nothing of a tenant is hidden."""


# Who may know of an objective, as docs/domain.md says it. Its visibility is today's: what was made private is private in its past too.
def visible_by(key_results: str, owns_any: str = "EXISTS (SELECT {of})") -> str:
    """Whether the caller may know of an objective `o`, whose key results have the owners that these rows say.

    `owns_any` asks whether there is a row `{of}` some place.
    """
    owned = owns_any.format(of=f"FROM {key_results} k WHERE k.objective_id = o.objective_id AND %(me)s::uuid = ANY(k.owner_ids)")
    return f"""(%(all)s OR {SHOWN}
  OR o.creator_id = %(me)s::uuid OR o.owner_id = %(me)s::uuid
  OR %(me)s::uuid = ANY(o.contributor_ids) OR %(me)s::uuid = ANY(o.named_person_ids)
  OR {owned})"""


VISIBLE: Final = visible_by("key_result_now")
VISIBLE_ONE_BY_ONE: Final = visible_by("key_result_now", "coalesce((SELECT true {of} LIMIT 1), false)")
"""The same, where a statement stops long before its end: PostgreSQL would read all key results first, to know the owners of each."""


CALLED: Final = "coalesce(nullif(o.reference, ''), o.title)"
"""What an objective is called in a line that is about something else."""


def caller(identity: Identity) -> dict[str, Any]:
    """The parameters of VISIBLE, and the tenant."""
    return {
        "tenant": identity.tenant_id.hex(),
        "me": identity.person_id.hex(),
        "teams": ids(identity.team_ids),
        "all": identity.has(*SEE_ALL),
    }


async def visible_of(cursor: Cursor, identity: Identity, of: str, parameters: dict[str, Any]) -> set[Id]:
    """Which objectives, of those that `of` names, the caller may see."""
    statement = (
        f"SELECT o.objective_id FROM objective_now o WHERE {of} AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {VISIBLE}"
    )
    return {row[0] for row in await fetched(cursor, statement.encode(), parameters | caller(identity))}


async def also_visible(
    cursor: Cursor, identity: Identity, visible: set[Id], judged: Collection[Id], objective_ids: Iterable[Id]
) -> set[Id]:
    """`visible`, and which of the objectives the caller may see beside: those that were not `judged` yet are looked up."""
    unknown = set(objective_ids).difference(judged, visible)
    if not unknown:
        return visible
    return visible | await visible_of(cursor, identity, "o.objective_id = ANY(%(objectives)s)", {"objectives": ids(unknown)})


async def seen_by(
    cursor: Cursor, identity: Identity, evaluated: Evaluated[Obj, Kr], visible: set[Id], judged: Collection[Id]
) -> TreeWithNumbers[Obj, Kr]:
    """A tree, as the caller is told its numbers. `visible` of those `judged` are the objectives that they may see."""
    feeds = await _feeds_called(cursor, identity, evaluated)
    if identity.has(*SEE_ALL):
        return TreeWithNumbers(evaluated, visible, NOTHING_HIDDEN, feeds)
    counted = counted_in(evaluated)
    visible = await also_visible(cursor, identity, visible, judged, counted.objective_ids())
    return TreeWithNumbers(evaluated, visible, hidden_from(visible, counted), feeds)


_FEEDS: Final = f"""
SELECT k.key_result_id, k.reference, k.title FROM key_result_now k JOIN objective_now o ON o.objective_id = k.objective_id
WHERE k.key_result_id = ANY(%(feeds)s) AND k.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {VISIBLE}""".encode()


async def _feeds_called(cursor: Cursor, identity: Identity, evaluated: Evaluated[Obj, Kr]) -> dict[Id, Called]:
    """What the key results and KPIs are called that feed sums of a tree, as far as the caller may know of them: KPIs, of all."""
    few = [k for k in evaluated.tree.key_results.values() if k.further is not None]
    kpis = {kpi.kpi_id: Called(kpi.kpi_id, kpi.reference, kpi.title, kpi=True) for k in few for kpi in kpis_of(k)}
    feeds = {feed for k in few for feed in Further(*k.further or ()).feeds or ()} - kpis.keys()
    if not feeds:
        return kpis
    return kpis | {row[0]: Called(*row) for row in await fetched(cursor, _FEEDS, {**caller(identity), "feeds": ids(feeds)})}


def unknown_objective(objective_id: Id) -> Refused:
    """There is none, or none that the caller may see."""
    return Refused(
        "OBJECTIVE_UNKNOWN", f"there is no objective {id_text(objective_id)} that you may see", kind=Kind.UNKNOWN, field="objective_id"
    )


def unknown_key_result(key_result_id: Id) -> Refused:
    """There is none, or none that counts for an objective that the caller may see."""
    return Refused(
        "KEY_RESULT_UNKNOWN", f"there is no key result {id_text(key_result_id)} that you may see", kind=Kind.UNKNOWN, field="key_result_id"
    )
