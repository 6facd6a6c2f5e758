"""What is known: one row a fact, appended and never computed from another partition's rows.

A version of a definition holds from the day on that it is true, once it is known, until a later one holds: an event that changes what
was true before a later change is as many versions as there are such changes, each whole (`timelines.py`). A check-in holds from its own
day on while it is known: until the next event on the same check-in.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from chassis.ids import Id
from progress.facts.declared import Bits, Code, Day, Instant, Number, Position, Version, fact
from progress.facts.found_by import FoundBy

FOR_EVER: Final = 2**63 - 1
"""The end of the known axis: what was never corrected."""


class Recording(NamedTuple):
    """The event that a fact comes from: where it stands in its log, when it was recorded, and by whom."""

    position: Position
    known_from: Instant
    event_id: Id
    event_type: str
    actor_id: Id
    on_behalf_of: Id | None


class ObjectiveDefinition(NamedTuple):
    """What one version of an objective says, whole."""

    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    why: str
    level: Code
    owner_id: Id | None
    creator_id: Id | None
    team: str  # what it was called by an event of before teams had ids
    contributor_ids: tuple[Id, ...]
    named_person_ids: tuple[Id, ...]
    start_day: Day
    due_day: Day
    kind: Code
    visibility: Code
    roll_up: Code
    labels: tuple[str, ...]
    state: Code
    child_weight: float  # among the children of what it hangs under
    team_id: Id | None
    pillar_id: Id | None
    approval: Code
    carried_from: Id | None
    copied_from: Id | None
    started_from: Id | None  # a KPI


class KeyResultDefinition(NamedTuple):
    """What one version of a key result says, whole."""

    key_result_id: Id
    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    owner_ids: tuple[Id, ...]
    owner_shares: tuple[float | None, ...]
    weight: float
    due_day: Day  # 0: the objective's
    measure: Code  # a baseline that has a target is a metric
    start: float | None  # None: of what was a baseline, its value on the day of its first target
    target: float
    unit: str
    milestone_titles: tuple[str, ...] | None  # None: not measured by milestones
    milestone_weights: tuple[float, ...] | None
    milestone_due_days: tuple[Day, ...] | None
    cancelled: bool
    low: float | None  # of what is maintained; None: no such bound
    high: float | None
    mode: Code | None  # None: not maintained
    first_day: Day  # from which on it is there
    commit: float | None
    stretch: float | None
    plan_days: tuple[Day, ...] | None  # None: it has no plan by dates
    plan_shares: tuple[float, ...] | None
    targeted_on: Day | None  # the day of the first target of what was a baseline; None: it was none, or is one still
    feeds: tuple[Id, ...] | None  # None: no sum


@fact(table="objective")
class ObjectiveVersion(NamedTuple):
    """An objective as an event has defined or changed it."""

    definition: ObjectiveDefinition
    tenant_id: Id
    true_from: Day
    recording: Recording
    version: Version  # of the aggregate
    note: str  # the outcome, or the reason
    says: Bits  # bit n: the n-th field of the definition was given its value on this very day
    goalpost_moved: bool  # a figure of an active objective was changed
    found_by: FoundBy


@fact(table="key_result")
class KeyResultVersion(NamedTuple):
    """A key result as an event has defined or changed it."""

    definition: KeyResultDefinition
    tenant_id: Id
    true_from: Day
    recording: Recording
    note: str  # the reason
    says: Bits  # as of an objective
    goalpost_moved: bool
    found_by: FoundBy


@fact(table="key_result_move")
class KeyResultMove(NamedTuple):
    """That a key result belongs to another objective from a day on: it is found by where it was, too. Its versions say so themselves."""

    key_result_id: Id
    from_objective_id: Id
    from_cycle_id: Id
    to_objective_id: Id
    to_cycle_id: Id
    tenant_id: Id
    true_from: Day
    recording: Recording


@fact(table="ending")
class Ending(NamedTuple):
    """That an objective or a key result ended on a day, or does so no longer."""

    ended_id: Id
    objective_id: Id  # of a key result: its home; of an objective: itself
    ended_on: Day
    ends: bool  # False: it was reopened
    tenant_id: Id
    recording: Recording


@fact(table="setting")
class SettingFact(NamedTuple):
    """That a setting of a tenant says something from a day on, until a later day."""

    setting: str  # or the cadence of a cycle, where that was said anew
    value: str
    tenant_id: Id
    true_from: Day
    recording: Recording


@fact(table="closing")
class Closing(NamedTuple):
    """That a cycle was closed: its report is what was true on that day, as far as it was known by then."""

    cycle_id: Id
    closed_on: Day
    first_day: Day | None  # of the cycle as it was closed; None: closed before that was told
    last_day: Day | None
    tenant_id: Id
    recording: Recording


@fact(table="blocker")
class Blocker(NamedTuple):
    """Something that stands in the way, as a check-in named it with its first value; nothing corrects it."""

    key_result_id: Id
    check_in_id: Id
    number: Code  # its place among those of its check-in, from 1
    blocker: str
    tenant_id: Id
    recording: Recording


@fact(table="looked_back")
class LookedBack(NamedTuple):
    """What was said of an objective when it was looked back on; what is None was not said, and stays as it was."""

    objective_id: Id
    outcome: str | None
    well: str | None
    learnt: str | None
    carried_over: bool | None
    tenant_id: Id
    recording: Recording


@fact(table="alignment")
class Alignment(NamedTuple):
    """Where in the tree an objective stands: below another one, below a key result of another one, or at the top."""

    objective_id: Id
    parent_objective_id: Id | None  # of a parent key result: its home
    parent_key_result_id: Id | None
    tenant_id: Id
    true_from: Day
    recording: Recording


@fact(table="counts_for")
class CountsFor(NamedTuple):
    """Whether a key result counts for another objective than its home."""

    key_result_id: Id
    objective_id: Id  # the other one
    counts: bool  # False: from here on no longer
    tenant_id: Id
    true_from: Day
    recording: Recording


class CheckInKind(IntEnum):
    """Which event says it of a check-in. The numbers stand in the table, for ever."""

    RECORDED = 1
    ABSTAINED = 2
    CORRECTED = 3
    RETRACTED = 4
    RESTORED = 5
    ABSTENTION_RESTORED = 6


ABSTENTIONS: Final = (CheckInKind.ABSTAINED, CheckInKind.ABSTENTION_RESTORED)
"""The kinds that carry no value while they stand."""


@fact(table="check_in")
class CheckInFact(NamedTuple):
    """What one event said of one check-in, known from its recording until the next event on the same check-in."""

    key_result_id: Id
    true_on: Day
    place: Position  # of the event that recorded the check-in: its place within the day, also after it was corrected
    known_from: Instant
    known_to: Instant
    position: Position
    kind: CheckInKind
    said_status: Code
    tenant_id: Id
    check_in_id: Id
    event_id: Id
    actor_id: Id
    on_behalf_of: Id | None
    value: float | None
    milestones_done: Bits | None  # bit n - 1: milestone n
    confidence: Code | None
    comment: str  # or the reason
    part_id: Id | None  # the owner whose part it is; None: of the key result as a whole


@fact(table="grade")
class Grade(NamedTuple):
    """A grade that was given, or abstained from."""

    key_result_id: Id
    true_on: Day
    grade: float | None  # None: abstained from
    graded_on: Day
    tenant_id: Id
    recording: Recording
    comment: str  # the reason


class KpiDefinition(NamedTuple):
    """What one version of a KPI says, whole."""

    kpi_id: Id
    reference: str
    title: str
    unit: str
    low: float | None  # of its healthy range; None: no such bound
    high: float | None
    owner_id: Id | None
    creator_id: Id | None
    team: str
    retired: bool


@fact(table="kpi")
class KpiVersion(NamedTuple):
    """A KPI as an event has defined or changed it."""

    definition: KpiDefinition
    tenant_id: Id
    true_from: Day
    recording: Recording
    version: Version  # of the aggregate
    note: str  # the reason
    says: Bits  # as of an objective


@fact(table="kpi_value")
class KpiValue(NamedTuple):
    """A value of a KPI, or that it was taken back."""

    kpi_id: Id
    true_on: Day
    measurement_id: Id
    value: float | None  # None: taken back
    tenant_id: Id
    recording: Recording
    version: Version  # of the aggregate
    comment: str  # or the reason


class TaskDefinition(NamedTuple):
    """What one version of a task says, whole."""

    task_id: Id
    reference: str
    title: str
    assignee_id: Id | None
    giver_id: Id | None
    priority: Code
    due_day: Day  # 0: none
    objective_id: Id | None  # that it serves in the end
    key_result_id: Id | None
    initiative_id: Id | None
    state: Code
    done_on: Day | None


@fact(table="task")
class TaskVersion(NamedTuple):
    """A task as an event has given or changed it."""

    definition: TaskDefinition
    tenant_id: Id
    true_from: Day
    recording: Recording
    version: Version  # of the aggregate
    note: str  # the reason
    says: Bits  # as of an objective


class InitiativeDefinition(NamedTuple):
    """What one version of an initiative says, whole."""

    initiative_id: Id
    reference: str
    title: str
    owner_id: Id | None
    creator_id: Id | None
    objective_id: Id | None  # that it serves in the end
    key_result_id: Id | None
    state: Code
    start_day: Day  # 0: none
    end_day: Day


@fact(table="initiative")
class InitiativeVersion(NamedTuple):
    """An initiative as an event has defined or changed it."""

    definition: InitiativeDefinition
    tenant_id: Id
    true_from: Day
    recording: Recording
    version: Version  # of the aggregate
    note: str
    says: Bits  # as of an objective


class MilestoneDefinition(NamedTuple):
    """What one version of a milestone says, whole."""

    milestone_id: Id
    reference: str
    title: str
    on_day: Day
    first_day: Day  # that was planned first
    team: str  # empty: the company's
    creator_id: Id | None
    phase: Code
    reached_on: Day | None


@fact(table="milestone")
class MilestoneVersion(NamedTuple):
    """A milestone as an event has planned or changed it."""

    definition: MilestoneDefinition
    tenant_id: Id
    true_from: Day
    recording: Recording
    version: Version  # of the aggregate
    note: str  # the reason
    says: Bits  # as of an objective


@fact(table="effort")
class EffortFact(NamedTuple):
    """What one event said of time that somebody logged, whole: what holds of it, its newest event says."""

    effort_id: Id
    person_id: Id
    true_on: Day  # on which it was spent
    minutes: Number  # 0: taken back
    note: str  # or the reason
    task_id: Id | None
    initiative_id: Id | None  # that the task is for, or that it was spent on
    objective_id: Id | None  # that the work serves in the end
    key_result_id: Id | None
    team_ids: tuple[Id, ...]  # the person's, on that day
    tenant_id: Id
    recording: Recording


class CommentKind(IntEnum):
    """What a comment is for. The numbers stand in the table, for ever."""

    COMMENT = 1
    KUDOS = 2
    ACKNOWLEDGEMENT = 3
    FEEDBACK_REQUEST = 4
    FEEDBACK = 5


class CommentChange(IntEnum):
    """What an event does to a comment. The numbers stand in the table, for ever."""

    WRITTEN = 1
    EDITED = 2
    TAKEN_BACK = 3
    DECLINED = 4  # the feedback that it asks for


@fact(table="comment")
class CommentFact(NamedTuple):
    """What one event said of one comment. What it says now, its newest events say."""

    comment_id: Id
    on_id: Id  # the check-in, key result or objective that it is on
    objective_id: Id
    key_result_id: Id | None  # None: it is on the objective
    check_in_id: Id | None  # None: it is on no check-in
    change: CommentChange
    kind: CommentKind | None  # None: said when it was written
    author_id: Id
    thread_id: Id | None  # the first comment of its thread, as it was written
    reply_to_id: Id | None
    person_ids: tuple[Id, ...]  # who is thanked, or asked
    text: str  # or the reason
    mention_ats: tuple[Number, ...]  # at which of the text's characters
    mention_ids: tuple[Id, ...]  # and who
    written_day: Day | None
    tenant_id: Id
    recording: Recording


@fact(table="reaction")
class ReactionFact(NamedTuple):
    """That somebody reacts to a comment, or does so no longer."""

    comment_id: Id
    person_id: Id
    reaction: Code
    stands: bool
    on_id: Id
    objective_id: Id
    tenant_id: Id
    recording: Recording
