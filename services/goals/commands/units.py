"""What several commands of goals ask in their units: what is edited, by whom, and what must be so elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from google.protobuf.message import Message
from protovalidate import Validator

from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Decision
from chassis.ids import Id
from chassis.rpc import require_well_formed
from goals import policy
from goals.aggregates import ALIGNMENT, CYCLE, OBJECTIVE, REFERENCE, SUMS
from goals.domain import alignment, cycles, references, sums
from goals.domain.alignment import Alignment
from goals.domain.objectives import Objective
from goals.domain.references import ReferenceKind
from goals.service import Goals
from shared.holding import Asked, Holding

_VALIDATOR: Final = Validator()


def require_part_well_formed(message: Message, part: str) -> None:
    """Raises Refused (INVALID), with the field in which a part of a request stands, unless it is as its proto says."""
    try:
        require_well_formed(_VALIDATOR, message)
    except Refused as refused:
        raise of_part(refused, part) from None


def of_part(refused: Refused, part: str) -> Refused:
    """What is wrong with a part, as wrong with the field in which that stands."""
    field = f"{part}.{refused.field}" if refused.field else part
    return Refused(refused.reason, refused.message, kind=refused.kind, field=field)


def sums_of(call: Call, objective_id: Id) -> Aggregate[sums.Sums]:
    """What feeds the tenant's sums; the event travels with those of the objective whose sum it is."""
    return Aggregate(SUMS, sums.sums_id(call.identity.tenant_id), may=CALLER_WAS_CHECKED, partition_key=objective_id)


def asked_of(goals: Goals, call: Call, request: Holding) -> Asked:
    """From which day on the request shall hold, and the day of the command."""
    return Asked(request.holds_from if request.HasField("holds_from") else None, goals.day_of(call))


async def drafts_among(goals: Goals, call: Call, objective_ids: Sequence[Id]) -> dict[Id, bool]:
    """Whether objectives that gain or lose something are drafts; what there is not is none, and refused by its requirement."""
    found = await goals.index.states(call.identity.tenant_id, OBJECTIVE, objective_ids) if objective_ids else {}
    return {i: i in found and found[i].state.draft for i in objective_ids}


def editable(objective_id: Id, expected_version: int) -> Aggregate[Objective]:
    """An objective at the version that the caller has seen, for those who may edit it."""
    return Aggregate(OBJECTIVE, objective_id, expected_version, may=policy.require_edit)


async def cycles_are_open(goals: Goals, call: Call, *objective_ids: Id) -> list[Decision]:
    """That the cycles of objectives whose numbers or definitions change are not closed.

    What there is not is left out, and refused by the objective's own decision; which cycle it is, is told to nobody who may not know of it.
    """
    cycle_ids = await goals.index.cycles_of_objectives(call.identity.tenant_id, objective_ids)
    return [Aggregate(CYCLE, cycle_id, may=ANYONE).requirement(cycles.require_not_closed) for cycle_id in cycle_ids]


def tree_of(call: Call, objective_id: Id) -> Aggregate[Alignment]:
    """The tenant's tree of objectives; the event travels with those of the objective that moves."""
    return Aggregate(ALIGNMENT, alignment.alignment_id(call.identity.tenant_id), may=CALLER_WAS_CHECKED, partition_key=objective_id)


def reservation(goals: Goals, call: Call, kind: ReferenceKind, reference: str, holder_id: Id, partition_key: Id) -> list[Decision]:
    """The name of what is new, if it has one."""
    if not reference:
        return []
    name_id = goals.index.name_id(call.identity.tenant_id, kind, reference)
    name = Aggregate(REFERENCE, name_id, may=CALLER_WAS_CHECKED, partition_key=partition_key)
    return [name.decision(references.reserve, kind, reference, holder_id)]
