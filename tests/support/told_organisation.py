"""An organisation of tables as the events that an import makes of it, in their order, and the trees that follow from them.

It stands between `tests/reckoning`, which reads the same tables, and progress: so that what both come to can be compared without an import.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from chassis.days import FIRST_DAY, MICROSECONDS_A_DAY, Day, day_of
from chassis.events import RecordedEvent, event_type_of
from chassis.ids import Id, id_of_name
from tests.reckoning.checkins import figure_of
from tests.reckoning.organisation import NEVER, SINCE_EVER, Instant, KeyResult, Objective, Organisation, Turn
from tests.reckoning.organisation import CheckIn as ReckonedCheckIn

Messages = Iterator[Any]

_LEVELS: Final = {"company": goals.LEVEL_COMPANY, "team": goals.LEVEL_TEAM, "individual": goals.LEVEL_INDIVIDUAL}
_KINDS: Final = {"committed": goals.OBJECTIVE_KIND_COMMITTED, "aspirational": goals.OBJECTIVE_KIND_ASPIRATIONAL}
_ROLL_UPS: Final = {"key_results": goals.ROLL_UP_KEY_RESULTS, "children": goals.ROLL_UP_CHILDREN, "both": goals.ROLL_UP_BOTH}
_MODES: Final = {"latest": goals.MAINTAIN_MODE_LATEST, "share": goals.MAINTAIN_MODE_SHARE}
_STATUSES: Final = {
    "on track": checkins.SAID_STATUS_ON_TRACK,
    "behind": checkins.SAID_STATUS_BEHIND,
    "at risk": checkins.SAID_STATUS_AT_RISK,
    "achieved": checkins.SAID_STATUS_ACHIEVED,
}
_TURNS_IN_ORDER: Final = ("key result", "cancelled", "closed", "active")
"""Of one day."""


def thing(kind: str, ref: str | None) -> Id:
    """The id of what tables call so."""
    return id_of_name(f"{kind} {ref}")


def people_of(organisation: Organisation) -> dict[Id, dict[str, str | None]]:
    """What people, and teams, are called, by their ids, as answers name them."""
    people: dict[Id, dict[str, str | None]] = {thing("person", ref): {"id": ref, "handle": ref, "name": ref} for ref in organisation.people}
    return people | {thing("team", ref): {"id": ref, "handle": None, "name": ref} for ref in organisation.teams}


def events_of(organisation: Organisation, settings: Sequence[Mapping[str, str]], tenant: Id, day: Day) -> list[RecordedEvent]:
    """What an import of these tables records, on a day; `settings` are the rows of settings.csv as they stand there.

    Event after event, but for the ends of one day: they hold for each other, so they are known at one instant.
    """
    events, positions, versions = list[RecordedEvent](), Counter[str](), Counter[Id]()

    def record(message: Any, at: int) -> None:
        _, log, *_ = event_type_of(message).split(".")
        named = (getattr(message, name, b"") for name in ("objective_id", "cycle_id", "kpi_id"))
        aggregate = next(filter(None, named), tenant)
        positions[log] += 1
        versions[aggregate] += 1
        event_id = getattr(message, "check_in_id", b"") or thing("event", f"{log} {positions[log]}")
        envelope = (log, positions[log], event_id, tenant, aggregate, versions[aggregate], at, tenant, None, tenant, None, aggregate)
        events.append(RecordedEvent(*envelope, event_type_of(message), message.SerializeToString()))

    told = _Told(organisation)
    for message in _before_ends(told, organisation, settings):
        record(message, day * MICROSECONDS_A_DAY + len(events))
    for _, turns in groupby(told.turns(), key=itemgetter(0)):
        instant = day * MICROSECONDS_A_DAY + len(events)
        for _, turn in turns:
            record(turn, instant)
    return events


def _before_ends(told: _Told, organisation: Organisation, settings: Sequence[Mapping[str, str]]) -> Messages:
    for row in settings:
        day = row.get("day") or ""
        since = _day(date.fromisoformat(day)) if day else FIRST_DAY
        yield directory.SettingChanged(setting=row["setting"], value=row["value"], holds_from=since)
    yield from told.cycles()
    yield from told.kpis()
    for objective in organisation.objectives.values():
        yield told.objective(objective)
    for key_result in organisation.key_results.values():
        yield from told.key_result(key_result)
    for objective in organisation.objectives.values():
        yield from told.changes_of_objective(objective)
    for key_result in organisation.key_results.values():
        yield from told.changes_of_key_result(key_result)
    yield from told.check_ins()
    for key_result in organisation.key_results.values():
        yield from told.grades(key_result)


class _Told:
    """One organisation on its way to events."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation: Final = organisation

    def cycles(self) -> Messages:
        for cycle in self._organisation.cycles.values():
            yield goals.CycleDefined(
                cycle_id=thing("cycle", cycle.name),
                name=cycle.name,
                first_day=_day(cycle.first_day),
                last_day=_day(cycle.last_day),
                cadence=cycle.cadence,
            )

    def kpis(self) -> Messages:
        for kpi in self._organisation.kpis.values():
            kpi_id = thing("kpi", kpi.ref)
            yield goals.KpiDefined(kpi_id=kpi_id, reference=kpi.ref, title=kpi.title, unit=kpi.unit or "", holds_from=FIRST_DAY)
            for number, (on, value) in enumerate(kpi.values):
                measurement_id = thing("measurement", f"{kpi.ref} {number}")
                yield goals.KpiMeasured(kpi_id=kpi_id, measurement_id=measurement_id, as_of=_day(on), value=float(value))

    # -- definitions -------------------------------------------------------------------------------------------------------------------

    def objective(self, one: Objective) -> goals.ObjectiveDefined:
        return goals.ObjectiveDefined(
            objective_id=thing("objective", one.ref),
            cycle_id=thing("cycle", one.cycle),
            reference=one.ref,
            title=one.title.first,
            level=_LEVELS[one.level],
            owner_id=thing("person", one.owner.first),
            creator_id=thing("person", one.owner.first),
            team_id=thing("team", one.team) if one.team else None,
            kind=_KINDS[one.kind],
            visibility=goals.VISIBILITY_COMPANY,
            start_day=_day(one.first_day),
            due_day=_day(one.due.first),
            roll_up=_ROLL_UPS[one.roll_up.first],
            child_weight=float(one.child_weight.first),
            holds_from=FIRST_DAY,
        )

    def key_result(self, one: KeyResult) -> Messages:
        defined = goals.KeyResultDefined(
            **self._ids(one),
            reference=one.ref,
            title=one.title.first,
            owners=_owners(one.owners.first),
            weight=float(one.weight.first),
            due_day=_day(one.due.first) if one.due.first else 0,
            plan=_plan(one.plan.first) if one.plan.first else None,
            commit=_figure(one.commit),
            stretch=_figure(one.stretch),
            holds_from=_day(one.first_day),
        )
        self._measure(one, defined)
        yield defined
        for objective, timeline in one.counts_for.items():
            for since, counts in timeline.changes:
                said = goals.KeyResultShared if counts else goals.KeyResultUnshared
                day = max(_day(since), _day(one.first_day)) if counts else _day(since)
                yield said(**self._ids(one), counts_for=thing("objective", objective), holds_from=day)

    def _ids(self, one: KeyResult) -> dict[str, Any]:
        return {"objective_id": thing("objective", one.home.first), "key_result_id": thing("key result", one.ref)}

    def _measure(self, one: KeyResult, defined: goals.KeyResultDefined) -> None:
        start, target, unit = _figure(one.start.first), _figure(one.target.first) or 0.0, one.unit or ""
        match one.defined_as:
            case "metric":
                defined.metric.CopyFrom(goals.Metric(start=start or 0.0, target=target, unit=unit))
            case "maintain":
                low, high = _figure(one.low.first), _figure(one.high.first)
                defined.maintain.CopyFrom(goals.Maintain(low=low, high=high, unit=unit, mode=_MODES[one.mode.first]))
            case "milestones":
                defined.milestones.CopyFrom(_milestones(one.milestones.first))
            case "baseline":
                defined.baseline.CopyFrom(goals.Baseline(unit=unit, start=start))
                defined.baseline.SetInParent()
            case "sum":
                defined.sum.CopyFrom(goals.Sum(start=start or 0.0, target=target, unit=unit, feeds=self._feeds(one.feeds.first)))
            case "binary":
                defined.binary.SetInParent()
            case "graded":
                defined.graded.SetInParent()

    def _feeds(self, refs: tuple[str, ...]) -> list[Id]:
        return [thing("kpi" if ref in self._organisation.kpis else "key result", ref) for ref in refs]

    # -- what was redefined ------------------------------------------------------------------------------------------------------------

    def changes_of_objective(self, one: Objective) -> Messages:
        for since, parent in ((SINCE_EVER, one.parent.first), *one.parent.changes):
            if parent is not None or since != SINCE_EVER:
                yield self._aligned(one, parent, since)
        if one.active_from != NEVER:
            yield goals.ObjectiveActivated(objective_id=thing("objective", one.ref), holds_from=_day(one.active_from))
        revisions: dict[str, list[tuple[date, dict[str, Any]]]] = {
            "title": [(since, {"title": title}) for since, title in one.title.changes],
            "owner": [(since, {"owner_id": thing("person", owner)}) for since, owner in one.owner.changes],
            "due": [(since, {"due_day": _day(due)}) for since, due in one.due.changes],
            "roll_up": [(since, {"roll_up": _ROLL_UPS[roll_up]}) for since, roll_up in one.roll_up.changes],
            "child_weight": [(since, {"child_weight": float(weight)}) for since, weight in one.child_weight.changes],
        }
        for since, changed in (each for of_one in revisions.values() for each in of_one):
            yield goals.ObjectiveRevised(objective_id=thing("objective", one.ref), holds_from=_day(since), **changed)

    def _aligned(self, one: Objective, parent: str | None, since: date) -> goals.ObjectiveAligned:
        aligned = goals.ObjectiveAligned(objective_id=thing("objective", one.ref), holds_from=_day(since))
        if parent is not None and parent in self._organisation.key_results:
            aligned.parent_key_result_id = thing("key result", parent)
            aligned.parent_key_results_objective_id = thing("objective", self._organisation.key_results[parent].home.first)
        elif parent is not None:
            aligned.parent_objective_id = thing("objective", parent)
        return aligned

    def changes_of_key_result(self, one: KeyResult) -> Messages:
        home = self._organisation.objectives[one.home.first]
        revisions: tuple[list[tuple[date, dict[str, Any]]], ...] = (
            [(since, {"title": title}) for since, title in one.title.changes],
            [(since, {"owners": goals.Owners(owners=_owners(owners))}) for since, owners in one.owners.changes],
            [(since, {"weight": float(weight)}) for since, weight in one.weight.changes],
            [(since, {"due_day": _day(due or home.due.first)}) for since, due in one.due.changes],
            [(since, {"start": _figure(start)}) for since, start in one.start.changes],
            [(since, {"target": _figure(target)}) for since, target in one.target.changes],
            [(since, {"low": goals.Bound(value=_figure(low))}) for since, low in one.low.changes],
            [(since, {"high": goals.Bound(value=_figure(high))}) for since, high in one.high.changes],
            [(since, {"mode": _MODES[mode]}) for since, mode in one.mode.changes],
            [(since, {"milestones": _milestones(milestones)}) for since, milestones in one.milestones.changes],
            [(since, {"feeds": goals.Feeds(key_result_ids=self._feeds(feeds))}) for since, feeds in one.feeds.changes],
            [(since, {"plan": _plan(plan)}) for since, plan in one.plan.changes],
        )
        for since, changed in (each for of_one in revisions for each in of_one):
            yield goals.KeyResultRevised(**self._ids(one), holds_from=_day(since), **changed)

    # -- what was reported -------------------------------------------------------------------------------------------------------------

    def check_ins(self) -> Messages:
        said = [(one, check_in) for one in self._organisation.key_results.values() for check_in in one.check_ins]
        for one, check_in in sorted(said, key=lambda each: each[1].place):
            yield self._check_in(one, check_in)

    def _check_in(self, one: KeyResult, said: ReckonedCheckIn) -> Any:
        ids = {**self._ids(one), "check_in_id": thing("check-in", f"{one.ref} {said.place}"), "as_of": _day(said.as_of)}
        if said.abstained:
            return checkins.CheckInAbstained(**ids, reason="nobody measured it")
        recorded = checkins.CheckInRecorded(
            **ids,
            confidence=None if said.confidence is None else int(said.confidence),
            said_status=_STATUSES[said.status] if said.status else checkins.SAID_STATUS_UNSPECIFIED,
            part_id=thing("person", said.part) if said.part else None,
        )
        if said.done is not None:
            recorded.milestones_done = sum(1 << (number - 1) for number in said.done)
        else:
            recorded.value = float(figure_of(one, said) or 0)
        return recorded

    def grades(self, one: KeyResult) -> Messages:
        for grade in one.grades:
            on = _day(grade.as_of)
            yield checkins.KeyResultGraded(**self._ids(one), grade=_figure(grade.figure), as_of=on, graded_on=on)

    # -- ends --------------------------------------------------------------------------------------------------------------------------

    def turns(self) -> Iterator[tuple[Instant, Any]]:
        """Ends and reopenings, each with when it was, in this order: what ends within something ends before it on one day."""
        things: list[tuple[str, KeyResult | Objective]] = [
            *(("key result", one) for one in self._organisation.key_results.values()),
            *(("objective", one) for one in self._organisation.objectives.values()),
        ]
        turns = [(turn, kind, one, ended_on) for kind, one in things for turn, ended_on in _with_ends(one.turns)]
        for turn, _, one, ended_on in sorted(turns, key=_in_order):
            yield turn.at, self._turn(turn, one, ended_on)

    def _turn(self, turn: Turn, one: KeyResult | Objective, ended_on: date) -> Any:
        if isinstance(one, KeyResult):
            return goals.KeyResultCancelled(**self._ids(one), reason="", holds_from=_day(turn.day))
        objective_id = thing("objective", one.ref)
        match turn.state:
            case "cancelled":
                return goals.ObjectiveCancelled(objective_id=objective_id, holds_from=_day(turn.day))
            case "closed":
                return goals.ObjectiveClosed(objective_id=objective_id, holds_from=_day(turn.day))
            case _:
                return goals.ObjectiveReopened(objective_id=objective_id, state=goals.OBJECTIVE_STATE_ACTIVE, holds_from=_day(ended_on))


def _with_ends(turns: Sequence[Turn]) -> Iterator[tuple[Turn, date]]:
    """Each turn, with the day of the last end up to it."""
    ended_on = date.min
    for turn in sorted(turns, key=lambda turn: turn.at):
        ended_on = ended_on if turn.state == "active" else turn.day
        yield turn, ended_on


def _in_order(turned: tuple[Turn, str, Any, date]) -> tuple[Instant, int]:
    turn, kind, *_ = turned
    return turn.at, _TURNS_IN_ORDER.index(kind if kind == "key result" else turn.state)


def _day(day: date) -> Day:
    return FIRST_DAY if day == SINCE_EVER else day_of(day)


def _figure(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def _owners(owners: tuple[Any, ...]) -> list[goals.Owner]:
    return [goals.Owner(person_id=thing("person", owner.person), share=_figure(owner.share)) for owner in owners]


def _plan(points: tuple[Any, ...]) -> goals.Plan:
    return goals.Plan(points=[goals.PlannedShare(day=_day(on), share=float(share)) for on, share in points])


def _milestones(listed: tuple[Any, ...]) -> goals.Milestones:
    return goals.Milestones(
        milestones=[goals.Milestone(title=one.title, weight=float(one.weight), due_day=_day(one.due) if one.due else 0) for one in listed]
    )
