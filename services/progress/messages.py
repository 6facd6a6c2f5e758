"""What the queries find, as messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from cairn.checkins.v1.events_pb2 import Mention, Reaction
from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_UNSPECIFIED
from chassis.days import Day, instant_of
from chassis.ids import Id
from chassis.rpc import edits_message, fitting_columns, position_messages
from progress import queries
from progress.domain.evaluation import AsSeen, as_seen, ended_on, has_ended, is_objective_stale, shown_by
from progress.domain.formulas import State
from progress.domain.grades import band_of, is_met
from progress.domain.measures import BASELINE
from progress.domain.points import BEFORE_ALL_DAYS
from progress.domain.roll_up import Numbers, abstained
from progress.domain.shown import ShownKeyResult, shown_key_result, shown_key_results
from progress.domain.status import (
    Calendar,
    marks_reached,
    objective_status,
    pace_of_key_result,
)
from progress.domain.tree import KeyResult, Planned, TreeKeyResult, TreeObjective
from progress.domain.values import Further, Said, kpis_of
from progress.facts import CommentKind
from progress.queries import (
    Called,
    CycleSeen,
    CycleTree,
    DaySeen,
    Edits,
    GroupSeen,
    KpiSeen,
    NamedThings,
    ObjectiveSeen,
    ParticipationSeen,
    Reported,
    SeriesSeen,
    TeamEffortSeen,
    TreeWithNumbers,
    page_token,
    read_page_token,
)
from shared.milestones import numbers_done

_NAN: Final = float("nan")
NOT_ENDED: Final = BEFORE_ALL_DAYS
"""Where columns tell the day of an end: there is none."""
UNTOLD: Final = Numbers(None, None, None, None)
"""The numbers of an objective that would tell those of a hidden one."""

_Tree = TreeWithNumbers[TreeObjective, TreeKeyResult]


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
        not_started_share=_NAN if numbers.not_started_share is None else numbers.not_started_share,
        formula_version=evaluated.formula.version,
        key_results=_key_result_messages(shown, shown_by(evaluated, objective_id), day),
        child_ids=shown.children,
        hidden=objective_id in seen.hidden.partly,
        cycle_name=beside.cycles.get(o.cycle_id, ""),
        parent_objective=_optional_name(beside.names.get(o.parent_objective_id)) if parent_seen else None,
        parent_key_result=_optional_name(beside.names.get(o.parent_key_result_id)) if parent_seen else None,
        children=[_name(beside.names[child]) for child in shown.children],
        named_people=goals.People(person_ids=o.named_person_ids) if beside.named_people_told else None,
        coverage=None if numbers.not_started_share is None else 1.0 - numbers.not_started_share,
        edits=_edits(beside.edits.get(objective_id)),
        child_weight=o.child_weight,
        confidence=numbers.confidence,
        stale=not withheld and is_objective_stale(evaluated, objective_id, calendar),
        ended_on=ended_on(evaluated, objective_id),
        approval=o.approval,
        carried_from=_optional_name(beside.names.get(o.carried_from)),
        copied_from=_optional_name(beside.names.get(o.copied_from)),
        started_from=_optional_name(beside.names.get(o.started_from)),
        band=band_of(numbers.grade, paces.settings),
        met=is_met(numbers.grade, o.kind),
    )


def _name(called: Called) -> pb.Name:
    return pb.Name(id=called.id, reference=called.reference, title=called.title, kpi=called.kpi)


def _optional_name(called: Called | None) -> pb.Name | None:
    return None if called is None else _name(called)


def _edits(edits: Edits | None) -> common_pb2.Edits | None:
    return None if edits is None else edits_message(*edits)


def team_progress_message(team: GroupSeen) -> pb.TeamProgress:
    """What a team comes to."""
    its = team.progress
    return pb.TeamProgress(team_id=team.group_id, progress=its.figure, hidden=its.hidden, objectives=_counted_objectives(team))


def pillar_progress_message(pillar: GroupSeen) -> pb.PillarProgress:
    """What a pillar comes to."""
    its = pillar.progress
    return pb.PillarProgress(pillar_id=pillar.group_id, progress=its.figure, hidden=its.hidden, objectives=_counted_objectives(pillar))


def _counted_objectives(group: GroupSeen) -> list[pb.CountedObjective]:
    return [
        pb.CountedObjective(objective=_name(o.objective), progress=o.progress, status=o.status or STATUS_UNSPECIFIED)
        for o in group.objectives
    ]


def participation_message(seen: ParticipationSeen) -> pb.GetParticipationResponse:
    """Who took part in a cycle."""
    return pb.GetParticipationResponse(
        cycle_name=seen.cycle.name,
        periods=[pb.ParticipationPeriod(**each.period._asdict(), seen_on=each.seen_on) for each in seen.periods],
        teams=[pb.TeamParticipation(**team._asdict()) for team in seen.teams],
    )


def cycle_figures_message(seen: CycleSeen) -> pb.CycleFigures:
    """What a cycle comes to."""
    means = (seen.progress, seen.grade, seen.coverage)
    return pb.CycleFigures(
        cycle_id=seen.cycle_id,
        cycle_name=seen.cycle.name,
        first_day=seen.cycle.first_day,
        last_day=seen.cycle.last_day,
        objectives=seen.objectives,
        key_results=seen.key_results,
        progress=seen.progress.figure,
        grade=seen.grade.figure,
        coverage=seen.coverage.figure,
        hidden=any(mean.hidden for mean in means),
        statuses=[pb.StatusCount(status=status, objectives=number) for status, number in sorted(seen.statuses.items())],
    )


def reported_message(reported: Reported) -> pb.ReportedKeyResult:
    """A key result that somebody reports on."""
    return pb.ReportedKeyResult(
        key_result=_name(reported.key_result),
        objective=_name(reported.home),
        progress=reported.progress,
        status=reported.status or STATUS_UNSPECIFIED,
        stale=reported.stale,
        due_by=reported.due_by,
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
        start=_NAN if k.start is None else k.start,
        target=_target(k.measure, k.target),
        unit=k.unit,
        weight=k.weight,
        due_day=k.due_day or (0 if home is None else home.due_day),
        owners=[goals.Owner(person_id=i, share=share) for i, share in zip(k.owner_ids, k.owner_shares, strict=True)],
        cancelled=k.cancelled,
        milestones=_milestones(key_result),
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
        objective=_optional_name(beside.names.get(k.objective_id)),
        counts_for=[_name(beside.names[other]) for other in counts_for if other in beside.names],
        edits=_edits(beside.edits.get(k.key_result_id)),
        counts=its.counts,
        low=k.low,
        high=k.high,
        mode=k.mode or goals.MAINTAIN_MODE_UNSPECIFIED,
        expected_pace=None if home is None else pace_of_key_result(key_result, home, paces),
        plan=_plan(k.plan) if k.plan else None,
        commit=k.commit,
        stretch=k.stretch,
        marks_reached=[] if its.withheld else marks_reached(key_result),
        feeds=[_name(feeds[feed]) for feed in k.feeds or () if feed in feeds],
        parts=_part_messages(_parts(k)),
        hidden=k.key_result_id in shown.tree.hidden.partly,
        band=its.band,
        met=its.met,
        stale=its.stale,
    )


def _plan(plan: Sequence[Planned]) -> goals.Plan:
    return goals.Plan(points=[goals.PlannedShare(day=day, share=share) for day, share in plan])


def _parts(key_result: KeyResult | TreeKeyResult) -> tuple[Said, ...]:
    """The parts of its owners that its value is the mean of."""
    return () if key_result.further is None else Further(*key_result.further).parts


def _of_what(k: KeyResult) -> Iterator[Id]:
    """The events that its number came from: its definition's, its check-in's or those of its parts, its grade's; what KPIs said."""
    yield k.event_id
    yield from (kpi.measurement_id for kpi in kpis_of(k) if kpi.measurement_id is not None)
    if parts := _parts(k):
        yield from (part.event_id for part in parts)
    elif k.check_in_event_id is not None:
        yield k.check_in_event_id
    if k.grade_event_id is not None:
        yield k.grade_event_id


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
    return [_name(called) for i in sorted(parents) if (called := _called(shown, i)) is not None]


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
    return [_NAN if value is None else value for value in values]


def _target(measure: int, target: float) -> float:
    return _NAN if measure == BASELINE.number else target


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
        coverage=[_NAN if share is None else 1.0 - share for share in n.not_started_share],
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
        owner_share=[_NAN if share is None else share for shares in k.owner_shares for share in shares],
        details=_details(rows, seen),
        start=_or_nan(k.start),
        target=map(_target, k.measure, k.target),
        band=its.band,
        met=its.met,
    )


def _marked(rows: Sequence[TreeKeyResult]) -> dict[str, Any]:
    return {
        "commit": _or_nan(row.commit for row in rows),
        "stretch": _or_nan(row.stretch for row in rows),
        "plan": [_plan(row.plan) for row in rows],
    }


def _details(rows: Sequence[TreeKeyResult], seen: _Tree) -> Iterator[pb.KeyResultDetail]:
    """What few key results have."""
    for n, k in enumerate(rows):
        if k.milestone_titles is not None:
            yield pb.KeyResultDetail(key_result=n, milestones=_milestones(k))
        elif k.further is not None:
            further = Further(*k.further)
            yield pb.KeyResultDetail(
                key_result=n,
                parts=_part_messages(further.parts),
                feeds=[_name(seen.feeds[feed]) for feed in further.feeds or () if feed in seen.feeds],
                hidden=k.key_result_id in seen.hidden.partly,
            )


def _milestones(k: KeyResult | TreeKeyResult) -> list[pb.MilestoneState]:
    """By the list that holds; what was reported of numbers beyond it is passed over."""
    milestones = zip(k.milestone_titles or (), k.milestone_weights or (), k.milestone_due_days or (), strict=True)
    done = k.milestones_done or 0
    return [
        pb.MilestoneState(title=title, weight=weight, due_day=due, done=bool(done >> n & 1))
        for n, (title, weight, due) in enumerate(milestones)
    ]


def _part_messages(parts: Iterable[Said]) -> list[pb.Part]:
    return [pb.Part(person_id=part.part_id or b"", value=part.value, as_of=part.true_on) for part in parts]


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


def check_in_message(row: Any) -> pb.CheckIn:
    """A check-in as it stands; `row` is one of the statement of `progress.queries.check_in_list`."""
    done = row.milestones_done
    message = pb.CheckIn(
        check_in_id=row.check_in_id,
        key_result_id=row.id_of_key_result,
        key_result_reference=row.reference,
        key_result_title=row.title,
        objective_id=row.home_id or b"",
        objective_reference=row.home_reference or "",
        objective_title=row.home_title or "",
        as_of=row.true_on,
        value=row.value,
        milestones_done=() if done is None else numbers_done(done),
        says_milestones=done is not None,
        abstained=row.abstained,
        confidence=row.confidence,
        status=row.said_status,
        comment=row.comment,
        retracted=row.retracted,
        corrected=row.corrected,
        reason=row.reason if row.retracted else "",
        created_by=row.created_by,
        on_behalf_of=row.on_behalf_of or b"",
        updated_by=row.updated_by,
        event_ids=dict.fromkeys((row.first_event_id, row.newest_event_id)),
        part_id=row.part_id or b"",
        blockers=row.blockers,
    )
    message.created_at.FromMicroseconds(row.created_at)
    message.updated_at.FromMicroseconds(row.updated_at)
    return message


def comment_message(shown: queries.CommentShown) -> pb.Comment:
    """A comment as it stands."""
    said, written = shown.said, shown.said.written
    changes = [change for change in (said.edited, said.declined, said.taken_back) if change is not None]
    newest = max(changes, key=lambda change: change.position, default=written.recording)
    message = pb.Comment(
        comment_id=written.comment_id,
        kind=pb.CommentKind.ValueType(written.kind or 0),
        author_id=written.author_id,
        text=said.text,
        mentions=[Mention(at=at, person_id=person_id) for at, person_id in said.mentions],
        thread_id=written.thread_id or b"",
        reply_to_id=written.reply_to_id or b"",
        person_ids=written.person_ids,
        written_day=written.written_day or 0,
        created_by=written.recording.actor_id,
        on_behalf_of=written.recording.on_behalf_of or b"",
        edited=said.edited is not None,
        taken_back=said.taken_back is not None,
        updated_by=newest.actor_id,
        reason=said.why_taken_back,
        replies=shown.replies,
        reactions=[
            pb.ReactionCount(reaction=Reaction.ValueType(reaction), count=count, mine=mine) for reaction, count, mine in shown.reactions
        ],
        feedback=_feedback_state(shown),
        decline_reason=said.why_declined,
        objective_id=written.objective_id,
        key_result_id=written.key_result_id or b"",
        check_in_id=written.check_in_id or b"",
        event_ids=dict.fromkeys((written.recording.event_id, newest.event_id)),
    )
    message.created_at.FromMicroseconds(written.recording.known_from)
    message.updated_at.FromMicroseconds(newest.known_from)
    return message


def _feedback_state(shown: queries.CommentShown) -> pb.FeedbackState.ValueType:
    if shown.said.written.kind is not CommentKind.FEEDBACK_REQUEST:
        return pb.FEEDBACK_STATE_UNSPECIFIED
    if shown.said.declined is not None:
        return pb.FEEDBACK_STATE_DECLINED
    return pb.FEEDBACK_STATE_GIVEN if shown.answered else pb.FEEDBACK_STATE_OPEN


def things_message(named: NamedThings) -> pb.NameThingsResponse:
    """What things are called."""
    return pb.NameThingsResponse(
        objectives=map(_name, named.objectives), key_results=map(_name, named.key_results), cycles=map(_name, named.cycles)
    )


def series_message(seen: SeriesSeen) -> pb.GetSeriesResponse:
    """An objective along its days."""
    o: Any = seen.objective
    message = pb.GetSeriesResponse(
        objective=pb.Name(id=o.objective_id, reference=o.reference, title=o.title),
        first_day=o.start_day,
        due_day=o.due_day,
        points=[_series_point(o.objective_id, each) for each in seen.days],
        ahead=[pb.ExpectedPace(day=day, pace=pace) for day, pace in seen.ahead],
    )
    series: dict[Id, pb.KeyResultSeries] = {}
    for each in seen.days:
        message.formula_version = each.tree.evaluated.formula.version
        for key_result, point in _key_result_points(o.objective_id, each):
            its = series.setdefault(key_result.key_result_id, pb.KeyResultSeries())
            its.key_result.CopyFrom(pb.Name(id=key_result.key_result_id, reference=key_result.reference, title=key_result.title))
            its.points.append(point)
    message.key_results.extend(series[i] for i in sorted(series))
    return message


def _series_point(objective_id: Id, seen: DaySeen) -> pb.SeriesPoint:
    evaluated, hidden = seen.tree.evaluated, seen.tree.hidden
    o: Any = evaluated.tree.objectives[objective_id]
    withheld = objective_id in hidden.withheld
    numbers = UNTOLD if withheld else evaluated.numbers[objective_id]
    paces = evaluated.calendar(seen.day).at(evaluated.cut.get(objective_id))
    return pb.SeriesPoint(
        day=seen.day,
        progress=numbers.progress,
        progress_raw=numbers.progress_raw,
        status=STATUS_UNSPECIFIED if withheld else objective_status(o, numbers, paces),
        expected_pace=paces.of_objective(o),
        coverage=None if numbers.not_started_share is None else 1.0 - numbers.not_started_share,
        confidence=numbers.confidence,
        hidden=objective_id in hidden.partly,
    )


def _key_result_points(objective_id: Id, seen: DaySeen) -> Iterator[tuple[KeyResult, pb.KeyResultPoint]]:
    """The key results that count for an objective on a day, as it sees them."""
    evaluated = seen.tree.evaluated
    counting = evaluated.tree.counting.get(objective_id, ())
    shown = shown_key_results(evaluated, [(objective_id, counting)], evaluated.calendar(seen.day), seen.tree.hidden)
    for key_result, its in zip(counting, shown, strict=True):
        if not key_result.cancelled:
            yield key_result, pb.KeyResultPoint(day=seen.day, value=its.value, progress=its.progress)


def change_message(change: queries.Change, cycles: Mapping[Id, str]) -> pb.Change:
    """One line of a history; `cycles` are the names of those that it tells of."""
    message = pb.Change(
        event_id=change.event_id,
        event_type=change.event_type,
        true_on=change.true_on,
        actor_id=change.actor_id,
        on_behalf_of=change.on_behalf_of or b"",
        objective_id=change.objective_id or b"",
        key_result_id=change.key_result_id or b"",
        check_in_id=change.check_in_id or b"",
        summary=change.summary,
        superseded=change.superseded,
        value=change.value,
        comment=change.comment,
        log=change.log,
        position=change.position,
        objective=_optional_name(change.objective),
        key_result=_optional_name(change.key_result),
        reason=change.reason,
        fields=[
            pb.FieldChange(field=each.field, before=_changed_value(each.before, cycles), after=_changed_value(each.after, cycles))
            for each in change.fields
        ],
        goalpost_moved=change.goalpost_moved,
    )
    message.recorded_at.FromDatetime(instant_of(change.known_from))
    return message


def goalposts_message(moved: Iterable[queries.Goalpost]) -> pb.Goalposts:
    """The goalposts of a key result that were moved."""
    return pb.Goalposts(goalposts=map(_goalpost, moved))


def _goalpost(moved: queries.Goalpost) -> pb.Goalpost:
    message = pb.Goalpost(
        field=moved.field,
        first=_changed_value(moved.first, {}),
        present=_changed_value(moved.present, {}),
        moves=moved.moves,
        moved_on=moved.last.true_on,
        moved_by=moved.last.actor_id,
        on_behalf_of=moved.last.on_behalf_of or b"",
        event_id=moved.last.event_id,
    )
    message.moved_at.FromDatetime(instant_of(moved.last.known_from))
    return message


def _changed_value(said: queries.ChangedValue | None, cycles: Mapping[Id, str]) -> pb.ChangedValue | None:
    if said is None:
        return None
    kind, value = said
    if kind == "cycle_id":
        return pb.ChangedValue(cycle_id=value, cycle_name=cycles.get(value, ""))
    told: dict[str, Any] = {kind: _name(value) if isinstance(value, Called) else value}
    return pb.ChangedValue(**told)


def kpi_message(seen: KpiSeen) -> pb.Kpi:
    """A KPI as it is answered."""
    kpi = seen.kpi
    return pb.Kpi(
        kpi_id=kpi.kpi_id,
        reference=kpi.reference,
        title=kpi.title,
        unit=kpi.unit,
        low=kpi.low,
        high=kpi.high,
        owner_id=kpi.owner_id or b"",
        team=kpi.team,
        retired=kpi.retired,
        version=kpi.version,
        value=kpi.value,
        as_of=kpi.as_of,
        in_range=kpi.in_range,
        measurement_id=kpi.measurement_id or b"",
        edits=_edits(seen.edits),
        objectives=map(_name, seen.objectives),
    )


def kpi_value_message(row: Any) -> pb.KpiValue:
    """A value of a KPI as it is answered."""
    message = pb.KpiValue(
        measurement_id=row.measurement_id,
        as_of=row.true_on,
        value=row.value,
        comment=row.comment,
        retracted=row.retracted,
        reason=row.reason,
        in_range=row.in_range,
        created_by=row.actor_id,
        event_id=row.event_id,
    )
    message.created_at.FromMicroseconds(row.known_from)
    return message


def task_message(row: Any) -> pb.Task:
    """A task as it is answered."""
    message = pb.Task(
        task_id=row.task_id,
        reference=row.reference,
        title=row.title,
        assignee_id=row.assignee_id or b"",
        giver_id=row.giver_id or b"",
        priority=row.priority,
        due_day=row.due_day,
        state=row.state,
        done_on=row.done_on,
        version=row.version_now,
        edits=_edits_of(row),
    )
    _write_served(message.serves, row)
    return message


def effort_message(row: Any) -> pb.Effort:
    """Time that was logged, as it is answered."""
    message = pb.Effort(
        effort_id=row.effort_id,
        person_id=row.person_id,
        day=row.true_on,
        minutes=row.minutes,
        note=row.note,
        corrected=row.corrected,
        edits=_edits_of(row),
    )
    if row.task_title is not None:
        message.task.CopyFrom(pb.Name(id=row.task_id, reference=row.task_reference, title=row.task_title))
    _write_served(message.serves, row)
    return message


def team_effort_message(seen: TeamEffortSeen) -> pb.GetTeamEffortResponse:
    """Where the weeks of a team went, as it is answered."""
    message = pb.GetTeamEffortResponse(hidden=seen.hidden, minutes=sum(week.minutes for week in seen.told.weeks))
    for week, told in zip(seen.weeks, seen.told.weeks, strict=True):
        message.weeks.add(first_day=week.first_day, last_day=week.last_day, minutes=told.minutes, withheld=told.withheld)
    for objective_id, minutes in seen.told.objectives.items():
        objective = message.objectives.add(minutes=sum(minutes), weeks=minutes)
        if objective_id is not None:
            objective.objective.CopyFrom(pb.Name(**seen.called[objective_id]._asdict()))
    return message


def initiative_message(row: Any) -> pb.Initiative:
    """An initiative as it is answered."""
    message = pb.Initiative(
        initiative_id=row.initiative_id,
        reference=row.reference,
        title=row.title,
        owner_id=row.owner_id or b"",
        state=row.state,
        start_day=row.start_day,
        end_day=row.end_day,
        version=row.version_now,
        edits=_edits_of(row),
    )
    _write_served(message.serves, row)
    return message


def milestone_message(row: Any) -> pb.Milestone:
    """A milestone as it is answered."""
    return pb.Milestone(
        milestone_id=row.milestone_id,
        reference=row.reference,
        title=row.title,
        on_day=row.on_day,
        first_day=row.first_day,
        team=row.team,
        phase=row.phase,
        reached_on=row.reached_on,
        version=row.version_now,
        edits=_edits_of(row),
    )


def _edits_of(row: Any) -> common_pb2.Edits:
    return edits_message(row.created_at, row.created_by, row.updated_at, row.updated_by)


def _write_served(message: pb.Serves, row: Any) -> None:
    """What work is for; nothing of what the caller may not know of."""
    if row.served_id is None:
        return
    message.objective.CopyFrom(pb.Name(id=row.served_id, reference=row.served_reference, title=row.served_title))
    if row.key_result_title is not None:
        message.key_result.CopyFrom(pb.Name(id=row.key_result_id, reference=row.key_result_reference, title=row.key_result_title))
    if row.initiative_title is not None:
        message.initiative.CopyFrom(pb.Name(id=row.initiative_id, reference=row.initiative_reference, title=row.initiative_title))
    message.ended = row.served_ended
