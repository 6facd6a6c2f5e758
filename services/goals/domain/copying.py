"""What a new objective says that goes back to another one: a copy of it, or what carries it on in another cycle.

Carried over, a metric begins where it got to, of milestones those are left that are not done, and the others are as they were. Source:
docs/domain.md, "Carried over".
"""

from __future__ import annotations

from collections.abc import Collection

from cairn.goals.v1.events_pb2 import LEVEL_UNSPECIFIED, Baseline, Metric, Milestones, Owner
from cairn.goals.v1.service_pb2 import CopyObjectiveRequest, DefineKeyResultRequest, DefineObjectiveRequest, Reached
from chassis.calls import Identity
from chassis.errors import Refused, invalid
from chassis.ids import Id
from goals.domain.alignment import Parent
from goals.domain.measures import Measure, set_measure
from goals.domain.objectives import KeyResult, Objective


def objective_again(source: Objective, wanted: CopyObjectiveRequest, caller: Identity) -> DefineObjectiveRequest:
    """What the new objective says: what the source does, but for what is wanted otherwise; in another cycle it has that one's days.

    What is not carried over is the caller's, unless it is somebody else's as wanted.
    """
    same_cycle = wanted.cycle_id in (b"", source.cycle_id)
    return DefineObjectiveRequest(
        cycle_id=wanted.cycle_id or source.cycle_id,
        reference=wanted.reference,
        title=wanted.title or source.title,
        why=source.why,
        level=source.level or LEVEL_UNSPECIFIED,
        owner_id=wanted.owner_id or (source.owner_id if wanted.carry_over else caller.person_id),
        team_id=source.team_of(caller.tenant_id),
        contributor_ids=[each for each in source.contributor_ids if each not in wanted.left_person_ids],
        named_person_ids=source.named_person_ids,
        start_day=source.start_day if same_cycle else None,
        due_day=source.due_day if same_cycle else None,
        kind=source.kind,
        visibility=source.visibility,
        roll_up=source.roll_up,
        labels=source.labels,
        child_weight=source.child_weight,
        pillar_id=source.pillar_id,
    )


def hang_under(wanted: DefineObjectiveRequest, parent: Parent) -> None:
    """Lets the new objective hang where the source does."""
    if parent.key_result_id:
        wanted.parent_key_result_id = parent.key_result_id
    else:
        wanted.parent_objective_id = parent.objective_id


def key_results_again(source: Objective, wanted: CopyObjectiveRequest) -> list[DefineKeyResultRequest]:
    """The key results of the new objective: those of the source that stand. What is carried over goes on from where it got to.

    Raises Refused: KEY_RESULT_UNKNOWN for one that the source has not, TARGET_MET where a metric got as far as its target, or beyond it,
    and no new one is given.
    """
    reached = {each.key_result_id: each for each in wanted.reached}
    if unknown := reached.keys() - source.key_results.keys():
        raise invalid("reached", f"the objective has no key result {next(iter(unknown)).hex()}", "KEY_RESULT_UNKNOWN")
    same_cycle = wanted.cycle_id in (b"", source.cycle_id)
    again = []
    for key_result in source.key_results.values():
        if key_result.cancelled:
            continue
        its = reached.get(key_result.key_result_id, Reached())
        begun = begun_anew(key_result.measure, its) if isinstance(key_result.measure, Baseline) else key_result.measure
        measure = _carried_on(key_result.title, begun, its) if wanted.carry_over else begun
        if measure is None:
            continue
        defining = DefineKeyResultRequest(
            title=key_result.title,
            owners=_owners_there(key_result, wanted.left_person_ids),
            weight=key_result.weight,
            due_day=key_result.due_day or None if same_cycle else None,
            plan=key_result.plan if same_cycle and key_result.plan.points else None,
            commit=None if wanted.carry_over else key_result.commit,
            stretch=None if wanted.carry_over else key_result.stretch,
        )
        set_measure(defining, measure)
        again.append(defining)
    return again


def _owners_there(key_result: KeyResult, left: Collection[Id]) -> list[Owner]:
    """The owners of a key result who have not left; with equal shares where nobody else had one. None: it is its objective's owner's."""
    there = [owner for owner in key_result.owners if owner.person_id not in left]
    if all(owner.HasField("share") and owner.share == 0 for owner in there):
        return [Owner(person_id=owner.person_id) for owner in there]
    return there


def begun_anew(baseline: Baseline, reached: Reached) -> Measure:
    """How a baseline is measured where it begins once more.

    What was given a target is a metric, from the start that was given, else from where it got to; else it is a baseline once more.
    """
    if not baseline.HasField("target"):
        return baseline
    if baseline.HasField("start"):
        return Metric(start=baseline.start, target=baseline.target, unit=baseline.unit)
    if reached.HasField("value") and reached.value != baseline.target:
        return Metric(start=reached.value, target=baseline.target, unit=baseline.unit)
    return Baseline(unit=baseline.unit)


def _carried_on(title: str, measure: Measure, reached: Reached) -> Measure | None:
    """How what is carried over is measured; None: there is nothing left to do."""
    match measure:
        case Metric():
            return _metric_carried_on(title, measure, reached)
        case Milestones():
            left = [m for number, m in enumerate(measure.milestones) if not reached.milestones_done >> number & 1]
            return Milestones(milestones=left) if left else None
        case _:
            return measure


def _metric_carried_on(title: str, metric: Metric, reached: Reached) -> Metric:
    start = reached.value if reached.HasField("value") else metric.start
    target = reached.target if reached.HasField("target") else metric.target
    rising = metric.target > metric.start
    if not reached.HasField("target") and (start >= target if rising else start <= target):
        message = f"{title!r} got to {start:g}, and its target was {target:g}: give it a new target for what comes next"
        raise Refused("TARGET_MET", message, field="targets")
    return Metric(start=start, target=target, unit=metric.unit)
