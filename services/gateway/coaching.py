"""What the coach looks at, made of what Cairn has and of the tables of an import. What it says of them stands in `shared.coach`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final

from cairn.goals.v1 import events_pb2
from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2
from chassis.days import Day
from chassis.ids import Id, id_text
from chassis.texts import name_key
from gateway.importing.plan import CheckIn, ImportPlan
from gateway.importing.plan import KeyResult as PlannedKeyResult
from gateway.importing.plan import Objective as PlannedObjective
from gateway.schemas.enums import LEVELS, MEASURES
from gateway.schemas.mapping import People
from gateway.schemas.values import reference_or_id
from shared import coach

EARLY: Final = 10
"""Achieved in the first tenth of its span is achieved early."""
_KEPT: Final = (events_pb2.OBJECTIVE_STATE_DRAFT, events_pb2.OBJECTIVE_STATE_ACTIVE, events_pb2.OBJECTIVE_STATE_CLOSED)
"""What was cancelled needs no advice."""


def early_days(objectives: Iterable[service_pb2.Objective]) -> dict[Day, list[Id]]:
    """The last days of the first tenth of their spans, with the objectives of each that have a key result which is achieved now."""
    days: defaultdict[Day, list[Id]] = defaultdict(list)
    for objective in objectives:
        if any(k.status == progress_events.STATUS_ACHIEVED for k in objective.key_results):
            days[objective.start_day + (objective.due_day - objective.start_day) // EARLY].append(objective.objective_id)
    return days


def objectives_of(stored: Iterable[service_pb2.Objective], early: Collection[Id], teams: People) -> list[coach.Objective]:
    """What Cairn has, as the coach looks at it. `early` are the key results that were achieved early, `teams` what teams are called."""
    return [_of_stored(objective, early, teams) for objective in stored if objective.state in _KEPT]


def _of_stored(objective: service_pb2.Objective, early: Collection[Id], teams: People) -> coach.Objective:
    counting = [key_result for key_result in objective.key_results if not key_result.cancelled]
    own = [key_result for key_result in counting if key_result.objective_id == objective.objective_id]
    return coach.Objective(
        ref=reference_or_id(objective.reference, objective.objective_id),
        title=objective.title,
        key_results=tuple(_key_result_of_stored(objective, key_result, early) for key_result in own),
        counts=len(counting) - len(own),
        level=LEVELS.word(objective.level),
        team=teams.get(objective.team_id, {}).get("name") or "",
        cycle=id_text(objective.cycle_id),
        has_owner=bool(objective.owner_id),
        has_parent=bool(objective.parent_objective_id) or objective.hidden,
    )


def _key_result_of_stored(objective: service_pb2.Objective, key_result: service_pb2.KeyResult, early: Collection[Id]) -> coach.KeyResult:
    measured = MEASURES.word(key_result.measure)
    return coach.KeyResult(
        ref=reference_or_id(key_result.reference, key_result.key_result_id),
        title=key_result.title,
        measured=measured,
        has_owner=bool(key_result.owners or objective.owner_id),
        start=key_result.start if measured == "metric" else None,
        target=key_result.target if measured == "metric" else None,
        reached_early=key_result.key_result_id in early,
    )


def objectives_of_tables(plan: ImportPlan) -> list[coach.Objective]:
    """What the tables of an import would bring, as the coach looks at it; what the tables have no column for is not missed."""
    by_home: defaultdict[str, list[PlannedKeyResult]] = defaultdict(list)
    shared: defaultdict[str, int] = defaultdict(int)
    for key_result in plan.key_results:
        by_home[name_key(key_result.home)].append(key_result)
        for other in key_result.counts_for:
            shared[name_key(other)] += 1
    homes = {name_key(objective.reference): objective for objective in plan.objectives}
    early = _early_of_tables(plan, homes)
    return [
        coach.Objective(
            ref=objective.reference,
            title=objective.title,
            key_results=tuple(
                _key_result_of_tables(key_result, objective, early) for key_result in by_home[place] if key_result.cancelled_on is None
            ),
            counts=shared[place],
            level=objective.level,
            team=objective.team,
            cycle=name_key(objective.cycle),
            has_owner=_has_owner(objective),
            has_parent=objective.parent is not None,
        )
        for place, objective in homes.items()
        if objective.state != "cancelled"
    ]


def _has_owner(objective: PlannedObjective) -> bool:
    """Where the tables do not speak of owners, whoever imports them is."""
    return "owner" not in objective.row.columns or objective.owner is not None


def _key_result_of_tables(key_result: PlannedKeyResult, home: PlannedObjective, early: Collection[str]) -> coach.KeyResult:
    return coach.KeyResult(
        ref=key_result.reference,
        title=key_result.title,
        measured=key_result.measure,
        has_owner=_has_owner(home) or bool(key_result.row.said("owners")),
        start=key_result.start,
        target=key_result.target,
        reached_early=name_key(key_result.reference) in early,
    )


def _early_of_tables(plan: ImportPlan, homes: dict[str, PlannedObjective]) -> set[str]:
    key_results = {name_key(key_result.reference): key_result for key_result in plan.key_results}
    standing = (check_in for check_in in plan.check_ins if check_in.retraction is None and check_in.value is not None)
    return {
        place
        for check_in in standing
        if (key_result := key_results.get(place := name_key(check_in.key_result))) is not None
        and check_in.as_of <= _early_day(homes[name_key(key_result.home)])
        and _meets(key_result, check_in)
    }


def _early_day(objective: PlannedObjective) -> date:
    return objective.start_day + timedelta(days=(objective.due_day - objective.start_day).days // EARLY)


def _meets(key_result: PlannedKeyResult, check_in: CheckIn) -> bool:
    """Whether a value achieves a key result; what is kept is achieved on its due day, which is not early."""
    value = check_in.value
    assert value is not None
    if key_result.start is None or key_result.target is None:
        return key_result.measure in ("binary", "graded") and value >= 1
    return (value - key_result.target) * (key_result.target - key_result.start) >= 0


def objective_of_template(template: events_pb2.TemplateSaved) -> coach.Objective:
    """A template as the coach looks at it: days and people are given when it is applied, and are not missed."""
    key_results = (_key_result_of_template(str(number), said) for number, said in enumerate(template.key_results, start=1))
    return coach.Objective(ref="", title=template.title, key_results=tuple(key_results))


def _key_result_of_template(ref: str, said: events_pb2.TemplateKeyResult) -> coach.KeyResult:
    measured = said.WhichOneof("measure")
    assert measured is not None, "goals saves none without a measure"
    way = said.metric if measured == "metric" else said.sum if measured == "sum" else None
    return coach.KeyResult(ref, said.title, measured, start=way.start if way else None, target=way.target if way else None)
