"""An objective with its key results: one aggregate, so that what spans them can be held; and what is decided of the objective itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1.events_pb2 import (
    APPROVAL_APPROVED,
    APPROVAL_SENT_BACK,
    APPROVAL_SUBMITTED,
    APPROVAL_UNSPECIFIED,
    LEVEL_COMPANY,
    LEVEL_UNSPECIFIED,
    OBJECTIVE_KIND_COMMITTED,
    OBJECTIVE_KIND_UNSPECIFIED,
    OBJECTIVE_STATE_ACTIVE,
    OBJECTIVE_STATE_CANCELLED,
    OBJECTIVE_STATE_CLOSED,
    OBJECTIVE_STATE_DRAFT,
    OBJECTIVE_STATE_UNSPECIFIED,
    ROLL_UP_KEY_RESULTS,
    ROLL_UP_UNSPECIFIED,
    VISIBILITY_COMPANY,
    VISIBILITY_UNSPECIFIED,
    Approval,
    Bound,
    Graded,
    KeyResultCancelled,
    KeyResultDefined,
    KeyResultMovedAway,
    KeyResultMovedIn,
    KeyResultMovedToCycle,
    KeyResultRevised,
    KeyResultShared,
    KeyResultUnshared,
    Level,
    ObjectiveActivated,
    ObjectiveApprovalLapsed,
    ObjectiveApproved,
    ObjectiveCancelled,
    ObjectiveClosed,
    ObjectiveDefined,
    ObjectiveKind,
    ObjectiveLookedBackOn,
    ObjectiveMovedToCycle,
    ObjectiveReopened,
    ObjectiveRevised,
    ObjectiveSentBack,
    ObjectiveState,
    ObjectiveSubmitted,
    Owner,
    People,
    Plan,
    RollUp,
    Visibility,
)
from cairn.goals.v1.service_pb2 import (
    DefineObjectiveRequest,
    LookBack,
    ReviseObjectiveRequest,
)
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from goals.domain.measures import Measure, measure_of, revised_measure
from goals.domain.plans import require_due_after
from goals.domain.references import require_reference
from goals.domain.values import (
    changed_meanwhile,
    distinct_labels,
    distinct_people,
    end_before_start,
    require_id,
    require_reason,
    require_title,
    require_weight,
)
from shared.holding import SINCE_EVER, Asked, Revision, day_of, require_day
from shared.limits import FEWEST_GOOD_KEY_RESULTS, MOST_GOOD_KEY_RESULTS
from shared.teams import team_id_of
from shared.texts import require_text

WITH_ITS_OBJECTIVE: Final[Day] = 0
"""In place of a due day: it is due when its objective is, whichever that is on a day, and whenever that is moved."""


@dataclass(frozen=True, slots=True)
class KeyResult:
    """One key result of an objective, as it stands."""

    key_result_id: Id
    reference: str
    title: str
    owners: tuple[Owner, ...]
    weight: float
    due_day: Day  # or WITH_ITS_OBJECTIVE
    measure: Measure
    plan: Plan  # by dates; without points, none
    commit: float | None
    stretch: float | None
    counts_for: frozenset[Id]  # other objectives that its check-ins move
    cancelled: bool = False
    holds_from: Day = SINCE_EVER  # its own first day
    changed_from: Mapping[str, Day] = field(default_factory=dict)  # by field that was revised: from which day on its value holds
    shared_from: Mapping[Id, Day] = field(default_factory=dict)  # by objective that it counts for, or did: since when that is so
    most_milestones: int = 0  # that it had at any time
    defined_of: Id = b""  # the objective that it was defined of
    home_from: Day = SINCE_EVER  # since when it belongs to its objective; since ever: it was not moved

    def due_in(self, home_due_day: Day) -> Day:
        """When it is due, of an objective that is due on a day."""
        return self.due_day or home_due_day


@dataclass(slots=True)
class Objective:
    """Folded from the events of one objective; it does not exist while its state is unspecified."""

    objective_id: Id = b""
    cycle_id: Id = b""
    state: ObjectiveState.ValueType = OBJECTIVE_STATE_UNSPECIFIED
    state_from: Day = SINCE_EVER
    ended_as: tuple[ObjectiveState.ValueType, Day] = (
        OBJECTIVE_STATE_UNSPECIFIED,
        SINCE_EVER,
    )  # of what ended: its state before, and since when
    ended_with: Id = b""  # the cycle with which it was closed; empty: by itself
    changed_from: dict[str, Day] = field(default_factory=dict)  # by field that was revised: from which day on its value holds
    title: str = ""
    why: str = ""
    level: Level.ValueType = LEVEL_UNSPECIFIED
    creator_id: Id = b""
    owner_id: Id = b""
    team_id: Id = b""
    team_name: str = ""  # of before teams had ids, in place of the id
    contributor_ids: tuple[Id, ...] = ()
    named_person_ids: tuple[Id, ...] = ()
    start_day: Day = 0
    due_day: Day = 0
    kind: ObjectiveKind.ValueType = OBJECTIVE_KIND_UNSPECIFIED
    visibility: Visibility.ValueType = VISIBILITY_UNSPECIFIED
    roll_up: RollUp.ValueType = ROLL_UP_UNSPECIFIED
    child_weight: float = 1.0  # among the children of what it hangs under
    labels: tuple[str, ...] = ()
    pillar_id: Id = b""
    approval: Approval.ValueType = APPROVAL_UNSPECIFIED
    key_results: dict[Id, KeyResult] = field(default_factory=dict)
    cycle_from: Day = SINCE_EVER  # since when it belongs to its cycle; since ever: it was not moved
    key_results_left: Day = SINCE_EVER  # since when the last key result that was moved away belongs elsewhere

    @property
    def draft(self) -> bool:
        """Whether it was not activated yet: until then what is said of it holds since ever."""
        return self.state == OBJECTIVE_STATE_DRAFT

    @property
    def active(self) -> bool:
        """Whether it is worked on."""
        return self.state == OBJECTIVE_STATE_ACTIVE

    @property
    def ended(self) -> bool:
        """Whether it was closed or cancelled."""
        return self.state in (OBJECTIVE_STATE_CLOSED, OBJECTIVE_STATE_CANCELLED)

    @property
    def ended_on(self) -> Day | None:
        """The day of its end; None: it has not ended, or by an event of before ends said their day."""
        return self.state_from if self.ended and self.state_from != SINCE_EVER else None

    def team_of(self, tenant_id: Id) -> Id:
        """The team that it belongs to; empty: none."""
        return team_id_of(tenant_id, self.team_id, self.team_name)

    def key_result_owner_ids(self) -> set[Id]:
        """Who owns any of its key results."""
        return {owner.person_id for key_result in self.key_results.values() for owner in key_result.owners}


def copy(objective: Objective) -> Objective:
    """An independent copy; key results are immutable."""
    return replace(objective, key_results=dict(objective.key_results), changed_from=dict(objective.changed_from))


def apply(objective: Objective, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case ObjectiveDefined():
            _apply_defined(objective, event)
        case ObjectiveRevised():
            _apply_revised(objective, event)
        case ObjectiveActivated() | ObjectiveClosed() | ObjectiveCancelled() | ObjectiveReopened():
            _apply_state(objective, event)
        case ObjectiveSubmitted() | ObjectiveApproved() | ObjectiveSentBack() | ObjectiveApprovalLapsed():
            objective.approval = _APPROVALS[type(event)]
        case ObjectiveMovedToCycle():
            _apply_moved_to_cycle(objective, event)
        case ObjectiveLookedBackOn():
            pass  # what is said of it changes nothing that is decided
        case _:
            _apply_to_key_result(objective, event)


def _apply_to_key_result(objective: Objective, event: Message) -> None:
    match event:
        case KeyResultDefined():
            objective.key_results[event.key_result_id] = _key_result(event)
        case KeyResultRevised():
            objective.key_results[event.key_result_id] = _revised(objective.key_results[event.key_result_id], event)
        case KeyResultShared():
            counts_for = objective.key_results[event.key_result_id].counts_for | {event.counts_for}
            _count_for(objective, event.key_result_id, counts_for, event.counts_for, day_of(event))
        case KeyResultUnshared():
            counts_for = objective.key_results[event.key_result_id].counts_for - {event.counts_for}
            _count_for(objective, event.key_result_id, counts_for, event.counts_for, day_of(event))
        case KeyResultCancelled():
            objective.key_results[event.key_result_id] = replace(objective.key_results[event.key_result_id], cancelled=True)
        case KeyResultMovedAway():
            objective.key_results.pop(event.key_result_id, None)
            objective.key_results_left = max(objective.key_results_left, day_of(event))
        case KeyResultMovedIn():
            objective.key_results[event.key_result_id] = _moved_in(event)
        case KeyResultMovedToCycle():
            objective.key_results[event.key_result_id] = _gone_along(objective.key_results[event.key_result_id], event)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of an objective")


_APPROVALS: Final[Mapping[type[Message], Approval.ValueType]] = {
    ObjectiveSubmitted: APPROVAL_SUBMITTED,
    ObjectiveApproved: APPROVAL_APPROVED,
    ObjectiveSentBack: APPROVAL_SENT_BACK,
    ObjectiveApprovalLapsed: APPROVAL_UNSPECIFIED,
}


def _apply_state(objective: Objective, event: ObjectiveActivated | ObjectiveClosed | ObjectiveCancelled | ObjectiveReopened) -> None:
    before = objective.state, objective.state_from
    match event:
        case ObjectiveActivated():
            objective.state, objective.state_from = OBJECTIVE_STATE_ACTIVE, day_of(event)
        case ObjectiveClosed():
            objective.ended_as, objective.ended_with = before, event.with_cycle_id
            objective.state, objective.state_from = OBJECTIVE_STATE_CLOSED, day_of(event)
        case ObjectiveCancelled():
            objective.ended_as, objective.ended_with = before, b""
            objective.state, objective.state_from = OBJECTIVE_STATE_CANCELLED, day_of(event)
        case ObjectiveReopened():
            objective.state, objective.state_from = event.state or OBJECTIVE_STATE_ACTIVE, objective.ended_as[1]


def _apply_defined(objective: Objective, event: ObjectiveDefined) -> None:
    objective.objective_id, objective.cycle_id = event.objective_id, event.cycle_id
    objective.state = OBJECTIVE_STATE_DRAFT
    objective.title, objective.why, objective.level = event.title, event.why, event.level
    objective.creator_id, objective.owner_id = event.creator_id, event.owner_id
    objective.team_id, objective.team_name = event.team_id, event.team
    objective.contributor_ids, objective.named_person_ids = tuple(event.contributor_ids), tuple(event.named_person_ids)
    objective.start_day, objective.due_day = event.start_day, event.due_day
    objective.kind, objective.visibility, objective.roll_up = event.kind, event.visibility, event.roll_up
    objective.child_weight = event.child_weight if event.HasField("child_weight") else 1.0
    objective.labels = tuple(event.labels)
    objective.pillar_id = event.pillar_id


def _apply_moved_to_cycle(objective: Objective, event: ObjectiveMovedToCycle) -> None:
    objective.cycle_id, objective.cycle_from = event.cycle_id, day_of(event)
    if event.HasField("start_day"):
        objective.start_day, objective.changed_from["start_day"] = event.start_day, day_of(event)
    if event.HasField("due_day"):
        objective.due_day, objective.changed_from["due_day"] = event.due_day, day_of(event)


def _gone_along(key_result: KeyResult, event: KeyResultMovedToCycle) -> KeyResult:
    if not event.HasField("due_day"):
        return key_result
    return replace(key_result, due_day=event.due_day, changed_from={**key_result.changed_from, "due_day": day_of(event)})


_PLAIN_FIELDS: Final = (
    "title",
    "why",
    "level",
    "owner_id",
    "start_day",
    "due_day",
    "kind",
    "visibility",
    "roll_up",
    "child_weight",
    "pillar_id",
)


def _apply_revised(objective: Objective, event: ObjectiveRevised) -> None:
    for name in fields_that_hold(event, objective.changed_from):
        match name:
            case "team_id":
                objective.team_id, objective.team_name = event.team_id, event.team
            case "contributors":
                objective.contributor_ids = tuple(event.contributors.person_ids)
            case "named_people":
                objective.named_person_ids = tuple(event.named_people.person_ids)
            case "labels":
                objective.labels = tuple(event.labels.labels)
            case _:
                setattr(objective, name, getattr(event, name))
        objective.changed_from[name] = day_of(event)


_NO_FIGURES: Final = frozenset(
    {"objective_id", "key_result_id", "kpi_id", "initiative_id", "task_id", "milestone_id", "goalpost_moved", "holds_from"}
)
"""Fields of a revision that say nothing of what it is changed to."""


_CALLED_NOW: Final = {"team": "team_id"}
"""Fields of an objective of before, by what says the same now."""


def fields_changed(event: Revision) -> list[str]:
    """The fields that a revision changes."""
    called_now = _CALLED_NOW if isinstance(event, ObjectiveRevised) else {}
    return [called_now.get(field.name, field.name) for field, _ in event.ListFields() if field.name not in _NO_FIGURES]


def fields_that_hold(event: Revision, changed_from: Mapping[str, Day]) -> list[str]:
    """The fields that a revision changes for now: of two values of a field the one from the later day on holds, then the later said."""
    day = day_of(event)
    return [name for name in fields_changed(event) if changed_from.get(name, SINCE_EVER) <= day]


def latest(fields: Iterable[str], changed_from: Mapping[str, Day]) -> Day:
    """The latest day from which on any of the fields has the value that it has; since ever, of those that were never revised."""
    return max((changed_from.get(name, SINCE_EVER) for name in fields), default=SINCE_EVER)


def _key_result(event: KeyResultDefined) -> KeyResult:
    return KeyResult(
        key_result_id=event.key_result_id,
        reference=event.reference,
        title=event.title,
        owners=tuple(event.owners),
        weight=event.weight,
        due_day=event.due_day,
        measure=measure_of(event),
        plan=event.plan,
        commit=event.commit if event.HasField("commit") else None,
        stretch=event.stretch if event.HasField("stretch") else None,
        counts_for=frozenset(event.counts_for),
        holds_from=day_of(event),
        shared_from=dict.fromkeys(event.counts_for, day_of(event)),
        most_milestones=len(event.milestones.milestones),
        defined_of=event.objective_id,
    )


def _moved_in(event: KeyResultMovedIn) -> KeyResult:
    """As it stood where it came from."""
    its = event.key_result
    return KeyResult(
        key_result_id=event.key_result_id,
        reference=its.reference,
        title=its.title,
        owners=tuple(its.owners),
        weight=its.weight,
        due_day=event.due_day if event.HasField("due_day") else its.due_day,
        measure=measure_of(its) if its.WhichOneof("measure") else Graded(),  # it has one; an event of its ids alone has none
        plan=its.plan,
        commit=its.commit if its.HasField("commit") else None,
        stretch=its.stretch if its.HasField("stretch") else None,
        counts_for=frozenset(its.counts_for),
        holds_from=its.first_day,
        changed_from={said.field: said.from_day for said in event.said_from},
        shared_from={counted.objective_id: counted.from_day for counted in event.counted_from},
        most_milestones=event.most_milestones,
        defined_of=event.defined_of,
        home_from=day_of(event),
    )


def _revised(key_result: KeyResult, event: KeyResultRevised) -> KeyResult:
    holding = fields_that_hold(event, key_result.changed_from)
    return replace(
        key_result,
        title=event.title if "title" in holding else key_result.title,
        owners=tuple(event.owners.owners) if "owners" in holding else key_result.owners,
        weight=event.weight if "weight" in holding else key_result.weight,
        due_day=event.due_day if "due_day" in holding else key_result.due_day,
        measure=revised_measure(key_result.measure, event, holding),
        plan=event.plan if "plan" in holding else key_result.plan,
        commit=_mark(event.commit) if "commit" in holding else key_result.commit,
        stretch=_mark(event.stretch) if "stretch" in holding else key_result.stretch,
        changed_from={**key_result.changed_from, **dict.fromkeys(holding, day_of(event))},
        most_milestones=max(key_result.most_milestones, len(event.milestones.milestones)),
    )


def _mark(bound: Bound) -> float | None:
    return bound.value if bound.HasField("value") else None


def _count_for(objective: Objective, key_result_id: Id, counts_for: frozenset[Id], other: Id, since: Day) -> None:
    key_result = objective.key_results[key_result_id]
    shared_from = {**key_result.shared_from, other: since}
    objective.key_results[key_result_id] = replace(key_result, counts_for=counts_for, shared_from=shared_from)


class Origin(NamedTuple):
    """The objective that a new one goes back to, or the KPI; empty: none."""

    carried_from: Id = b""
    copied_from: Id = b""
    started_from: Id = b""  # a KPI


NO_ORIGIN: Final = Origin()


def define(
    objective: Objective,
    objective_id: Id,
    creator_id: Id,
    wanted: DefineObjectiveRequest,
    start_day: Day,
    due_day: Day,
    default_visibility: Visibility.ValueType = VISIBILITY_COMPANY,
    origin: Origin = NO_ORIGIN,
) -> ObjectiveDefined:
    """A new objective, as a draft: committed, of the company, and owned by its creator, unless it is wanted otherwise.

    Seen by the company, or by whom the tenant has settled, unless it is said.

    Raises Refused: INVALID, END_BEFORE_START, or OBJECTIVE_DEFINED when there is one under this id.
    """
    if objective.state != OBJECTIVE_STATE_UNSPECIFIED:
        raise Refused("OBJECTIVE_DEFINED", f"objective {id_text(objective_id)} is defined already", kind=Kind.TAKEN)
    if wanted.reference:
        require_reference("objective", wanted.reference)
        if "/" in wanted.reference:
            raise invalid("reference", f"{wanted.reference!r}: a slash parts an objective from its key result, as in J1/3")
    require_title("title", wanted.title)
    if wanted.HasField("child_weight"):
        require_weight("child_weight", wanted.child_weight)
    require_text("why", wanted.why, 4000)
    _require_optional_id("team_id", wanted.team_id)
    _require_optional_id("pillar_id", wanted.pillar_id)
    owner_id = wanted.owner_id or creator_id
    require_id("owner_id", owner_id)
    _require_span(start_day, due_day)
    return ObjectiveDefined(
        objective_id=objective_id,
        cycle_id=wanted.cycle_id,
        reference=wanted.reference,
        title=wanted.title,
        why=wanted.why,
        level=wanted.level or LEVEL_COMPANY,
        owner_id=owner_id,
        creator_id=creator_id,
        team_id=wanted.team_id or None,
        contributor_ids=distinct_people("contributor_ids", wanted.contributor_ids),
        named_person_ids=distinct_people("named_person_ids", wanted.named_person_ids),
        start_day=start_day,
        due_day=due_day,
        kind=wanted.kind or OBJECTIVE_KIND_COMMITTED,
        visibility=wanted.visibility or default_visibility,
        roll_up=wanted.roll_up or ROLL_UP_KEY_RESULTS,
        labels=distinct_labels("labels", wanted.labels),
        holds_from=SINCE_EVER,
        child_weight=wanted.child_weight if wanted.HasField("child_weight") else None,
        carried_from=origin.carried_from or None,
        copied_from=origin.copied_from or None,
        started_from=origin.started_from or None,
        pillar_id=wanted.pillar_id or None,
        imported=wanted.imported or None,
    )


def revise(
    objective: Objective, tenant_id: Id, wanted: ReviseObjectiveRequest, asked: Asked
) -> list[ObjectiveRevised | ObjectiveApprovalLapsed]:
    """Change what `wanted` sets and is otherwise; nothing when it is all so already.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_CLOSED, INVALID, END_BEFORE_START, HOLDS_FROM_AHEAD.
    """
    require_open(objective)
    change, again = ObjectiveRevised(), asked.held_later(objective.changed_from)
    for name in _PLAIN_FIELDS:
        if wanted.HasField(name) and (getattr(wanted, name) != getattr(objective, name) or name in again):
            setattr(change, name, getattr(wanted, name))
    if wanted.HasField("team_id") and (wanted.team_id != objective.team_of(tenant_id) or "team_id" in again):
        change.team_id = wanted.team_id
    _change_lists(objective, wanted, again, change)
    _require_change(objective, change)
    if not change.ListFields():
        return []
    change.objective_id = objective.objective_id
    change.holds_from = asked.day_of_change(objective.draft, latest(fields_changed(change), objective.changed_from))
    change.goalpost_moved = objective.state == OBJECTIVE_STATE_ACTIVE and (change.HasField("start_day") or change.HasField("due_day"))
    if change.HasField("due_day"):
        _require_plans_before(objective, change.due_day)
    return [change, *lapsed_approval(objective, asked)]


def _require_plans_before(objective: Objective, due_day: Day) -> None:
    """Raises Refused (PLAN_OUTSIDE) where a key result that is due with its objective has a plan that goes beyond that day."""
    for key_result in objective.key_results.values():
        if not key_result.due_day and not key_result.cancelled:
            require_due_after(key_result.plan, due_day)


def _change_lists(objective: Objective, wanted: ReviseObjectiveRequest, again: set[str], change: ObjectiveRevised) -> None:
    if wanted.HasField("contributors"):
        contributors = distinct_people("contributors", wanted.contributors.person_ids)
        if tuple(contributors) != objective.contributor_ids or "contributors" in again:
            change.contributors.person_ids[:] = contributors
            change.contributors.SetInParent()
    if wanted.HasField("named_people"):
        named = distinct_people("named_people", wanted.named_people.person_ids)
        if tuple(named) != objective.named_person_ids or "named_people" in again:
            change.named_people.person_ids[:] = named
            change.named_people.SetInParent()
    if wanted.HasField("labels"):
        labels = distinct_labels("labels", wanted.labels.labels)
        if tuple(labels) != objective.labels or "labels" in again:
            change.labels.labels[:] = labels
            change.labels.SetInParent()


def _require_change(objective: Objective, change: ObjectiveRevised) -> None:
    if change.HasField("title"):
        require_title("title", change.title)
    require_text("why", change.why, 4000)
    _require_optional_id("team_id", change.team_id)
    _require_optional_id("pillar_id", change.pillar_id)
    if change.HasField("owner_id"):
        require_id("owner_id", change.owner_id)
    if change.HasField("child_weight"):
        require_weight("child_weight", change.child_weight)
    for name in ("level", "kind", "visibility", "roll_up"):
        if change.HasField(name) and getattr(change, name) == 0:
            raise invalid(name, "leave it out, or say which")
    if change.HasField("start_day") or change.HasField("due_day"):
        _require_span(
            change.start_day if change.HasField("start_day") else objective.start_day,
            change.due_day if change.HasField("due_day") else objective.due_day,
        )


def _require_span(start: Day, due: Day) -> None:
    require_day("start_day", start)
    require_day("due_day", due)
    if due < start:
        raise end_before_start("due_day", start, due)


class Rules(NamedTuple):
    """What a tenant has made a rule of, as far as it concerns whoever asks."""

    two_to_five: bool = False
    """An objective needs two to five key results to become active."""
    approval: bool = False
    """An objective is approved before it becomes active."""
    approves: bool = False
    """Who asks needs nobody's approval."""


NO_RULES: Final = Rules()


def activate(objective: Objective, asked: Asked, rules: Rules = NO_RULES) -> ObjectiveActivated:
    """From draft to active: from now on it is checked in on; it was active from its first day on, if that is earlier than the day asked.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_ACTIVE, OBJECTIVE_CLOSED, INVALID, HOLDS_FROM_AHEAD; and by the tenant's
    rules APPROVAL_NEEDED, NOT_TWO_TO_FIVE.
    """
    _require_draft(objective)
    if rules.approval and not rules.approves and objective.approval != APPROVAL_APPROVED:
        raise Refused("APPROVAL_NEEDED", f"here an objective is approved before it becomes active; {_NEXT[objective.approval]}")
    if rules.two_to_five:
        _require_two_to_five(objective)
    active_from = min(asked.day(draft=False), objective.start_day)
    return ObjectiveActivated(objective_id=objective.objective_id, holds_from=active_from)


_NEXT: Final[Mapping[Approval.ValueType, str]] = {
    APPROVAL_UNSPECIFIED: "submit it first",
    APPROVAL_SUBMITTED: "it is submitted, and waits for that",
    APPROVAL_SENT_BACK: "it was sent back: work it over, and submit it again",
}
"""What an objective lacks that is not approved."""


def submit(objective: Objective, comment: str, asked: Asked, rules: Rules, of: Collection[Id] = ()) -> list[ObjectiveSubmitted]:
    """Submit a draft for approval, `of` these people beside admins; nothing where it is submitted or approved already.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_ACTIVE, OBJECTIVE_CLOSED, INVALID, NO_APPROVAL_WANTED where the tenant wants none, and
    NOT_TWO_TO_FIVE by its rule: what could not become active is not looked at in vain.
    """
    _require_draft(objective)
    require_text("comment", comment, 1000)
    if not rules.approval:
        raise Refused("NO_APPROVAL_WANTED", "here an objective becomes active without an approval; activate it")
    if objective.approval in (APPROVAL_SUBMITTED, APPROVAL_APPROVED):
        return []
    if rules.two_to_five:
        _require_two_to_five(objective)
    of_whom = People(person_ids=of) if of else None
    return [ObjectiveSubmitted(objective_id=objective.objective_id, comment=comment, holds_from=asked.today, asked=of_whom)]


def approve(objective: Objective, comment: str, asked: Asked) -> list[ObjectiveApproved]:
    """Approve what was submitted, as it stands; nothing where it is approved already.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_ACTIVE, OBJECTIVE_CLOSED, NOT_SUBMITTED, INVALID.
    """
    _require_draft(objective)
    require_text("comment", comment, 1000)
    if objective.approval == APPROVAL_APPROVED:
        return []
    _require_submitted(objective)
    return [
        ObjectiveApproved(
            objective_id=objective.objective_id,
            comment=comment,
            holds_from=asked.today,
            concerned=_concerned(objective),
        )
    ]


def send_back(objective: Objective, reason: str, asked: Asked) -> ObjectiveSentBack:
    """Send back what was submitted, or approved meanwhile, with a reason: it is worked over, and submitted again.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_ACTIVE, OBJECTIVE_CLOSED, NOT_SUBMITTED, INVALID.
    """
    _require_draft(objective)
    require_reason(reason)
    if objective.approval != APPROVAL_APPROVED:
        _require_submitted(objective)
    return ObjectiveSentBack(
        objective_id=objective.objective_id,
        reason=reason,
        holds_from=asked.today,
        concerned=_concerned(objective),
    )


def _concerned(objective: Objective) -> People:
    """Whom it concerns what becomes of a draft."""
    return People(person_ids=dict.fromkeys(filter(None, (objective.owner_id, objective.creator_id))))


def lapsed_approval(objective: Objective, asked: Asked) -> list[ObjectiveApprovalLapsed]:
    """What a change of a draft means for its approval: it was given to the draft as it was."""
    if not (objective.draft and objective.approval == APPROVAL_APPROVED):
        return []
    return [ObjectiveApprovalLapsed(objective_id=objective.objective_id, holds_from=asked.today)]


def require_no_approval(objective: Objective) -> None:
    """Raises Refused (CONTENTION) for one that was approved while somebody decided as if it were not."""
    if objective.approval == APPROVAL_APPROVED:
        raise changed_meanwhile("the objective is being approved")


def _require_draft(objective: Objective) -> None:
    require_open(objective)
    if objective.state == OBJECTIVE_STATE_ACTIVE:
        raise Refused("OBJECTIVE_ACTIVE", "the objective is active already")


def _require_submitted(objective: Objective) -> None:
    if objective.approval != APPROVAL_SUBMITTED:
        raise Refused("NOT_SUBMITTED", "the objective is not submitted for approval; whoever edits it submits it")


def _require_two_to_five(objective: Objective) -> None:
    standing = sum(not key_result.cancelled for key_result in objective.key_results.values())
    if not FEWEST_GOOD_KEY_RESULTS <= standing <= MOST_GOOD_KEY_RESULTS:
        needs = f"{FEWEST_GOOD_KEY_RESULTS} to {MOST_GOOD_KEY_RESULTS} key results"
        told = f"here an objective needs {needs} to become active; this has {standing}"
        raise Refused("NOT_TWO_TO_FIVE", told)


def close_with_cycle(objective: Objective, said: LookBack, cycle_id: Id, asked: Asked) -> list[ObjectiveLookedBackOn | ObjectiveClosed]:
    """What was said of an objective at the closing of its cycle, and its own end where it is active; a draft stays one.

    An objective that became active after the day of the closing ends on that day of its own.

    Raises Refused: OBJECTIVE_NOT_IN_CYCLE, OBJECTIVE_UNKNOWN, INVALID, HOLDS_FROM_AHEAD; and, where something is said of it,
    OBJECTIVE_NOT_ACTIVE of a draft and OBJECTIVE_CANCELLED of what was given up.
    """
    require_known(objective)
    if objective.cycle_id != cycle_id and said == LookBack():
        return []  # it was moved to another cycle at the same moment
    if objective.cycle_id != cycle_id:
        raise Refused("OBJECTIVE_NOT_IN_CYCLE", f"objective {objective.title!r} belongs to another cycle", field="objective_id")
    looked_back: list[ObjectiveLookedBackOn | ObjectiveClosed] = [*look_back(objective, said)]
    if not objective.active:
        return looked_back
    ended_on = max(asked.day(draft=False), objective.state_from)
    closed = ObjectiveClosed(objective_id=objective.objective_id, outcome=said.outcome, holds_from=ended_on, with_cycle_id=cycle_id)
    return [*looked_back, closed]


def look_back(objective: Objective, said: LookBack) -> list[ObjectiveLookedBackOn]:
    """What is said of an objective that is active or closed; nothing where nothing is said.

    Raises Refused: OBJECTIVE_NOT_ACTIVE, OBJECTIVE_CANCELLED, INVALID.
    """
    looked_back = ObjectiveLookedBackOn(objective_id=objective.objective_id)
    for name in ("outcome", "well", "learnt"):
        if said.HasField(name):
            require_text(name, getattr(said, name), 4000)
            setattr(looked_back, name, getattr(said, name))
    if said.HasField("carried_over"):
        looked_back.carried_over = said.carried_over
    if len(looked_back.ListFields()) == 1:
        return []
    if objective.draft:
        raise Refused("OBJECTIVE_NOT_ACTIVE", f"objective {objective.title!r} is a draft; there is nothing to look back on")
    if objective.state == OBJECTIVE_STATE_CANCELLED:
        raise Refused("OBJECTIVE_CANCELLED", f"objective {objective.title!r} is cancelled; there is nothing to look back on")
    return [looked_back]


def reopen(objective: Objective, reason: str) -> ObjectiveReopened:
    """Take an end back, with a reason: the objective goes on as what it was before, and its end is none on any day.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_NOT_ENDED, INVALID.
    """
    require_known(objective)
    require_reason(reason)
    if objective.state not in (OBJECTIVE_STATE_CLOSED, OBJECTIVE_STATE_CANCELLED):
        raise Refused("OBJECTIVE_NOT_ENDED", "the objective has not ended; there is nothing to reopen")
    state, _ = objective.ended_as
    return ObjectiveReopened(objective_id=objective.objective_id, reason=reason, state=state, holds_from=objective.ended_on)


def reopen_with_cycle(objective: Objective, reason: str, cycle_id: Id) -> list[ObjectiveReopened]:
    """Reopen what was closed with its cycle, and only that. Raises as `reopen` does."""
    if objective.state != OBJECTIVE_STATE_CLOSED or objective.ended_with != cycle_id:
        return []
    reopened = reopen(objective, reason)
    reopened.with_cycle_id = cycle_id
    return [reopened]


def close(objective: Objective, outcome: str, asked: Asked) -> ObjectiveClosed:
    """From active to closed, with what came of it.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_NOT_ACTIVE, OBJECTIVE_CLOSED, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    require_open(objective)
    if objective.state != OBJECTIVE_STATE_ACTIVE:
        raise Refused("OBJECTIVE_NOT_ACTIVE", "the objective is a draft; activate it first, or cancel it")
    require_text("outcome", outcome, 4000)
    ended_on = asked.day(draft=False, not_before=objective.state_from)
    return ObjectiveClosed(objective_id=objective.objective_id, outcome=outcome, holds_from=ended_on)


def cancel(objective: Objective, reason: str, asked: Asked) -> ObjectiveCancelled:
    """Give an objective up, as a draft or active.

    Raises Refused: OBJECTIVE_UNKNOWN, OBJECTIVE_CLOSED, INVALID, HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY.
    """
    require_open(objective)
    require_text("reason", reason, 1000)
    ended_on = asked.day(draft=False, not_before=objective.state_from)
    return ObjectiveCancelled(objective_id=objective.objective_id, reason=reason, holds_from=ended_on)


def require_known(objective: Objective, field_name: str = "objective_id") -> None:
    """Raises Refused (OBJECTIVE_UNKNOWN) unless there is such an objective."""
    if objective.state == OBJECTIVE_STATE_UNSPECIFIED:
        raise unknown_objective(field_name)


def require_open(objective: Objective, field_name: str = "") -> None:
    """Raises Refused (OBJECTIVE_UNKNOWN, OBJECTIVE_CLOSED) unless the objective can still change."""
    match objective.state:
        case goals.OBJECTIVE_STATE_DRAFT | goals.OBJECTIVE_STATE_ACTIVE:
            return
        case goals.OBJECTIVE_STATE_CLOSED:
            raise Refused("OBJECTIVE_CLOSED", "the objective is closed; it no longer changes", field=field_name)
        case goals.OBJECTIVE_STATE_CANCELLED:
            raise Refused("OBJECTIVE_CLOSED", "the objective is cancelled; it no longer changes", field=field_name)
        case goals.OBJECTIVE_STATE_UNSPECIFIED:
            raise unknown_objective(field_name or "objective_id")
        case state:
            raise ValueError(f"whether an objective in state {state} still changes is not decided")


def unknown_objective(field_name: str = "objective_id") -> Refused:
    """There is no such objective, or none that the caller may see."""
    return Refused("OBJECTIVE_UNKNOWN", "there is no such objective", kind=Kind.UNKNOWN, field=field_name)


def _require_optional_id(field_name: str, thing_id: Id) -> None:
    if thing_id:
        require_id(field_name, thing_id)
