"""The present state of objectives and key results, as messages of the topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import state_pb2 as pb
from chassis.days import Day
from chassis.ids import Id, id_text, new_id
from chassis.kafka.compacted import KeyedMessage
from progress.domain import measures
from progress.domain.evaluation import Evaluated, as_seen, has_ended
from progress.domain.formulas import Formula
from progress.domain.roll_up import abstained
from progress.domain.shown import ShownKeyResult, shown_key_result
from progress.domain.status import objective_status
from progress.domain.tree import KeyResult, Objective

SOURCE: Final = "/cairn/progress"
_BITS: Final = 1 << 64

Seen = Evaluated[Objective, KeyResult]


def computation_of(day: Day, at: datetime, formula: Formula, positions: Mapping[str, list[int]]) -> pb.Computation:
    """What all states rest on that are computed together; `positions` are by log those of its partitions."""
    computed = pb.Computation(
        on_day=day,
        formula_version=formula.version,
        positions=[pb.LogPositions(log=log, of_partitions=of_partitions) for log, of_partitions in sorted(positions.items())],
    )
    computed.computed_at.FromDatetime(at)
    return computed


def objective_message(seen: Seen, objective_id: Id, computed: pb.Computation, tenant_id: Id) -> KeyedMessage:
    """An objective."""
    o: Any = seen.tree.objectives[objective_id]  # enums stand as plain numbers in rows
    numbers = seen.numbers[objective_id]
    paces = seen.calendar(computed.on_day).at(seen.cut.get(objective_id))
    state = pb.ObjectiveState(
        objective_id=objective_id,
        reference=o.reference,
        title=o.title,
        cycle_id=o.cycle_id,
        level=o.level,
        team=o.team,
        team_id=o.team_id or b"",
        pillar_id=o.pillar_id or b"",
        owner_id=o.owner_id or b"",
        state=o.state,
        kind=o.kind,
        visibility=o.visibility,
        parent_objective_id=o.parent_objective_id or b"",
        parent_key_result_id=o.parent_key_result_id or b"",
        start_day=o.start_day,
        due_day=o.due_day,
        progress=numbers.progress,
        progress_raw=numbers.progress_raw,
        status=objective_status(o, numbers, paces),
        grade=numbers.grade,
        coverage=None if numbers.not_started_share is None else 1.0 - numbers.not_started_share,
        computed=computed,
        child_weight=o.child_weight,
    )
    return state_message(objective_id, state, tenant_id)


def key_result_messages(seen: Seen, objective_id: Id, computed: pb.Computation, tenant_id: Id) -> Iterator[KeyedMessage]:
    """The key results whose home an objective is."""
    of_its_own = [k for k in seen.tree.counting.get(objective_id, ()) if k.objective_id == objective_id]
    apart, calendar, ended = seen.apart.get(objective_id, {}), seen.calendar(computed.on_day), has_ended(seen.tree.objectives[objective_id])
    for key_result in of_its_own:
        its = as_seen(seen, key_result, apart, calendar)
        state = _key_result_state(key_result, shown_key_result(key_result, its, seen.settings, ended, withheld=False), computed)
        state.cycle_id = seen.tree.objectives[objective_id].cycle_id  # of one that ended, too: its objective may have been moved since
        state.due_day = key_result.due_day or (0 if its.home is None else its.home.due_day)
        yield state_message(key_result.key_result_id, state, tenant_id)


def _key_result_state(k: KeyResult, shown: ShownKeyResult, computed: pb.Computation) -> pb.KeyResultState:
    return pb.KeyResultState(
        key_result_id=k.key_result_id,
        reference=k.reference,
        title=k.title,
        objective_id=k.objective_id,
        owner_ids=k.owner_ids,
        weight=k.weight,
        cancelled=k.cancelled,
        value=shown.value,
        milestones_done=None if k.milestones_done is None else k.milestones_done % _BITS,
        progress=shown.progress or 0.0,
        progress_raw=shown.progress_raw or 0.0,
        status=shown.status,
        status_said=shown.status_said,
        abstained=abstained(k),
        confidence=k.newest_confidence,
        grade=shown.grade,
        as_of=k.as_of,
        check_in_id=k.check_in_id or b"",
        computed=computed,
        **_measure(k),
    )


def _measure(k: Any) -> dict[str, Any]:
    """How it is measured, as its definition says."""
    if k.measure == measures.METRIC.number:
        return {"metric": goals.Metric(start=k.start or 0.0, target=k.target, unit=k.unit)}
    if k.measure == measures.BASELINE.number:
        return {"baseline": goals.Baseline(unit=k.unit, start=k.start)}
    if k.measure == measures.SUM.number:
        return {"sum": goals.Sum(start=k.start, target=k.target, unit=k.unit, feeds=k.feeds or ())}
    if k.measure == measures.BINARY.number:
        return {"binary": goals.Binary()}
    if k.measure == measures.GRADED.number:
        return {"graded": goals.Graded()}
    if k.measure == measures.MAINTAIN.number:
        return {"maintain": goals.Maintain(low=k.low, high=k.high, unit=k.unit, mode=k.mode or goals.MAINTAIN_MODE_UNSPECIFIED)}
    steps = zip(k.milestone_titles or (), k.milestone_weights or (), k.milestone_due_days or (), strict=True)
    milestones = [goals.Milestone(title=title, weight=weight, due_day=due_day) for title, weight, due_day in steps]
    return {"milestones": goals.Milestones(milestones=milestones)}


def gone_message(thing_id: Id, tenant_id: Id | None, message_type: str | None) -> KeyedMessage:
    """That there is no such thing any more. `tenant_id` and `message_type` are None where nobody knows any more."""
    return KeyedMessage(thing_id, None, list(_headers(thing_id, message_type, tenant_id, None)))


def state_message(thing_id: Id, state: pb.ObjectiveState | pb.KeyResultState, tenant_id: Id) -> KeyedMessage:
    """A state, under the key of what it is of."""
    at = state.computed.computed_at.ToJsonString()
    return KeyedMessage(thing_id, state.SerializeToString(), list(_headers(thing_id, state.DESCRIPTOR.full_name, tenant_id, at)))


def _headers(thing_id: Id, message_type: str | None, tenant_id: Id | None, at: str | None) -> Iterator[tuple[str, bytes]]:
    """CloudEvents 1.0 in binary mode, as on the topics of events, as far as a state is of one log and of one event: it is of neither."""
    key = id_text(thing_id).encode()
    yield from _OF_ALL
    yield "ce_id", id_text(new_id()).encode()
    yield "ce_subject", key
    yield "ce_partitionkey", key
    if message_type is not None:
        yield "ce_type", message_type.encode()
    if tenant_id is not None:
        yield "ce_tenant", id_text(tenant_id).encode()
    if at is not None:
        yield "ce_time", at.encode()


_OF_ALL: Final = (("ce_specversion", b"1.0"), ("ce_source", SOURCE.encode()), ("content-type", b"application/protobuf"))
