"""What a batch of events comes to, and what is known before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from chassis.ids import Id
from progress.facts.declared import Day
from progress.facts.rows import (
    Alignment,
    Blocker,
    CheckInFact,
    Closing,
    CommentFact,
    CountsFor,
    EffortFact,
    Ending,
    Grade,
    InitiativeVersion,
    KeyResultDefinition,
    KeyResultMove,
    KeyResultVersion,
    KpiValue,
    KpiVersion,
    LookedBack,
    MilestoneVersion,
    ObjectiveDefinition,
    ObjectiveVersion,
    ReactionFact,
    SettingFact,
    TaskVersion,
)
from progress.facts.timelines import Timeline


class Cycle(NamedTuple):
    """A cycle as it was defined."""

    tenant_id: Id
    name: str
    first_day: Day
    last_day: Day
    cadence: str | None  # None: the tenant's; what is said of it later stands with the settings
    weekday: str | None


class CycleRevision(NamedTuple):
    """What a cycle is called, and its days, from now on."""

    name: str
    first_day: Day
    last_day: Day


class Facts:
    """The facts that folds have made, and what they had to know for that.

    Definitions are folded from version to version, so those that a batch changes must be in `objectives`, `key_results` and `by_themselves`
    before, and in `aligned` the objectives that had a place in the tree before; who folds a log from its beginning starts from nothing.
    """

    def __init__(self) -> None:
        self.objectives: dict[Id, Timeline[ObjectiveDefinition]] = {}  # as they are defined by now
        self.key_results: dict[Id, Timeline[KeyResultDefinition]] = {}
        self.aligned: set[Id] = set()
        self.by_themselves: dict[Id, Timeline[Any]] = {}  # KPIs, tasks, initiatives, milestones

        self.objective_versions: list[ObjectiveVersion] = []
        self.key_result_versions: list[KeyResultVersion] = []
        self.key_result_moves: list[KeyResultMove] = []
        self.alignments: list[Alignment] = []
        self.shares: list[CountsFor] = []
        self.endings: list[Ending] = []
        self.closings: list[Closing] = []
        self.looked_back: list[LookedBack] = []
        self.check_ins: list[CheckInFact] = []
        self.blockers: list[Blocker] = []
        self.grades: list[Grade] = []
        self.kpi_versions: list[KpiVersion] = []
        self.kpi_values: list[KpiValue] = []
        self.task_versions: list[TaskVersion] = []
        self.initiative_versions: list[InitiativeVersion] = []
        self.milestone_versions: list[MilestoneVersion] = []
        self.efforts: list[EffortFact] = []
        self.comments: list[CommentFact] = []
        self.reactions: list[ReactionFact] = []
        self.settings: list[SettingFact] = []
        self.time_zones: dict[Id, str] = {}  # of tenants: IANA names
        self.cycles: dict[Id, Cycle] = {}
        self.cycle_revisions: dict[Id, CycleRevision] = {}
        self.cycle_states: dict[Id, int] = {}
        self.objective_at_version: dict[Id, int] = {}  # the aggregate's
        self.moved_by: dict[Id, Id] = {}  # by objective whose number may have moved, and by KPI: the event that did so last

    def rows(self) -> Iterator[tuple[type[Any], list[Any]]]:
        """The facts so far, by their class."""
        yield ObjectiveVersion, self.objective_versions
        yield KeyResultVersion, self.key_result_versions
        yield KeyResultMove, self.key_result_moves
        yield Alignment, self.alignments
        yield CountsFor, self.shares
        yield Ending, self.endings
        yield Closing, self.closings
        yield LookedBack, self.looked_back
        yield CheckInFact, self.check_ins
        yield Blocker, self.blockers
        yield Grade, self.grades
        yield KpiVersion, self.kpi_versions
        yield KpiValue, self.kpi_values
        yield TaskVersion, self.task_versions
        yield InitiativeVersion, self.initiative_versions
        yield MilestoneVersion, self.milestone_versions
        yield EffortFact, self.efforts
        yield CommentFact, self.comments
        yield ReactionFact, self.reactions
        yield SettingFact, self.settings

    def forget_rows(self) -> None:
        """They are stored, and whatever follows from them is noted; the next ones start anew, on the same definitions."""
        for _, rows in self.rows():
            rows.clear()
        for about in (self.time_zones, self.cycles, self.cycle_revisions, self.cycle_states, self.objective_at_version, self.moved_by):
            about.clear()
