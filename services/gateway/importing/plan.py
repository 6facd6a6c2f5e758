"""What an import is going to say, thing by thing and row by row; and which rows cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from gateway.importing.encodings import Encoding
from gateway.importing.tables import Delimiter, Refusal, Row
from gateway.schemas.enums import (
    InitiativeStateWord,
    MilestonePhaseWord,
    ObjectiveKindWord,
    ObjectiveStateWord,
    PriorityWord,
    RoleWord,
    RollUpWord,
    SaidStatusWord,
    VisibilityWord,
)

Measure = Literal["metric", "binary", "milestones", "graded", "maintain", "baseline", "sum"]
Mode = Literal["latest", "share"]
"""Those that a folder can name."""
Level = Literal["company", "team", "individual"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of settings.csv: what a setting of the tenant says, from a day on."""

    row: Row
    setting: str
    value: str
    day: date | None  # None: since ever


CycleKind = Literal["strategic", "tactical", "custom"]
CycleState = Literal["planning", "active", "review", "closed"]


@dataclass(frozen=True, slots=True)
class Cycle:
    """A span of time that objectives of the folder belong to; one that has a row of its own says more."""

    name: str
    first_day: date
    last_day: date
    row: Row | None = None
    kind: CycleKind = "tactical"
    enclosing: str | None = None
    cadence: str = ""  # empty: the tenant's
    weekday: str = ""
    state: CycleState | None = None  # None: as it is


@dataclass(frozen=True, slots=True)
class Team:
    """A team that the folder names."""

    row: Row | None  # None: it is named and nothing more is said of it
    reference: str  # how the tables name it
    name: str
    parent: str | None = None  # another team, as the tables name it
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Pillar:
    """A strategic pillar that the folder names."""

    row: Row | None  # None: it is named and nothing more is said of it
    reference: str  # how the tables name it
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of people.csv; of the rows of one person the first one says who they are, and each some teams."""

    row: Row
    handle: str
    name: str
    email: str
    roles: tuple[RoleWord, ...]
    teams: tuple[str, ...]
    manager: str | None
    first_day: date | None  # in these teams, and under this manager; None: since ever
    last_day: date | None  # None: they are there


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective of the folder."""

    row: Row
    reference: str
    title: str
    cycle: str
    level: Level
    owner: str | None
    contributors: tuple[str, ...]
    team: str
    start_day: date
    due_day: date
    kind: ObjectiveKindWord | None = None  # None: committed
    parent: str | None = None  # an objective's or a key result's reference
    roll_up: RollUpWord | None = None  # None: from key results
    child_weight: float | None = None  # None: 1
    visibility: VisibilityWord | None = None  # None: as the tenant has settled
    named: tuple[str, ...] = ()  # who else may see a private one
    labels: tuple[str, ...] = ()
    why: str = ""
    state: ObjectiveStateWord = "active"
    active_from: date | None = None  # None: since ever
    ended_on: date | None = None  # of one that is closed or cancelled
    reopened: bool = False  # changes.csv takes its end back
    outcome: str = ""
    pillar: str = ""  # how the tables name it; empty: none


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of the way of a key result that is measured by milestones."""

    title: str
    weight: float = 1.0
    due_day: date | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns a key result, and which part; without a share: 1."""

    person: str
    share: float | None = None


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A key result of the folder."""

    row: Row
    reference: str
    home: str  # an objective's reference
    counts_for: tuple[str, ...]  # others
    title: str
    measure: Measure
    start: float | None
    target: float | None
    unit: str
    weight: float
    cancelled_on: date | None = None
    low: float | None = None
    high: float | None = None
    mode: Mode | None = None  # None: latest, where it is maintained
    plan: tuple[tuple[date, float], ...] = ()
    commit: float | None = None
    stretch: float | None = None
    milestones: tuple[Milestone, ...] = ()
    feeds: tuple[str, ...] = ()  # references of key results and KPIs
    owners: tuple[Owner, ...] = ()  # none: the objective's owner
    due_day: date | None = None  # None: the objective's
    first_day: date | None = None  # from which it counts; None: since ever
    counts_from: Mapping[str, date] = field(default_factory=dict)  # by objective of `counts_for`, where that begins later


@dataclass(frozen=True, slots=True)
class Kpi:
    """A row of kpis.csv."""

    row: Row
    reference: str
    title: str
    unit: str
    low: float | None
    high: float | None
    owner: str | None
    team: str  # empty: none


@dataclass(frozen=True, slots=True)
class KpiValue:
    """A row of kpi_values.csv."""

    row: Row
    kpi: str
    as_of: date
    value: float


@dataclass(frozen=True, slots=True)
class Initiative:
    """A row of initiatives.csv."""

    row: Row
    reference: str
    title: str
    owner: str
    serves: str  # an objective's or a key result's reference
    state: InitiativeStateWord | None  # None: planned
    start_day: date | None
    end_day: date | None


@dataclass(frozen=True, slots=True)
class Task:
    """A row of tasks.csv."""

    row: Row
    reference: str
    title: str
    assignee: str
    giver: str | None
    priority: PriorityWord | None  # None: normal
    due_day: date | None
    serves: str | None  # the reference of an objective, a key result or an initiative
    done_on: date | None


@dataclass(frozen=True, slots=True)
class TimelineMilestone:
    """A row of milestones.csv: an event of the company or of a team."""

    row: Row
    reference: str
    title: str
    day: date
    team: str  # empty: the company's
    phase: MilestonePhaseWord | None  # None: planned


@dataclass(frozen=True, slots=True)
class Comment:
    """A row of comments.csv."""

    row: Row
    number: int  # of the row among all of its table, from 1
    on: str  # an objective's or a key result's reference
    day: date
    by: str
    text: str
    reply_to: int | None  # the number of a row before it


@dataclass(frozen=True, slots=True)
class Redefinition:
    """A row of changes.csv: what a field of an objective or a key result was from a day on."""

    row: Row
    reference: str
    day: date
    field: str
    says: Any  # as the field's reader makes of the value; None: it was taken away


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A row of checkins.csv: a value, or an abstention with its reason; or that there was one, and it was retracted."""

    row: Row
    key_result: str
    as_of: date
    by: str | None
    value: float | None = None
    done: tuple[int, ...] | None = None  # numbers of milestones
    part: str | None = None  # the owner whose part the value is
    abstention: str | None = None
    comment: str = ""
    says_comment: bool = False  # the table has a column for it
    confidence: int | None = None
    blockers: tuple[str, ...] = ()
    status: SaidStatusWord | None = None
    retraction: str | None = None  # why it was taken back, as far as that is said; None: it stands
    readable: bool = True  # False: it was refused already, and only keeps its place among the rows of its day


@dataclass(frozen=True, slots=True)
class Grade:
    """A row of grades.csv; without a grade it was abstained from."""

    row: Row
    key_result: str
    grade: float | None
    as_of: date
    graded_on: date
    reason: str
    says_comment: bool  # the table has a column for the reason


@dataclass(frozen=True, slots=True)
class PublishedTotal:
    """What the source itself says that an objective came to."""

    objective: str
    total: float
    digits: int  # behind the point, as published


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row that says, cell by cell, what one before it says. It counts all the same: things may have been reported twice."""

    row: Row
    first_line: int


@dataclass(frozen=True, slots=True)
class TableRead:
    """How a table was read, as far as it shows by itself."""

    file: str
    encoding: Encoding
    delimiter: Delimiter


@dataclass(slots=True)
class ImportPlan:
    """All that an import is going to say, in the order in which it can be said."""

    settings: list[Setting] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    person_rows: list[PersonRow] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    pillars: list[Pillar] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    key_results: list[KeyResult] = field(default_factory=list)
    kpis: list[Kpi] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    milestones: list[TimelineMilestone] = field(default_factory=list)
    redefinitions: list[Redefinition] = field(default_factory=list)  # but for ends
    ends: list[Redefinition] = field(default_factory=list)  # in the order of their days
    check_in_rows: list[CheckIn] = field(default_factory=list)  # those that only keep a place, too
    kpi_values: list[KpiValue] = field(default_factory=list)
    grades: list[Grade] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    totals: list[PublishedTotal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # objectives whose rows cannot be read, as they are called there
    repeated: list[RepeatedRow] = field(default_factory=list)
    tables: dict[str, TableRead] = field(default_factory=dict)  # the files that say anything

    @property
    def check_ins(self) -> list[CheckIn]:
        """Those that say something."""
        return [check_in for check_in in self.check_in_rows if check_in.readable]
