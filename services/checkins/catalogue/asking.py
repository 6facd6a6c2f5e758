"""From goals itself: what has not arrived in the copy yet, or may have changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.goals.v1.service_pb2 import DescribeKeyResultRequest, DescribeKeyResultResponse, DescribeObjectiveRequest
from chassis.calls import Call
from chassis.ids import Id
from chassis.rpc import asked, handed_on, positions_of
from checkins.domain.audience import Audience
from checkins.domain.conversations import Thing
from checkins.domain.key_results import KeyResult, measure_of, way_of

if TYPE_CHECKING:
    from cairn.goals.v1.service_pb2_grpc import GoalsServiceAsyncStub  # a name of the type stubs alone

_DEADLINE: Final = 5.0  # seconds that goals may take to describe a key result


async def ask_goals(goals: GoalsServiceAsyncStub, call: Call, key_result_id: Id) -> KeyResult:
    """The key result as goals has it now, asked in the caller's name.

    Raises Refused: KEY_RESULT_UNKNOWN, or UNAVAILABLE when goals does not answer.
    """
    request = DescribeKeyResultRequest(key_result_id=key_result_id)
    description = await asked(goals.DescribeKeyResult(request, metadata=handed_on(call), timeout=_DEADLINE))
    return described_key_result(description, call.identity.tenant_id)


async def ask_who_sees(goals: GoalsServiceAsyncStub, call: Call, objective_id: Id) -> Audience:
    """An objective, and who may know of it now, asked in the caller's name.

    Raises Refused: OBJECTIVE_UNKNOWN, or UNAVAILABLE when goals does not answer.
    """
    request = DescribeObjectiveRequest(objective_id=objective_id)
    described = await asked(goals.DescribeObjective(request, metadata=handed_on(call), timeout=_DEADLINE))
    named = (*described.contributor_ids, *described.named_person_ids, *described.key_result_owner_ids)
    return Audience(
        Thing(described.objective_id),
        call.identity.tenant_id,
        described.visibility,
        described.team_id,
        frozenset((described.creator_id, described.owner_id, *named)),
        positions_of([described.position] if described.HasField("position") else ()),
    )


def described_key_result(description: DescribeKeyResultResponse, tenant_id: Id) -> KeyResult:
    """A key result as goals describes it."""
    return KeyResult(
        key_result_id=description.key_result_id,
        objective_id=description.objective_id,
        tenant_id=tenant_id,
        version=description.version,
        measure=measure_of(description),
        milestones=max(description.most_milestones, len(description.milestones.milestones)),
        way=way_of(description),
        cancelled=description.cancelled,
        objective_state=description.objective_state,
        ended_on=description.objective_ended_on if description.HasField("objective_ended_on") else None,
        cycle_id=description.cycle_id,
        cycle_version=description.cycle_version,
        cycle_state=description.cycle_state,
        visibility=description.visibility,
        team_id=description.team_id,
        owners=frozenset(owner.person_id for owner in description.owners),
        defined_of=description.defined_of or description.objective_id,
        reporters=frozenset(
            (description.objective_owner_id, *description.contributor_ids, *(owner.person_id for owner in description.owners))
        ),
        readers=frozenset((description.creator_id, *description.named_person_ids, *description.key_result_owner_ids)),
        learnt_at=positions_of([description.position] if description.HasField("position") else ()),
    )
