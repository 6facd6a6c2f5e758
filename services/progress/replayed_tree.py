"""Cycles' trees from an export alone, as `GET /v1/tree` tells them to an admin, as far as an export knows.

What people are called is sealed in an export, under keys that it does not have: they are told by their ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, Final, NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1.events_pb2 import Status
from cairn.progress.v1.service_pb2 import Band, Measure
from chassis.days import EPOCH_INSTANT, Day, Microseconds, day_in, day_text, instant_of
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.texts import name_key, quoted
from progress.domain.evaluation import Evaluated, ended_on, is_objective_stale, shown_by
from progress.domain.formulas import NEWEST, Formula
from progress.domain.grades import band_of, is_met
from progress.domain.kpis import FeedingKpi
from progress.domain.measures import BASELINE, BINARY, METRIC, MILESTONES, SUM
from progress.domain.roll_up import abstained
from progress.domain.shown import shown_key_results
from progress.domain.status import Calendar, objective_status
from progress.domain.tree import KeyResult, Objective, in_their_places
from progress.domain.values import Further, kpis_of
from progress.facts import Cycle, Facts, FactsInMemory, KeyResultDefinition
from shared.figures import six_digits

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """At which point of both time axes trees are looked at, and when somebody does: what is not named is as it stands now."""

    true_on: Day | None
    known_at: Microseconds | None
    now: datetime


class CycleTree(NamedTuple):
    """The tree of a cycle; and the cycle, with its days and its state."""

    cycle: Json
    tree: Json


def trees_of(
    facts: Facts, team_names: Mapping[Id, str], tenant_id: Id, cycle: str | None, asked: Asked, formula: Formula = NEWEST
) -> list[CycleTree]:
    """The trees of all cycles, or of the one that goes by an id or a name, the earliest first; teams are called as they are now.

    Raises Refused (CYCLE_UNKNOWN).
    """
    cycles = _wanted(facts.cycles, cycle)
    day = _day(asked, facts.time_zones.get(tenant_id, "UTC"))
    true_on = asked.true_on if formula.later_dated else day
    evaluated = FactsInMemory(facts).evaluated(true_on, asked.known_at, formula)
    names = _Names(team_names, _later_key_results(facts, evaluated))
    return [CycleTree(_cycle(i, facts), _tree(i, facts.cycles[i], evaluated, names, evaluated.calendar(day))) for i in cycles]


class _Names(NamedTuple):
    """What is called how beside the objectives and key results that there are at the point asked about."""

    teams: Mapping[Id, str]  # as they are called now
    later_key_results: Mapping[Id, KeyResultDefinition]  # that are there from a later day on: something may hang under one, or be fed by it


def _later_key_results(facts: Facts, evaluated: Evaluated[Objective, KeyResult]) -> dict[Id, KeyResultDefinition]:
    known_at, there = evaluated.asked.known_at, evaluated.tree.key_results
    later = [v for v in facts.key_result_versions if v.definition.key_result_id not in there and v.recording.known_from <= known_at]
    later.sort(key=lambda v: (-v.true_from, v.recording.position))
    return {v.definition.key_result_id: v.definition for v in later}


def _wanted(cycles: Mapping[Id, Cycle], named: str | None) -> Sequence[Id]:
    in_time = sorted(cycles, key=lambda i: (cycles[i].first_day, i))
    if named is None:
        return in_time
    found = [i for i in in_time if named == id_text(i) or name_key(named) == name_key(cycles[i].name)]
    if not found:
        raise Refused("CYCLE_UNKNOWN", f"there is no cycle {quoted(named)} in this export", kind=Kind.UNKNOWN)
    return found


def _day(asked: Asked, time_zone: str) -> Day:
    """The day that is asked about: the one named, else the tenant's at the known instant, which is now at the latest."""
    if asked.true_on is not None:
        return asked.true_on
    known_at = asked.now if asked.known_at is None else min(max(instant_of(asked.known_at), EPOCH_INSTANT), asked.now)
    return day_in(time_zone, known_at)


def _cycle(cycle_id: Id, facts: Facts) -> Json:
    cycle = facts.cycles[cycle_id]
    state = _word(goals.CycleState, facts.cycle_states[cycle_id])
    return {**_cycle_name(cycle_id, cycle), "first_day": day_text(cycle.first_day), "last_day": day_text(cycle.last_day), "state": state}


def _cycle_name(cycle_id: Id, cycle: Cycle) -> Json:
    return {"id": id_text(cycle_id), "name": cycle.name}


def _tree(cycle_id: Id, cycle: Cycle, evaluated: Evaluated[Objective, KeyResult], names: _Names, calendar: Calendar) -> Json:
    objectives = evaluated.tree.objectives
    order = in_their_places(objectives, [i for i, o in objectives.items() if o.cycle_id == cycle_id])
    return {
        "cycle": _cycle_name(cycle_id, cycle),
        "objectives": [_objective(evaluated, objective_id, depth, names, calendar) for objective_id, depth in order],
        "gone": [],  # it follows no other
        "total": len(order),
        "formula_version": evaluated.formula.version,
        "next": None,
    }


def _objective(evaluated: Evaluated[Objective, KeyResult], objective_id: Id, depth: int, names: _Names, calendar: Calendar) -> Json:
    o, n = evaluated.tree.objectives[objective_id], evaluated.numbers[objective_id]
    paces, ended = calendar.at(evaluated.cut.get(objective_id)), ended_on(evaluated, objective_id)
    return {
        **_named(o.objective_id, o),
        "parent": _parent(evaluated, o, names),
        "depth": depth,
        "owner": None if o.owner_id is None else _person(o.owner_id),
        "team": None if o.team_id is None else {"id": id_text(o.team_id), "name": names.teams.get(o.team_id, o.team) or None},
        "level": _word(goals.Level, o.level, unset="company"),
        "state": _word(goals.ObjectiveState, o.state, unset="draft"),
        "start_day": day_text(o.start_day),
        "due_day": day_text(o.due_day),
        "progress": _share(n.progress),
        "progress_raw": _share(n.progress_raw),
        "status": _word(Status, objective_status(o, n, paces), unset="not_started"),
        **_graded(n.grade, band_of(n.grade, paces.settings), is_met(n.grade, o.kind)),
        "hidden": False,
        "child_weight": _share(o.child_weight),
        "coverage": None if n.not_started_share is None else _share(1.0 - n.not_started_share),
        "confidence": _share(n.confidence),
        "stale": is_objective_stale(evaluated, objective_id, calendar),
        "pace": _share(paces.of_objective(o)),
        "ended_on": None if ended is None else day_text(ended),
        "key_results": [
            _key_result(evaluated, objective_id, key_result, names, calendar) for key_result in shown_by(evaluated, objective_id)
        ],
    }


def _graded(grade: float | None, band: Band.ValueType, met: bool) -> Json:
    """A grade, with its band, and whether what it was given to is met."""
    graded = grade is not None
    return {"grade": _share(grade), "band": _word(Band, band) if graded else None, "met": met if graded else None}


def _parent(evaluated: Evaluated[Objective, KeyResult], o: Objective, names: _Names) -> Json | None:
    above, through = evaluated.tree.objectives.get(o.parent_objective_id or b""), o.parent_key_result_id
    if above is None:
        return None
    key_result = evaluated.tree.key_results.get(through or b"") or names.later_key_results.get(through or b"")
    return {
        "objective": _named(above.objective_id, above),
        "key_result": None if key_result is None else _named(key_result.key_result_id, key_result),
    }


def _key_result(evaluated: Evaluated[Objective, KeyResult], seen_by: Id, k: KeyResult, names: _Names, calendar: Calendar) -> Json:
    (its,) = shown_key_results(evaluated, [(seen_by, [k])], calendar)
    return {
        **_named(k.key_result_id, k),
        "measure": _word(Measure, k.measure),
        "start": k.start if k.measure in _OF_A_WAY else None,
        "target": k.target if k.measure in _OF_A_WAY - {BASELINE.number} else None,
        **_said_of(evaluated, k, names),
        "progress": _share(its.progress),
        "progress_raw": _share(its.progress_raw),
        "status": _word(Status, its.status, unset="not_started"),
        **_graded(its.grade, its.band, its.met),
        "weight": _share(k.weight),
        "abstained": abstained(k),
        "cancelled": k.cancelled,
        "counts": its.counts,
        "low": k.low,
        "high": k.high,
        "mode": _word(goals.MaintainMode, k.mode or 0) or None,
        "stale": its.stale,
        "commit": k.commit,
        "stretch": k.stretch,
        "plan": [{"day": day_text(day), "share": _share(share)} for day, share in k.plan],
    }


def _said_of(evaluated: Evaluated[Objective, KeyResult], k: KeyResult, names: _Names) -> Json:
    """Its value and what that is made of; null in the fields of another measure."""
    further = None if k.further is None else Further(*k.further)
    parts = () if further is None else further.parts
    return {
        "value": _share(k.value) if parts else k.value,
        "owners": [{"person": _person(i), "share": _share(share)} for i, share in zip(k.owner_ids, k.owner_shares, strict=True)],
        "milestones": _milestones(k) if k.measure == MILESTONES.number else None,
        "feeds": _feeds(evaluated, k, names) if k.measure == SUM.number else None,
        "parts": None
        if k.measure in _WITHOUT_PARTS
        else [{"person": _person(part.part_id or b""), "value": part.value, "as_of": day_text(part.true_on)} for part in parts],
    }


_OF_A_WAY: Final = frozenset({METRIC.number, SUM.number, BASELINE.number})
"""Measures that have a start and a target."""
_WITHOUT_PARTS: Final = frozenset({BINARY.number, MILESTONES.number, SUM.number})


def _person(person_id: Id) -> Json:
    return {"id": id_text(person_id), "handle": None, "name": None}


def _milestones(k: KeyResult) -> list[Json]:
    milestones = zip(k.milestone_titles or (), k.milestone_weights or (), k.milestone_due_days or (), strict=True)
    done = k.milestones_done or 0
    return [
        {"title": title, "weight": _share(weight), "due_day": day_text(due_day) if due_day else None, "done": bool(done >> number & 1)}
        for number, (title, weight, due_day) in enumerate(milestones)
    ]


def _feeds(evaluated: Evaluated[Objective, KeyResult], k: KeyResult, names: _Names) -> list[Json]:
    there = evaluated.tree.key_results
    kpis = {kpi.kpi_id: kpi for kpi in kpis_of(k)}
    feeds = [(feed, kpis.get(feed) or there.get(feed) or names.later_key_results.get(feed)) for feed in k.feeds or ()]
    return [_named(feed, its) | {"kind": "kpi" if feed in kpis else "key_result"} for feed, its in feeds if its is not None]


def _named(thing_id: Id, thing: Objective | KeyResult | KeyResultDefinition | FeedingKpi) -> Json:
    return {"id": id_text(thing_id), "ref": thing.reference or id_text(thing_id), "title": thing.title}


def _word(enum: Any, number: int, unset: str = "") -> str:
    """A value of an enum as the API says it: its name without the enum's own, in small letters."""
    if not number:
        return unset
    prefix = "".join(f"_{c}" if c.isupper() else c.upper() for c in enum.DESCRIPTOR.name).lstrip("_") + "_"
    return str(enum.Name(number).removeprefix(prefix).lower())


def _share(number: float | None) -> float | None:
    return six_digits(number) if number is not None and isfinite(number) else None
