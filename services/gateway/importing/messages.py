"""What an import asks of the services, from what its plan says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import assert_never

from cairn.checkins.v1 import service_pb2 as checkins_pb2
from cairn.directory.v1 import events_pb2 as directory_events
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import events_pb2 as goals_events
from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.days import Day, day_of
from chassis.ids import Id
from chassis.texts import name_key
from gateway.importing.plan import CheckIn, Cycle, Grade, KeyResult, Milestone, Objective, Owner, PersonRow
from gateway.schemas.enums import CYCLE_KINDS, LEVELS, MAINTAIN_MODES, OBJECTIVE_KINDS, ROLES, ROLL_UPS, SAID_STATUSES, VISIBILITIES


def cycle_request(cycle: Cycle, enclosing_cycle_id: Id) -> goals_pb2.DefineCycleRequest:
    """A cycle to be defined."""
    return goals_pb2.DefineCycleRequest(
        name=cycle.name,
        kind=CYCLE_KINDS.number(cycle.kind),
        first_day=day_of(cycle.first_day),
        last_day=day_of(cycle.last_day),
        enclosing_cycle_id=enclosing_cycle_id,
        cadence=cycle.cadence,
        weekday=cycle.weekday,
    )


def person_request(handle: str, said: PersonRow | None = None) -> directory_pb2.AddPersonRequest:
    """A person to be added: as their row says, where they have one."""
    if said is None:
        return directory_pb2.AddPersonRequest(handle=handle, name=handle, roles=[directory_events.ROLE_MEMBER])
    roles = map(ROLES.number, said.roles)
    return directory_pb2.AddPersonRequest(handle=handle, name=said.name, email=said.email, roles=roles)


def objective_request(
    objective: Objective, cycle_id: Id, people: Mapping[str, Id], teams: Mapping[str, Id], pillars: Mapping[str, Id]
) -> goals_pb2.DefineObjectiveRequest:
    """An objective to be drafted; `people`, `teams` and `pillars` are ids by `name_key`."""
    return goals_pb2.DefineObjectiveRequest(
        cycle_id=cycle_id,
        reference=objective.reference,
        title=objective.title,
        level=LEVELS.number(objective.level),
        owner_id=people[name_key(objective.owner)] if objective.owner is not None else b"",
        team_id=teams[name_key(objective.team)] if objective.team else b"",
        pillar_id=pillars[name_key(objective.pillar)] if objective.pillar else b"",
        contributor_ids=[people[name_key(person)] for person in objective.contributors],
        named_person_ids=[people[name_key(person)] for person in objective.named],
        kind=OBJECTIVE_KINDS.number(objective.kind),
        visibility=VISIBILITIES.number(objective.visibility),
        roll_up=ROLL_UPS.number(objective.roll_up),
        labels=objective.labels,
        why=objective.why,
        start_day=day_of(objective.start_day),
        due_day=day_of(objective.due_day),
        child_weight=objective.child_weight,
        imported=True,
    )


def key_result_request(
    key_result: KeyResult, objective_id: Id, counts_for: Iterable[Id], feeds: Iterable[Id], people: Mapping[str, Id], holds_from: Day | None
) -> goals_pb2.DefineKeyResultRequest:
    """A key result to be defined. `holds_from`: from which day on; None: since ever, its objective being a draft."""
    request = goals_pb2.DefineKeyResultRequest(
        objective_id=objective_id,
        reference=key_result.reference,
        title=key_result.title,
        weight=key_result.weight,
        counts_for=counts_for,
        holds_from=holds_from,
        plan=plan_message(key_result.plan) if key_result.plan else None,
        commit=key_result.commit,
        stretch=key_result.stretch,
        imported=True,
        owners=owners_message(key_result.owners, people),
        due_day=None if key_result.due_day is None else day_of(key_result.due_day),
    )
    match key_result.measure:
        case "metric":
            request.metric.CopyFrom(goals_events.Metric(start=key_result.start or 0, target=key_result.target or 0, unit=key_result.unit))
        case "maintain":
            mode = MAINTAIN_MODES.number(key_result.mode)
            request.maintain.CopyFrom(goals_events.Maintain(low=key_result.low, high=key_result.high, unit=key_result.unit, mode=mode))
        case "milestones":
            request.milestones.CopyFrom(milestones_message(key_result.milestones))
        case "baseline":
            request.baseline.CopyFrom(goals_events.Baseline(unit=key_result.unit, start=key_result.start))
            request.baseline.SetInParent()
        case "sum":
            start, target = key_result.start or 0, key_result.target or 0
            request.sum.CopyFrom(goals_events.Sum(start=start, target=target, unit=key_result.unit, feeds=feeds))
        case "binary":
            request.binary.SetInParent()
        case "graded":
            request.graded.SetInParent()
        case unknown_measure:
            assert_never(unknown_measure)
    return request


def owners_message(owners: Iterable[Owner], people: Mapping[str, Id]) -> list[goals_events.Owner]:
    """The owners of a key result, with their shares; `people` are ids by `name_key`."""
    return [goals_events.Owner(person_id=people[name_key(owner.person)], share=owner.share) for owner in owners]


def plan_message(plan: Iterable[tuple[date, float]]) -> goals_events.Plan:
    """The plan by dates of a key result."""
    return goals_events.Plan(points=[goals_events.PlannedShare(day=day_of(day), share=share) for day, share in plan])


def milestones_message(milestones: Iterable[Milestone]) -> goals_events.Milestones:
    """The milestones of a key result."""
    return goals_events.Milestones(
        milestones=[
            goals_events.Milestone(title=one.title, weight=one.weight, due_day=0 if one.due_day is None else day_of(one.due_day))
            for one in milestones
        ]
    )


def check_in_row(check_in: CheckIn, key_result_id: Id, by: Id, people: Mapping[str, Id]) -> checkins_pb2.CheckInRow:
    """What a row says of a check-in. One that was refused already says nothing, and keeps its place."""
    report = checkins_pb2.CheckIn(key_result_id=key_result_id, as_of=day_of(check_in.as_of), on_behalf_of=by, comment=check_in.comment)
    if check_in.abstention is not None:
        report.abstention = check_in.abstention
    elif check_in.done is not None:
        report.milestones_done.CopyFrom(checkins_pb2.MilestonesDone(numbers=check_in.done))
    elif check_in.value is not None:
        report.value = check_in.value
    if check_in.abstention is None:
        report.part = b"" if check_in.part is None else people[name_key(check_in.part)]
        report.blockers.extend(check_in.blockers)
        report.said_status = SAID_STATUSES.number(check_in.status)
        if check_in.confidence is not None:
            report.confidence = check_in.confidence
    return checkins_pb2.CheckInRow(
        check_in=report,
        retracted=check_in.retraction is not None,
        retraction_reason=check_in.retraction or "",
        says_comment=check_in.says_comment,
    )


def grade_row(grade: Grade, key_result_id: Id) -> checkins_pb2.GradeRow:
    """What a row says of a grade."""
    given = checkins_pb2.GradeKeyResultRequest(
        key_result_id=key_result_id,
        grade=grade.grade,
        as_of=day_of(grade.as_of),
        graded_on=day_of(grade.graded_on),
        reason=grade.reason,
    )
    return checkins_pb2.GradeRow(grade=given, says_comment=grade.says_comment)
