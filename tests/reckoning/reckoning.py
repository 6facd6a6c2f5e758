"""The tree of an organisation on a day, as `cairn tree --json` shows it (issue 11, JSON), known now.

Beside what is shown there, of an objective `band` and `met`, of a key result `pace`, `confidence`, and what the numbers come from.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Final

from tests.reckoning import pace, rollup, status
from tests.reckoning.checkins import WITHOUT_PARTS, confidence_on, grade_on, is_abstained, milestones_done
from tests.reckoning.checkins import figure_of as said_in
from tests.reckoning.moments import Moment, end_of, has_ended, state_of
from tests.reckoning.organisation import KeyResult, Objective, Organisation
from tests.reckoning.rollup import KeyResultSeen
from tests.reckoning.shown import as_said, clamp, six_digits

Json = dict[str, Any]

_MET_AT: Final = {"committed": Fraction(1), "aspirational": Fraction("0.7")}


def tree(organisation: Organisation, as_of: date) -> Json:
    """Objectives of every state by their order in the table, each with its own number on the day."""
    return {
        "as_of": as_of.isoformat(),
        "objectives": [_objective(organisation, objective, Moment(as_of)) for objective in organisation.objectives.values()],
    }


def _objective(organisation: Organisation, objective: Objective, asked: Moment) -> Json:
    """`state`, `ended_on` and `child_weight` are those of T, all else is of the moment to which its end has cut it."""
    seen = rollup.of_objective(organisation, objective, asked)
    end = end_of(objective.turns, asked.known) if has_ended(objective, asked) else None
    return {
        "ref": objective.ref,
        "title": objective.title.on(asked.day),
        "cycle": objective.cycle,
        "parent": _parent(organisation, objective, asked.day),
        "owner": objective.owner.on(asked.day),
        "team": objective.team,
        "level": objective.level,
        "state": state_of(objective, asked),
        "ended_on": end.day.isoformat() if end else None,
        "child_weight": as_said(objective.child_weight.on(asked.day)),
        "progress": six_digits(seen.rolled_up.progress),
        "progress_raw": six_digits(seen.rolled_up.raw),
        "coverage": six_digits(seen.rolled_up.coverage),
        "status": seen.status,
        "pace": six_digits(seen.pace),
        "confidence": six_digits(seen.confidence),
        "grade": six_digits(seen.grade),
        "band": band(organisation, seen.grade, seen.at.day),
        "met": is_met(objective, seen.grade),
        "stale": seen.stale,
        "hidden": False,
        "key_results": [_key_result(organisation, one) for one in seen.key_results],
    }


def _parent(organisation: Organisation, objective: Objective, day: date) -> Json | None:
    parent = objective.parent.on(day)
    if parent is None:
        return None
    if parent in organisation.key_results:
        return {"objective": organisation.key_results[parent].home.on(day), "key_result": parent}
    return {"objective": parent, "key_result": None}


def band(organisation: Organisation, grade: Fraction | None, day: date) -> str | None:
    """Row grade: bands on the unrounded figure, < 0.4 red, < 0.7 yellow, else green; the bounds are the tenant's."""
    if grade is None:
        return None
    yellow, green = organisation.settings.bands.on(day)
    if grade < yellow:
        return "red"
    return "yellow" if grade < green else "green"


def is_met(objective: Objective, grade: Fraction | None) -> bool | None:
    """Row grade: committed is met at 1.0, aspirational at 0.7."""
    return None if grade is None else grade >= _MET_AT[objective.kind]


def _key_result(organisation: Organisation, seen: KeyResultSeen) -> Json:
    key_result, day, measured = seen.key_result, seen.at.day, seen.measured
    grade = grade_on(key_result, day)
    return {
        "ref": key_result.ref,
        "title": key_result.title.on(day),
        "measure": measured.measure,
        "value": _value(seen),
        "progress": six_digits(None if measured.progress is None else clamp(measured.progress)),
        "progress_raw": six_digits(measured.progress),
        "status": status.of_key_result(organisation, key_result, measured, day),
        "pace": six_digits(_pace(organisation, seen)),
        "grade": as_said(grade.figure) if grade else None,
        "weight": as_said(seen.weight),
        "confidence": as_said(confidence_on(key_result, day)),
        "stale": seen.stale,
        "abstained": is_abstained(key_result, day),
        "cancelled": seen.cancelled,
        "owners": [{"person": owner.person, "share": as_said(owner.share)} for owner in key_result.owners.on(day)],
        "commit": as_said(key_result.commit),
        "stretch": as_said(key_result.stretch),
        "plan": [{"day": on.isoformat(), "share": as_said(share)} for on, share in key_result.plan.on(day)],
        **_of_its_measure(seen),
    }


def _value(seen: KeyResultSeen) -> float | None:
    """Six digits where it is a mean of parts, else what was said (Small print)."""
    value = seen.measured.value
    if value is None:
        return None
    return six_digits(value.figure) if value.parts else as_said(value.figure)


def _pace(organisation: Organisation, seen: KeyResultSeen) -> Fraction | None:
    """Where there is no calendar (maintain) or no number (baseline), there is no pace."""
    if seen.measured.measure in {"maintain", "baseline"}:
        return None
    return pace.of_key_result(organisation, seen.key_result, seen.at.day)


def _of_its_measure(seen: KeyResultSeen) -> Json:
    """Fields of another measure are `null` (Small print)."""
    key_result, day, measure = seen.key_result, seen.at.day, seen.measured.measure
    maintained, summed = measure == "maintain", measure == "sum"
    return {
        "low": as_said(key_result.low.on(day)) if maintained else None,
        "high": as_said(key_result.high.on(day)) if maintained else None,
        "mode": key_result.mode.on(day) if maintained else None,
        "feeds": list(key_result.feeds.on(day)) if summed else None,
        "milestones": _milestones(key_result, day) if measure == "milestones" else None,
        "parts": None if measure in WITHOUT_PARTS else _parts(seen),
    }


def _milestones(key_result: KeyResult, day: date) -> list[Json]:
    done = milestones_done(key_result, day) or frozenset()
    return [
        {
            "title": milestone.title,
            "weight": as_said(milestone.weight),
            "due_day": milestone.due.isoformat() if milestone.due else None,
            "done": number in done,
        }
        for number, milestone in enumerate(key_result.milestones.on(day), start=1)
    ]


def _parts(seen: KeyResultSeen) -> list[Json]:
    """The parts that the value is the mean of."""
    parts = seen.measured.value.parts if seen.measured.value else ()
    return [{"person": one.part, "value": as_said(said_in(seen.key_result, one)), "as_of": one.as_of.isoformat()} for one in parts]
