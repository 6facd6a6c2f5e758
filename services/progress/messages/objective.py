"""An objective with its key results, as it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_UNSPECIFIED
from chassis.days import Day
from chassis.ids import Id
from progress.domain.evaluation import AsSeen, as_seen, ended_on, has_ended, is_objective_stale, shown_by
from progress.domain.grades import band_of, is_met
from progress.domain.roll_up import abstained
from progress.domain.shown import ShownKeyResult, shown_key_result
from progress.domain.status import (
    marks_reached,
    objective_status,
    pace_of_key_result,
)
from progress.domain.tree import KeyResult
from progress.domain.values import kpis_of
from progress.messages.pieces import (
    NAN,
    UNTOLD,
    edits_or_none,
    milestone_states,
    name_message,
    optional_name_message,
    part_messages,
    parts_of,
    plan_message,
    target_told,
)
from progress.queries import (
    ObjectiveSeen,
)


def objective_message(shown: ObjectiveSeen, day: Day) -> pb.Objective:
    """An objective with its numbers on a day."""
    seen, objective_id, beside = shown.tree, shown.objective_id, shown.beside
    evaluated = seen.evaluated
    o: Any = evaluated.tree.objectives[objective_id]  # enums stand as plain numbers in rows
    withheld = objective_id in seen.hidden.withheld
    numbers = UNTOLD if withheld else evaluated.numbers[objective_id]
    calendar = evaluated.calendar(day)
    paces = calendar.at(evaluated.cut.get(objective_id))
    parent_seen = o.parent_objective_id in seen.visible
    return pb.Objective(
        objective_id=o.objective_id,
        reference=o.reference,
        title=o.title,
        why=o.why,
        cycle_id=o.cycle_id,
        level=o.level,
        owner_id=o.owner_id or b"",
        team_id=o.team_id or b"",
        pillar_id=o.pillar_id or b"",
        state=o.state,
        kind=o.kind,
        visibility=o.visibility,
        roll_up=o.roll_up,
        start_day=o.start_day,
        due_day=o.due_day,
        parent_objective_id=o.parent_objective_id if parent_seen else b"",
        parent_key_result_id=(o.parent_key_result_id or b"") if parent_seen else b"",
        labels=o.labels,
        contributor_ids=o.contributor_ids,
        version=o.version,
        progress=numbers.progress,
        progress_raw=numbers.progress_raw,
        status=STATUS_UNSPECIFIED if withheld else objective_status(o, numbers, paces),
        grade=numbers.grade,
        expected_pace=paces.of_objective(o),
        not_started_share=NAN if numbers.not_started_share is None else numbers.not_started_share,
        formula_version=evaluated.formula.version,
        key_results=_key_result_messages(shown, shown_by(evaluated, objective_id), day),
        child_ids=shown.children,
        hidden=objective_id in seen.hidden.partly,
        cycle_name=beside.cycles.get(o.cycle_id, ""),
        parent_objective=optional_name_message(beside.names.get(o.parent_objective_id)) if parent_seen else None,
        parent_key_result=optional_name_message(beside.names.get(o.parent_key_result_id)) if parent_seen else None,
        children=[name_message(beside.names[child]) for child in shown.children],
        named_people=goals.People(person_ids=o.named_person_ids) if beside.named_people_told else None,
        coverage=None if numbers.not_started_share is None else 1.0 - numbers.not_started_share,
        edits=edits_or_none(beside.edits.get(objective_id)),
        child_weight=o.child_weight,
        confidence=numbers.confidence,
        stale=not withheld and is_objective_stale(evaluated, objective_id, calendar),
        ended_on=ended_on(evaluated, objective_id),
        approval=o.approval,
        carried_from=optional_name_message(beside.names.get(o.carried_from)),
        copied_from=optional_name_message(beside.names.get(o.copied_from)),
        started_from=optional_name_message(beside.names.get(o.started_from)),
        band=band_of(numbers.grade, paces.settings),
        met=is_met(numbers.grade, o.kind),
    )


def key_result_messages(shown: ObjectiveSeen, day: Day) -> list[pb.KeyResult]:
    """The key results of an objective and all that are shared with it, those of drafts too, as it sees them on a day."""
    return _key_result_messages(shown, shown.tree.evaluated.tree.counting.get(shown.objective_id, ()), day)


def _key_result_messages(shown: ObjectiveSeen, key_results: Iterable[KeyResult], day: Day) -> list[pb.KeyResult]:
    evaluated, objective_id, hidden = shown.tree.evaluated, shown.objective_id, shown.tree.hidden
    apart, calendar = evaluated.apart.get(objective_id, {}), evaluated.calendar(day)
    ended = has_ended(evaluated.tree.objectives[objective_id])
    messages = []
    for key_result in sorted(key_results):  # in the order of their definition, not of their rows
        seen = as_seen(evaluated, key_result, apart, calendar)
        its = shown_key_result(key_result, seen, evaluated.settings, ended, key_result.key_result_id in hidden.withheld)
        messages.append(_key_result_message(key_result, seen, its, shown))
    return messages


def _key_result_message(key_result: KeyResult, seen: AsSeen, its: ShownKeyResult, shown: ObjectiveSeen) -> pb.KeyResult:
    """A key result with its numbers, as it is seen. Its home is told where that has a name."""
    beside, feeds, home, paces = shown.beside, shown.tree.feeds, seen.home, seen.paces
    k: Any = key_result  # enums stand as plain numbers in rows
    counts_for = sorted(beside.counts_for.get(k.key_result_id, ()))
    return pb.KeyResult(
        key_result_id=k.key_result_id,
        reference=k.reference,
        title=k.title,
        objective_id=k.objective_id if k.objective_id in beside.names else b"",
        measure=k.measure,
        start=NAN if k.start is None else k.start,
        target=target_told(k.measure, k.target),
        unit=k.unit,
        weight=k.weight,
        due_day=k.due_day or (0 if home is None else home.due_day),
        owners=[goals.Owner(person_id=i, share=share) for i, share in zip(k.owner_ids, k.owner_shares, strict=True)],
        cancelled=k.cancelled,
        milestones=milestone_states(key_result),
        value=its.value,
        progress=its.progress,
        progress_raw=its.progress_raw,
        status=its.status,
        status_said=its.status_said,
        grade=its.grade,
        abstained=abstained(key_result),
        confidence=None if its.withheld else k.confidence if paces.formula.confidence_with_value else k.newest_confidence,
        as_of=k.as_of,
        check_in_id=k.check_in_id or b"",
        event_ids=_of_what(key_result),
        shared=bool(counts_for),
        objective=optional_name_message(beside.names.get(k.objective_id)),
        counts_for=[name_message(beside.names[other]) for other in counts_for if other in beside.names],
        edits=edits_or_none(beside.edits.get(k.key_result_id)),
        counts=its.counts,
        low=k.low,
        high=k.high,
        mode=k.mode or goals.MAINTAIN_MODE_UNSPECIFIED,
        expected_pace=None if home is None else pace_of_key_result(key_result, home, paces),
        plan=plan_message(k.plan) if k.plan else None,
        commit=k.commit,
        stretch=k.stretch,
        marks_reached=[] if its.withheld else marks_reached(key_result),
        feeds=[name_message(feeds[feed]) for feed in k.feeds or () if feed in feeds],
        parts=part_messages(parts_of(k)),
        hidden=k.key_result_id in shown.tree.hidden.partly,
        band=its.band,
        met=its.met,
        stale=its.stale,
    )


def _of_what(k: KeyResult) -> Iterator[Id]:
    """The events that its number came from: its definition's, its check-in's or those of its parts, its grade's; what KPIs said."""
    yield k.event_id
    yield from (kpi.measurement_id for kpi in kpis_of(k) if kpi.measurement_id is not None)
    if parts := parts_of(k):
        yield from (part.event_id for part in parts)
    elif k.check_in_event_id is not None:
        yield k.check_in_event_id
    if k.grade_event_id is not None:
        yield k.grade_event_id
