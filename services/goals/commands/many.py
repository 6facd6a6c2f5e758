"""Many definitions in one call, each carried out or refused as in a call of its own: an import of 10,000 objectives is not 50,000 calls.

What they name is read for many of them at once, and what they come to shares group commits. Each is a unit by itself, and one turn of
them is durable before the next is decided, so that other tenants are served meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from protovalidate import Validator

from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore import Appended, Decision
from chassis.ids import Id, new_id
from chassis.positions import newest_positions
from chassis.rpc import fingerprint, first_aggregate, first_event, position_messages, require_well_formed, to_bytes
from chassis.runtime import time_sliced
from goals import policy
from goals.commands.key_results import unit_of_contribution, unit_of_key_result
from goals.commands.kpis import unit_of_measurement
from goals.commands.objectives import unit_of_activation, unit_of_alignment, unit_of_objective
from goals.index import Named
from goals.service import Goals

_VALIDATOR: Final = Validator()
_AT_ONCE: Final = 125
"""Definitions that are read for together: most come to two events, and a turn of the log has 250."""

Kind = Literal["objectives", "key_results", "contributions", "alignments", "activations", "measurements"]


@dataclass(frozen=True, slots=True)
class Defining:
    """How a kind of definition is carried out."""

    named: Callable[[Sequence[Any]], Named]
    """What many of them name that was defined before."""
    unit: Callable[[Goals, Call, Any], Awaitable[list[Decision]]]
    defined: Callable[[Any, Appended], Id]
    """What it is about, by the request and the answer."""


async def define_each(goals: Goals, call: Call, request: api.DefineEachRequest) -> api.DefineEachResponse:
    """Defines what is new, kind by kind, each by itself, and answers each. A key of the call stands, with its place, for each of them.

    Raises Refused: POSITION_UNKNOWN, POSITION_LOST, and LOG_UNAVAILABLE.
    """
    response = api.DefineEachResponse()
    appended: list[Appended] = []
    for kind, defining in _KINDS.items():
        wanted = getattr(request, kind)
        for begin in range(0, len(wanted), _AT_ONCE):
            answers = await _defined(goals, call, defining, kind, begin, wanted[begin : begin + _AT_ONCE])
            async for one, answer in time_sliced(zip(wanted[begin:], answers, strict=False)):
                written = getattr(response, kind).add()
                if isinstance(answer, Refused):
                    written.refusal = to_bytes(answer)
                else:
                    written.defined_id = defining.defined(one, answer)
                    appended.append(answer)
    response.positions.extend(position_messages(newest_positions(position for answer in appended for position in answer.positions)))
    return response


async def _defined(goals: Goals, call: Call, defining: Defining, kind: Kind, begin: int, wanted: Sequence[Any]) -> list[Appended | Refused]:
    units: list[tuple[Call, list[Decision] | Refused]] = []
    read = replace(goals, index=await goals.index.knowing(call.identity.tenant_id, defining.named(wanted)))
    async for number, one in time_sliced(enumerate(wanted, begin)):
        its_call = _call_of(call, kind, number, one)
        try:
            require_well_formed(_VALIDATOR, one)
            units.append((its_call, await defining.unit(read, its_call, one)))
        except Refused as refused:
            units.append((its_call, refused))
    return await goals.aggregates.decide_units(units)


def _call_of(call: Call, kind: Kind, number: int, request: Any) -> Call:
    """The call of one definition among many."""
    if not call.idempotency_key:
        return call
    key = f"{call.idempotency_key}#{kind}[{number}]"
    return replace(call, idempotency_key=key, fingerprint=fingerprint(call.operation, request))


def _objective(goals: Goals, call: Call, request: api.DefineObjectiveRequest) -> Awaitable[list[Decision]]:
    return unit_of_objective(goals, call, new_id(), request)


def _key_result(goals: Goals, call: Call, request: api.DefineKeyResultRequest) -> Awaitable[list[Decision]]:
    return unit_of_key_result(goals, call, new_id(), request, policy.require_edit)


def _of_objectives(wanted: Sequence[api.DefineObjectiveRequest]) -> Named:
    parents = [one.parent_key_result_id for one in wanted]
    return Named([one.parent_objective_id for one in wanted], parents, with_homes=True)


def _of_key_results(wanted: Sequence[api.DefineKeyResultRequest]) -> Named:
    feeds = [feed for one in wanted for feed in one.sum.feeds]
    homes = [one.objective_id for one in wanted]
    fed = [one.objective_id for one in wanted if one.HasField("sum")]
    return Named([*fed, *(other for one in wanted for other in one.counts_for)], feeds, in_cycles=homes)


def _of_contributions(wanted: Sequence[api.ShareKeyResultRequest]) -> Named:
    return Named([one.counts_for for one in wanted], [one.key_result_id for one in wanted])


def _of_alignments(wanted: Sequence[api.AlignObjectiveRequest]) -> Named:
    parents = [one.parent_key_result_id for one in wanted]
    return Named([i for one in wanted for i in (one.objective_id, one.parent_objective_id)], parents, with_homes=True)


def _of_activations(wanted: Sequence[api.ActivateObjectiveRequest]) -> Named:
    return Named(in_cycles=[one.objective_id for one in wanted])


_KINDS: Final[dict[Kind, Defining]] = {
    "objectives": Defining(_of_objectives, _objective, lambda _, appended: first_aggregate(appended)),
    "key_results": Defining(_of_key_results, _key_result, lambda _, appended: first_event(appended)),
    "contributions": Defining(_of_contributions, unit_of_contribution, lambda one, _: one.key_result_id),
    "alignments": Defining(_of_alignments, unit_of_alignment, lambda one, _: one.objective_id),
    "activations": Defining(_of_activations, unit_of_activation, lambda one, _: one.objective_id),
    "measurements": Defining(lambda _: Named(), unit_of_measurement, lambda _, appended: first_event(appended)),
}
"""Kind by kind, in the order in which they are carried out: what each rests on comes before it."""
