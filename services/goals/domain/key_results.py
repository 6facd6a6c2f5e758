"""The key results of an objective: how they are defined, revised, shared and given up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from cairn.goals.v1.events_pb2 import (
    OBJECTIVE_STATE_ACTIVE,
    KeyResultCancelled,
    KeyResultDefined,
    KeyResultRevised,
    KeyResultShared,
    KeyResultUnshared,
    ObjectiveApprovalLapsed,
    Owner,
)
from cairn.goals.v1.service_pb2 import DefineKeyResultRequest, ReviseKeyResultRequest
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from goals.domain.measures import (
    BOUNDS,
    FIGURES,
    LONGEST_UNIT,
    Measure,
    may_feed,
    measure_of,
    require_feeds,
    require_figures_of,
    require_measure,
    require_progress_on,
    revised_measure,
    set_measure,
    unit_of,
)
from goals.domain.objectives import WITH_ITS_OBJECTIVE, KeyResult, Objective, fields_changed, lapsed_approval, latest, require_open
from goals.domain.plans import MARKS, require_due_after, require_plan
from goals.domain.references import require_reference
from goals.domain.values import end_before_start, require_id, require_measurable, require_title, require_weight
from shared.goalposts import GOALPOSTS
from shared.holding import SINCE_EVER, Asked, require_day
from shared.limits import LARGEST_WEIGHT, MOST_KEY_RESULTS
from shared.texts import require_text


def define(
    objective: Objective, key_result_id: Id, wanted: DefineKeyResultRequest, asked: Asked, drafts: Mapping[Id, bool]
) -> list[KeyResultDefined | KeyResultShared | ObjectiveApprovalLapsed]:
    """A new key result: of weight 1, due with the objective and owned by its owner, unless it is wanted otherwise.

    `drafts` tells of the other objectives that it counts for whether they are drafts: a contribution is an addition to the objective
    that counts it, so one that holds from another day than the key result is an event of its own.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_CLOSED, TOO_MANY_KEY_RESULTS, INVALID, START_IS_TARGET, NO_BOUND, BOUNDS_SWAPPED,
    PLAN_OUTSIDE, PLAN_BACKWARDS, BASELINE_WITH_TARGET, COUNTS_FOR_ITSELF, HOLDS_FROM_AHEAD.
    """
    require_open(objective)
    if len(objective.key_results) >= MOST_KEY_RESULTS:
        raise Refused("TOO_MANY_KEY_RESULTS", f"an objective has at most {MOST_KEY_RESULTS} key results")
    if wanted.reference:
        require_reference("key-result", wanted.reference)
    require_title("title", wanted.title)
    _require_owners(wanted.owners)
    weight = wanted.weight if wanted.HasField("weight") else 1.0
    require_weight("weight", weight)
    measure = measure_of(wanted)
    require_measure(measure)
    due_day = wanted.due_day if wanted.HasField("due_day") else WITH_ITS_OBJECTIVE
    _require_due(objective, due_day)
    require_plan(wanted.plan, objective.start_day, due_day or objective.due_day)
    for mark in MARKS:
        if wanted.HasField(mark):
            require_measurable(mark, getattr(wanted, mark))
    if objective.objective_id in wanted.counts_for:
        raise _counts_for_itself()
    holds_from = asked.day(draft=objective.draft)
    counts_from = {other: asked.day(draft=drafts[other], not_before=holds_from) for other in wanted.counts_for}
    defined = KeyResultDefined(
        objective_id=objective.objective_id,
        key_result_id=key_result_id,
        reference=wanted.reference,
        title=wanted.title,
        owners=wanted.owners or [Owner(person_id=objective.owner_id)],
        weight=weight,
        due_day=due_day,
        counts_for=[other for other, day in counts_from.items() if day == holds_from],
        holds_from=holds_from,
        plan=wanted.plan if wanted.plan.points else None,
        commit=wanted.commit if wanted.HasField("commit") else None,
        stretch=wanted.stretch if wanted.HasField("stretch") else None,
        imported=wanted.imported or None,
    )
    set_measure(defined, measure)
    ids = {"objective_id": objective.objective_id, "key_result_id": key_result_id}
    later = [KeyResultShared(**ids, counts_for=other, holds_from=day) for other, day in counts_from.items() if day != holds_from]
    return [defined, *later, *lapsed_approval(objective, asked)]


def revise(
    objective: Objective, key_result_id: Id, wanted: ReviseKeyResultRequest, asked: Asked
) -> list[KeyResultRevised | ObjectiveApprovalLapsed]:
    """Change what `wanted` sets and is otherwise; nothing when it is all so already.

    What a change of a draft means for its approval is told with it, but of what was moved there: its events travel with others.

    Raises Refused: KEY_RESULT_UNKNOWN, KEY_RESULT_CANCELLED, OBJECTIVE_CLOSED, NOT_A_METRIC, NOT_MAINTAINED, NOT_MILESTONES, NOT_A_SUM,
    START_IS_TARGET, NO_BOUND, BOUNDS_SWAPPED, PLAN_OUTSIDE, PLAN_BACKWARDS, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY when the key
    result was none on that day.
    """
    key_result = require_standing(objective, key_result_id)
    change = _changes(key_result, wanted, asked.held_later(key_result.changed_from))
    if not change.ListFields():
        return []
    if change.HasField("due_day"):
        _require_due(objective, change.due_day)
        require_due_after(change.plan if change.HasField("plan") else key_result.plan, change.due_day or objective.due_day)
    if change.HasField("plan"):
        due_day = change.due_day if change.HasField("due_day") else key_result.due_day
        require_plan(change.plan, objective.start_day, due_day or objective.due_day)
    held_from = latest(fields_changed(change), key_result.changed_from)
    change.holds_from = asked.day_of_change(objective.draft, held_from, not_before=key_result.holds_from)
    change.objective_id, change.key_result_id = objective.objective_id, key_result_id
    change.goalpost_moved = objective.state == OBJECTIVE_STATE_ACTIVE and _moves_goalpost(change)
    return [change, *_lapsed_approval(objective, key_result, asked)]


def _lapsed_approval(objective: Objective, key_result: KeyResult, asked: Asked) -> list[ObjectiveApprovalLapsed]:
    return lapsed_approval(objective, asked) if key_result.defined_of == objective.objective_id else []


def share(objective: Objective, key_result_id: Id, counts_for: Id, asked: Asked, *, draft: bool) -> list[KeyResultShared]:
    """Let a key result count for another objective too, which may be a draft; nothing when it does already.

    Raises Refused: KEY_RESULT_UNKNOWN, KEY_RESULT_CANCELLED, OBJECTIVE_CLOSED, COUNTS_FOR_ITSELF, INVALID, HOLDS_FROM_AHEAD,
    HOLDS_FROM_TOO_EARLY.
    """
    key_result = require_standing(objective, key_result_id)
    if counts_for == objective.objective_id:
        raise _counts_for_itself()
    if counts_for in key_result.counts_for:
        return []
    ids = {"objective_id": objective.objective_id, "key_result_id": key_result_id, "counts_for": counts_for}
    return [KeyResultShared(**ids, holds_from=asked.day(draft=draft, not_before=_linked_from(key_result, counts_for)))]


def unshare(objective: Objective, key_result_id: Id, counts_for: Id, asked: Asked, *, draft: bool) -> KeyResultUnshared:
    """Let a key result no longer count for another objective, which may be a draft.

    Also after its own objective ended, or it was cancelled.

    Raises Refused: KEY_RESULT_UNKNOWN, NOT_SHARED, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    key_result = require_known(objective, key_result_id)
    if counts_for not in key_result.counts_for:
        raise Refused("NOT_SHARED", "the key result does not count for this objective", kind=Kind.UNKNOWN, field="counts_for")
    ids = {"objective_id": objective.objective_id, "key_result_id": key_result_id, "counts_for": counts_for}
    return KeyResultUnshared(**ids, holds_from=asked.day(draft=draft, not_before=_linked_from(key_result, counts_for)))


def _linked_from(key_result: KeyResult, other: Id) -> Day:
    """Since when it counts for the other objective as it does, or does not."""
    return key_result.shared_from.get(other, SINCE_EVER)


def cancel(objective: Objective, key_result_id: Id, reason: str, asked: Asked) -> list[KeyResultCancelled | ObjectiveApprovalLapsed]:
    """Give a key result up: it no longer counts.

    Raises Refused: KEY_RESULT_UNKNOWN, KEY_RESULT_CANCELLED, OBJECTIVE_CLOSED, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    key_result = require_standing(objective, key_result_id)
    require_text("reason", reason, 1000)
    ended_on = asked.day(draft=objective.draft, not_before=key_result.holds_from)
    cancelled = KeyResultCancelled(objective_id=objective.objective_id, key_result_id=key_result_id, reason=reason, holds_from=ended_on)
    return [cancelled, *_lapsed_approval(objective, key_result, asked)]


def require_known(objective: Objective, key_result_id: Id, field_name: str = "key_result_id") -> KeyResult:
    """The key result. Raises Refused (KEY_RESULT_UNKNOWN) when the objective has none of this id."""
    key_result = objective.key_results.get(key_result_id)
    if key_result is None:
        raise unknown_key_result(field_name)
    return key_result


def require_standing(objective: Objective, key_result_id: Id, field_name: str = "") -> KeyResult:
    """The key result. Raises Refused (KEY_RESULT_UNKNOWN, OBJECTIVE_CLOSED, KEY_RESULT_CANCELLED) unless it can still change."""
    key_result = require_known(objective, key_result_id, field_name or "key_result_id")
    require_open(objective, field_name)
    if key_result.cancelled:
        raise Refused("KEY_RESULT_CANCELLED", f"key result {key_result.title!r} is cancelled; it no longer changes", field=field_name)
    return key_result


def require_feeding(objective: Objective, feeds: Mapping[Id, str], unit: str) -> None:
    """Raises Refused (KEY_RESULT_UNKNOWN, FEED_NOT_ADDABLE, FEED_OF_OTHER_UNIT) unless these key results can be added up in a unit.

    `feeds` says by which field each is named.
    """
    for key_result_id, named_by in feeds.items():
        measure = require_known(objective, key_result_id, named_by).measure
        if not may_feed(measure):
            raise invalid(named_by, "a metric, a baseline or another sum feeds a sum; this is none of them", "FEED_NOT_ADDABLE")
        if unit_of(measure) != unit:
            its = unit_of(measure) or "no unit"
            raise invalid(named_by, f"it is measured in {its}, and the sum in {unit or 'no unit'}", "FEED_OF_OTHER_UNIT")


def unknown_key_result(field_name: str = "key_result_id") -> Refused:
    """There is no such key result, or none that the caller may see."""
    return Refused("KEY_RESULT_UNKNOWN", "there is no such key result", kind=Kind.UNKNOWN, field=field_name)


def _changes(key_result: KeyResult, wanted: ReviseKeyResultRequest, again: Collection[str]) -> KeyResultRevised:
    """What of `wanted` would change the key result, checked; and the fields of `again`, though they are so already.

    Raises Refused: INVALID, START_IS_TARGET, NOT_A_METRIC, NOT_MAINTAINED, NOT_MILESTONES, NOT_A_SUM, NO_BOUND, BOUNDS_SWAPPED.
    """
    change = KeyResultRevised()
    if wanted.HasField("title") and (wanted.title != key_result.title or "title" in again):
        require_title("title", wanted.title)
        change.title = wanted.title
    if wanted.HasField("owners") and (tuple(wanted.owners.owners) != key_result.owners or "owners" in again):
        if not wanted.owners.owners:
            raise invalid("owners", "a key result has one owner or more")
        _require_owners(wanted.owners.owners)
        change.owners.CopyFrom(wanted.owners)
    if wanted.HasField("weight") and (wanted.weight != key_result.weight or "weight" in again):
        require_weight("weight", wanted.weight)
        change.weight = wanted.weight
    if wanted.HasField("due_day") and (wanted.due_day != key_result.due_day or "due_day" in again):
        require_day("due_day", wanted.due_day)
        change.due_day = wanted.due_day
    if wanted.HasField("plan") and (wanted.plan != key_result.plan or "plan" in again):
        change.plan.CopyFrom(wanted.plan)
        change.plan.SetInParent()  # one that is taken away has no points
    for mark in MARKS:
        if wanted.HasField(mark):
            _change_mark(key_result, wanted, again, change, mark)
    _change_measure(key_result.measure, wanted, again, change)
    return change


def _change_mark(
    key_result: KeyResult,
    wanted: ReviseKeyResultRequest,
    again: Collection[str],
    change: KeyResultRevised,
    mark: Literal["commit", "stretch"],
) -> None:
    said = getattr(wanted, mark)
    value = said.value if said.HasField("value") else None
    if value is not None:
        require_measurable(mark, value)
    if value != getattr(key_result, mark) or mark in again:
        getattr(change, mark).CopyFrom(said)
        getattr(change, mark).SetInParent()


def _change_measure(measure: Measure, wanted: ReviseKeyResultRequest, again: Collection[str], change: KeyResultRevised) -> None:
    asked = [field for field in FIGURES if wanted.HasField(field)]
    if not asked:
        return
    require_figures_of(measure, asked)
    said = KeyResultRevised(**{field: getattr(wanted, field) for field in asked})
    require_text("unit", said.unit, LONGEST_UNIT)
    require_feeds(said.feeds.key_result_ids)
    require_progress_on(revised_measure(measure, said, asked))
    for field in asked:
        if field in again or revised_measure(measure, said, [field]) != measure:
            _take_over(change, said, field)


def _take_over(change: KeyResultRevised, said: KeyResultRevised, field: str) -> None:
    if field in (*BOUNDS, "milestones", "feeds"):
        getattr(change, field).CopyFrom(getattr(said, field))
        getattr(change, field).SetInParent()  # one that is taken away has no field that would say that it is there
    else:
        setattr(change, field, getattr(said, field))


def _moves_goalpost(change: KeyResultRevised) -> bool:
    """Whether a change of an active objective's key result is one that progress must be read against."""
    return any(change.HasField(field) for field in GOALPOSTS)


def _require_owners(owners: Sequence[Owner]) -> None:
    """Raises Refused (INVALID) unless each owner is named once, and some share is above 0; who has none counts as 1."""
    for owner in owners:
        require_id("owners.person_id", owner.person_id)
        if owner.HasField("share") and not 0 <= owner.share <= LARGEST_WEIGHT:
            raise invalid("owners.share", f"a share is a number from 0 to {LARGEST_WEIGHT:g}; this is {owner.share}")
    if len(owners) > 20:
        raise invalid("owners", f"at most 20 owners; these are {len(owners)}")
    if len({owner.person_id for owner in owners}) < len(owners):
        raise invalid("owners", "each owner is named once")
    if owners and all(owner.HasField("share") and owner.share == 0 for owner in owners):
        raise invalid("owners.share", "give some owner a share above 0")


def _require_due(objective: Objective, due: Day) -> None:
    require_day("due_day", due)
    if due != WITH_ITS_OBJECTIVE and due < objective.start_day:
        raise end_before_start("due_day", objective.start_day, due)


def _counts_for_itself() -> Refused:
    return invalid("counts_for", "a key result counts for its own objective anyway; name another one", "COUNTS_FOR_ITSELF")
