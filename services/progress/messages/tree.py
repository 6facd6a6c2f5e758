"""A tree, column by column, a page at a time, as it is answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_UNSPECIFIED
from chassis.days import Day
from chassis.ids import Id
from chassis.rpc import fitting_columns, position_messages
from progress import queries
from progress.domain.evaluation import ended_on, shown_by
from progress.domain.formulas import State
from progress.domain.grades import band_of, is_met
from progress.domain.roll_up import Numbers, abstained
from progress.domain.shown import ShownKeyResult, shown_key_results
from progress.domain.status import (
    Calendar,
    objective_status,
)
from progress.domain.tree import TreeKeyResult, TreeObjective
from progress.domain.values import Further
from progress.messages.pieces import NAN, NOT_ENDED, UNTOLD, milestone_states, name_message, part_messages, plan_message, target_told
from progress.queries import (
    Called,
    CycleTree,
    TreeWithNumbers,
    page_token,
    read_page_token,
)

_Tree = TreeWithNumbers[TreeObjective, TreeKeyResult]


def tree_message(shown: CycleTree, page_size: int, token: str, day: Day) -> pb.GetTreeResponse:
    """A page of a cycle's tree: as many objectives as fit, and `page_size` at most."""
    order = queries.depth_first(shown.tree, shown.cycle_id)
    first = _first_of_page(order, token)
    answer = fitting_columns(min(page_size, len(order) - first), lambda size: _tree_page(shown, order, first, size, day))
    answer.positions.extend(position_messages(shown.positions))
    if not token:
        answer.gone_ids.extend(shown.gone)
    return answer


def _tree_page(cycle: CycleTree, order: list[tuple[Id, int]], first: int, page_size: int, day: Day) -> pb.GetTreeResponse:
    """In columns: messages of thousands of rows are made list by list."""
    seen = cycle.tree
    page = order[first : first + page_size]
    shown = [i for i, _ in page]
    rest = len(order) > first + page_size
    calendar = seen.evaluated.calendar(day)
    key_results = _key_result_columns(seen, shown, calendar)
    return pb.GetTreeResponse(
        objectives=_objective_columns(seen, shown, [depth for _, depth in page], calendar, _with_stale(key_results)),
        key_results=key_results,
        next_page_token=page_token(first + page_size, shown[-1].hex()) if rest else "",
        formula_version=seen.evaluated.formula.version,
        total=len(order),
        parents=_parents_not_among(cycle, shown),
        cycle_name=cycle.cycle_name,
    )


def _parents_not_among(shown: CycleTree, page: list[Id]) -> list[pb.Name]:
    """The names of what objectives of a page hang under, where that is not on the page itself."""
    tree, visible = shown.tree.evaluated.tree, shown.tree.visible
    under = [o for i in page if (o := tree.objectives[i]).parent_objective_id in visible]
    parents = {o.parent_objective_id for o in under if o.parent_objective_id is not None}.difference(page)
    if key_results := {o.parent_key_result_id for o in under if o.parent_key_result_id is not None}:
        parents |= key_results.difference(k.key_result_id for i in page for k in shown_by(shown.tree.evaluated, i))
    return [name_message(called) for i in sorted(parents) if (called := _called(shown, i)) is not None]


def _called(shown: CycleTree, thing: Id) -> Called | None:
    tree = shown.tree.evaluated.tree
    if (objective := tree.objectives.get(thing)) is not None:
        return Called(thing, objective.reference, objective.title)
    if (key_result := tree.key_results.get(thing)) is not None:
        return Called(thing, key_result.reference, key_result.title)
    return shown.parents.get(thing)


def _columns(kind: type[Any], rows: Sequence[tuple[Any, ...]]) -> Any:
    """Rows of a kind as columns by the names of its fields."""
    return kind._make(zip(*rows, strict=True) if rows else [()] * len(kind._fields))


def _or_nan(values: Iterable[float | None]) -> list[float]:
    return [NAN if value is None else value for value in values]


def _with_stale(key_results: pb.KeyResultColumns) -> set[int]:
    """The places of the objectives for which a key result counts that is stale."""
    return {n for n, stale, counts in zip(key_results.objective, key_results.stale, key_results.counts, strict=True) if stale and counts}


def _objective_columns(
    seen: _Tree, page: list[Id], depths: list[int], calendar: Calendar, with_stale: Collection[int]
) -> pb.ObjectiveColumns:
    evaluated, visible, partly, withheld = seen.evaluated, seen.visible, seen.hidden.partly, seen.hidden.withheld
    objectives = [evaluated.tree.objectives[i] for i in page]
    numbers = [UNTOLD if i in withheld else evaluated.numbers[i] for i in page]
    o, n = _columns(TreeObjective, objectives), _columns(Numbers, numbers)
    paces = [calendar.at(evaluated.cut.get(i)) for i in page]
    return pb.ObjectiveColumns(
        objective_id=page,
        reference=o.reference,
        title=o.title,
        parent_objective_id=[parent if parent in visible else b"" for parent in o.parent_objective_id],
        parent_key_result_id=[
            (key_result or b"") if parent in visible else b""
            for parent, key_result in zip(o.parent_objective_id, o.parent_key_result_id, strict=True)
        ],
        depth=depths,
        owner_id=[owner_id or b"" for owner_id in o.owner_id],
        state=o.state,
        progress=_or_nan(n.progress),
        progress_raw=_or_nan(n.progress_raw),
        status=[
            STATUS_UNSPECIFIED if its is UNTOLD else objective_status(objective, its, on)
            for objective, its, on in zip(objectives, numbers, paces, strict=True)
        ],
        grade=_or_nan(n.grade),
        team_id=[team_id or b"" for team_id in o.team_id],
        level=o.level,
        hidden=[i in partly for i in page],
        child_weight=o.child_weight,
        coverage=[NAN if share is None else 1.0 - share for share in n.not_started_share],
        confidence=_or_nan(n.confidence),
        stale=[
            n in with_stale and state == State.ACTIVE and i not in withheld for n, (i, state) in enumerate(zip(page, o.state, strict=True))
        ],
        expected_pace=[on.of_objective(objective) for objective, on in zip(objectives, paces, strict=True)],
        ended_on=[NOT_ENDED if (on := ended_on(evaluated, i)) is None else on for i in page],
        band=[band_of(grade, on.settings) for grade, on in zip(n.grade, paces, strict=True)],
        met=[is_met(grade, kind) for grade, kind in zip(n.grade, o.kind, strict=True)],
        start_day=o.start_day,
        due_day=o.due_day,
    )


def _key_result_columns(seen: _Tree, page: list[Id], calendar: Calendar) -> pb.KeyResultColumns:
    counting = [shown_by(seen.evaluated, i) for i in page]
    rows = [key_result for key_results in counting for key_result in key_results]
    shown = shown_key_results(seen.evaluated, zip(page, counting, strict=True), calendar, seen.hidden)
    k, its = _columns(TreeKeyResult, rows), _columns(ShownKeyResult, shown)
    return pb.KeyResultColumns(
        objective=[n for n, key_results in enumerate(counting) for _ in key_results],
        key_result_id=k.key_result_id,
        reference=k.reference,
        title=k.title,
        measure=k.measure,
        value=_or_nan(its.value),
        progress=_or_nan(its.progress),
        progress_raw=_or_nan(its.progress_raw),
        status=its.status,
        grade=_or_nan(its.grade),
        weight=k.weight,
        abstained=[
            abstained(row) if newest or graded else False  # few are either
            for row, newest, graded in zip(rows, k.newest_abstained, k.grade_event_id, strict=True)
        ],
        cancelled=k.cancelled,
        counts=its.counts,
        stale=its.stale,
        **_kept(rows) if any(k.kept) else {},
        **_marked(rows) if any(k.marked) else {},
        owners=map(len, k.owner_ids),
        owner_id=[i for owners in k.owner_ids for i in owners],
        owner_share=[NAN if share is None else share for shares in k.owner_shares for share in shares],
        details=_details(rows, seen),
        start=_or_nan(k.start),
        target=map(target_told, k.measure, k.target),
        band=its.band,
        met=its.met,
    )


def _marked(rows: Sequence[TreeKeyResult]) -> dict[str, Any]:
    return {
        "commit": _or_nan(row.commit for row in rows),
        "stretch": _or_nan(row.stretch for row in rows),
        "plan": [plan_message(row.plan) for row in rows],
    }


def _details(rows: Sequence[TreeKeyResult], seen: _Tree) -> Iterator[pb.KeyResultDetail]:
    """What few key results have."""
    for n, k in enumerate(rows):
        if k.milestone_titles is not None:
            yield pb.KeyResultDetail(key_result=n, milestones=milestone_states(k))
        elif k.further is not None:
            further = Further(*k.further)
            yield pb.KeyResultDetail(
                key_result=n,
                parts=part_messages(further.parts),
                feeds=[name_message(seen.feeds[feed]) for feed in further.feeds or () if feed in seen.feeds],
                hidden=k.key_result_id in seen.hidden.partly,
            )


def _kept(rows: Sequence[TreeKeyResult]) -> dict[str, Any]:
    return {
        "low": _or_nan(row.low for row in rows),
        "high": _or_nan(row.high for row in rows),
        "mode": [row.mode or goals.MAINTAIN_MODE_UNSPECIFIED for row in rows],
    }


def _first_of_page(order: list[tuple[Id, int]], token: str) -> int:
    """Behind the last objective of the page before; where that one is gone, at the place where it was."""
    if not token:
        return 0
    place, last = read_page_token(token, 2)
    if not place.isdecimal() or len(last) != 32:
        read_page_token("", 2)  # refuses
    for n, (i, _) in enumerate(order):
        if i.hex() == last:
            return n + 1
    return int(place)
