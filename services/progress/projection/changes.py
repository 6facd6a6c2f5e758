"""What a batch of facts changes in what holds now, and the statements that bring the live rows up to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from chassis.days import may_lie_ahead
from chassis.ids import Id
from chassis.kafka.consumer import Statement
from chassis.postgres.binary import BIGINT, INTEGER, UUID, Array
from progress.facts import CheckInFact, CheckInKind, Cycle, CycleRevision, Day, Facts, table_of
from progress.projection import statements
from progress.projection.tables import ids
from shared.settings import TIME_ZONE

Superseded = tuple[Id, Day, Id]
"""A check-in that was corrected, retracted or restored: the key result that it is on, its day, itself."""


@dataclass
class Changed:
    """What facts change in what holds now, by what they are about."""

    objectives: set[Id] = field(default_factory=set)  # with a new version
    key_results: set[Id] = field(default_factory=set)  # with a new version
    aligned: set[Id] = field(default_factory=set)  # objectives that have another place in the tree
    shared: set[Id] = field(default_factory=set)  # key results that count for another objective, or no longer do
    graded: set[Id] = field(default_factory=set)  # key results
    superseded: set[Superseded] = field(default_factory=set)
    looked_up: set[Id] = field(default_factory=set)
    """Key results whose current check-in has to be looked up among all that they have."""
    at_version: dict[Id, int] = field(default_factory=dict)  # objectives
    dated_ahead: set[tuple[Id, Day]] = field(default_factory=set)  # tenants, and days that had not begun everywhere at the recording
    time_zones: dict[Id, str] = field(default_factory=dict)  # of tenants, as they were registered
    moved_zones: set[Id] = field(default_factory=set)  # tenants whose days begin elsewhere from a day on
    settled: set[Id] = field(default_factory=set)  # tenants of which a setting says something else
    cycles: dict[Id, Cycle] = field(default_factory=dict)
    cycle_revisions: dict[Id, CycleRevision] = field(default_factory=dict)
    cycle_states: dict[Id, int] = field(default_factory=dict)

    def include(self, later: Changed) -> None:
        """What later facts change, too."""
        self.objectives |= later.objectives
        self.key_results |= later.key_results
        self.aligned |= later.aligned
        self.shared |= later.shared
        self.graded |= later.graded
        self.superseded |= later.superseded
        self.looked_up |= later.looked_up
        for objective_id, version in later.at_version.items():
            self.at_version[objective_id] = max(version, self.at_version.get(objective_id, 0))
        self.dated_ahead |= later.dated_ahead
        self.time_zones |= later.time_zones
        self.moved_zones |= later.moved_zones
        self.settled |= later.settled
        self.cycles |= later.cycles
        self.cycle_revisions |= later.cycle_revisions
        self.cycle_states |= later.cycle_states


def changed_by(facts: Facts) -> Changed:
    """What the facts of a batch change; but for key results on which check-ins were recorded and nothing else: see `newest_recorded`."""
    changed = Changed(
        objectives={v.definition.objective_id for v in facts.objective_versions},
        key_results={v.definition.key_result_id for v in facts.key_result_versions},
        aligned={a.objective_id for a in facts.alignments},
        shared={s.key_result_id for s in facts.shares},
        graded={g.key_result_id for g in facts.grades},
        at_version=facts.objective_at_version,
        dated_ahead=_dated_ahead(facts),
        time_zones=facts.time_zones,
        moved_zones={s.tenant_id for s in facts.settings if s.setting == TIME_ZONE.name},
        settled={s.tenant_id for s in facts.settings},
        cycles=facts.cycles,
        cycle_revisions=facts.cycle_revisions,
        cycle_states=facts.cycle_states,
    )
    recorded = CheckInKind.RECORDED  # most of them are: a name of its own is quicker than the enum's, row by row
    for check_in in [c for c in facts.check_ins if c.kind is not recorded]:
        changed.looked_up.add(check_in.key_result_id)
        if _supersedes(check_in.kind):
            changed.superseded.add((check_in.key_result_id, check_in.true_on, check_in.check_in_id))
    return changed


def _dated_ahead(facts: Facts) -> set[tuple[Id, Day]]:
    """Of what may have been dated after the day that it was, where its tenant is, at its recording: tenants and days."""
    check_ins = {(c.tenant_id, c.true_on) for c in facts.check_ins if may_lie_ahead(c.true_on, c.known_from)}
    kpi_values = {(v.tenant_id, v.true_on) for v in facts.kpi_values if may_lie_ahead(v.true_on, v.recording.known_from)}
    return check_ins | kpi_values | {(g.tenant_id, g.true_on) for g in facts.grades if may_lie_ahead(g.true_on, g.recording.known_from)}


def _supersedes(kind: CheckInKind) -> bool:
    """Whether it ends what was known of the check-in before."""
    match kind:
        case CheckInKind.RECORDED | CheckInKind.ABSTAINED:
            return False
        case CheckInKind.CORRECTED | CheckInKind.RETRACTED | CheckInKind.RESTORED | CheckInKind.ABSTENTION_RESTORED:
            return True
        case other:
            assert_never(other)


def newest_recorded(check_ins: Iterable[CheckInFact], but_of: set[Id]) -> dict[Id, CheckInFact]:
    """By key result, but for those: the check-in that is true on the latest day. All of them were recorded, and nothing else."""
    newest: dict[Id, CheckInFact] = {}
    for check_in in check_ins:
        key_result_id = check_in.key_result_id
        if key_result_id in but_of:
            continue
        known = newest.get(key_result_id)
        if known is None or known.true_on <= check_in.true_on:
            newest[key_result_id] = check_in
    return newest


def with_earlier_confidence(check_ins: Iterable[CheckInFact], newest: Mapping[Id, CheckInFact]) -> set[Id]:
    """The key results of which the newest check-in says no confidence, and one before it does: few."""
    return {
        check_in.key_result_id
        for check_in in check_ins
        if check_in.confidence is not None and (its := newest.get(check_in.key_result_id)) is not None and its.confidence is None
    }


def recorded_columns(check_ins: Iterable[CheckInFact]) -> list[Array]:
    """The parameters of RECORDED_NOW, in the order of key results: rows are locked in one order everywhere."""
    in_order = sorted(check_ins, key=lambda check_in: check_in.key_result_id)
    columns = ("key_result_id", "true_on", "said_status", "value", "milestones_done", "confidence", "check_in_id", "event_id", "part_id")
    return table_of(CheckInFact).arrays(in_order, *columns)


def statements_after_batch(facts: Facts) -> Iterator[Statement]:
    """What follows once the facts of a batch are appended, in order."""
    changed = changed_by(facts)
    recorded = newest_recorded(facts.check_ins, but_of=changed.looked_up)
    for key_result_id in with_earlier_confidence(facts.check_ins, recorded):
        changed.looked_up.add(key_result_id)
        del recorded[key_result_id]
    yield from statements_after(changed)
    if recorded:
        yield statements.RECORDED_NOW, recorded_columns(recorded.values())
    if moved_by := facts.moved_by:
        yield statements.NUMBERS_MOVED, (UUID.array(list(moved_by)), UUID.array(list(moved_by.values())))


def statements_after(changed: Changed) -> Iterator[Statement]:
    """What follows once the facts are appended, in order; but for the check-ins that are in none of `changed`: see `newest_recorded`."""
    if changed.superseded:
        key_results, days, check_ins = zip(*sorted(changed.superseded), strict=True)
        yield statements.SETTLE, (UUID.array(key_results), INTEGER.array(days), UUID.array(check_ins))
    if changed.looked_up:
        yield statements.REPORTED_NOW, (ids(changed.looked_up),)
    if changed.graded:
        yield statements.GRADED_NOW, (ids(changed.graded),)
    if changed.objectives:
        yield statements.OBJECTIVE_DEFINED_NOW, (ids(changed.objectives),)
    if changed.at_version:
        objectives, versions = zip(*sorted(changed.at_version.items()), strict=True)
        yield statements.ADVANCED, (UUID.array(objectives), BIGINT.array(versions))
    if changed.key_results:
        yield statements.KEY_RESULT_DEFINED_NOW, (ids(changed.key_results),)
    if changed.aligned:
        yield statements.ALIGNED_NOW, (ids(changed.aligned),)
    if changed.shared:
        yield statements.NO_LONGER_SHARED, (ids(changed.shared),)
        yield statements.SHARED_NOW, (ids(changed.shared),)
    if changed.dated_ahead:
        tenants, days = zip(*changed.dated_ahead, strict=True)
        yield statements.DATED_AHEAD, (UUID.array(tenants), INTEGER.array(days))
    yield from _registered_or_defined(changed)


def _registered_or_defined(changed: Changed) -> Iterator[Statement]:
    for tenant_id, time_zone in changed.time_zones.items():
        yield statements.TIME_ZONE_NOW, (tenant_id.hex(), time_zone)
    for tenant_id in sorted(changed.settled):
        yield statements.NUMBERS_OF_TENANT_MOVED, (tenant_id.hex(),)
    for tenant_id in sorted(changed.moved_zones):
        yield statements.TIME_ZONE_MOVED, (tenant_id.hex(),)
    for cycle_id, cycle in changed.cycles.items():
        tenant_id, *said = cycle
        yield statements.CYCLE_DEFINED_NOW, (cycle_id.hex(), tenant_id.hex(), *said)
    for cycle_id, revision in changed.cycle_revisions.items():
        yield statements.CYCLE_REVISED_NOW, (*revision, cycle_id.hex())
    for cycle_id, state in changed.cycle_states.items():
        yield statements.CYCLE_MOVED_NOW, (state, cycle_id.hex())
