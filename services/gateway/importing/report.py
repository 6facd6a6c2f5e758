"""The report of an import: how much is new, corrected or there already, what was refused, left out, or is otherwise than in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Protocol

from gateway.importing.causes import Cause, causes_of
from gateway.importing.outcomes import MOST_CHANGES, Change, Outcomes
from gateway.importing.plan import CheckIn, RepeatedRow, TableRead
from gateway.importing.tables import Refusal
from gateway.schemas.mapping import Json
from shared.tables import (
    CHECK_INS,
    COMMENTS,
    GRADES,
    INITIATIVES,
    KEY_RESULTS,
    KPI_VALUES,
    KPIS,
    MILESTONES,
    OBJECTIVES,
    PEOPLE,
    PILLARS,
    SETTINGS,
    TASKS,
    TEAMS,
)

MOST_REPEATED: Final = 1000
"""Rows that a report names as the same as one before."""

MOST_LEFT_OUT: Final = 1000
"""Of what no row says any more: so much is named."""

MOST_IMPLAUSIBLE: Final = 1000
"""Rows of check-ins that a report asks about by name."""


@dataclass(slots=True)
class Count:
    """How many of a kind."""

    new: int = 0
    corrected: int = 0  # restored and retracted ones, too
    already_there: int = 0
    refused: int = 0


@dataclass(slots=True)
class Counts:
    """How many of each kind."""

    settings: Count = field(default_factory=Count)
    cycles: Count = field(default_factory=Count)
    people: Count = field(default_factory=Count)
    teams: Count = field(default_factory=Count)
    pillars: Count = field(default_factory=Count)
    objectives: Count = field(default_factory=Count)
    key_results: Count = field(default_factory=Count)
    kpis: Count = field(default_factory=Count)
    initiatives: Count = field(default_factory=Count)
    tasks: Count = field(default_factory=Count)
    milestones: Count = field(default_factory=Count)
    check_ins: Count = field(default_factory=Count)
    kpi_values: Count = field(default_factory=Count)
    grades: Count = field(default_factory=Count)
    comments: Count = field(default_factory=Count)

    def of_file(self, file: str) -> Count | None:
        """Of what a row of a table is; None: its rows are counted with those of others."""
        kinds: dict[str, Count] = {
            SETTINGS: self.settings,
            TEAMS: self.teams,
            PEOPLE: self.people,
            PILLARS: self.pillars,
            OBJECTIVES: self.objectives,
            KEY_RESULTS: self.key_results,
            KPIS: self.kpis,
            INITIATIVES: self.initiatives,
            TASKS: self.tasks,
            MILESTONES: self.milestones,
            CHECK_INS: self.check_ins,
            KPI_VALUES: self.kpi_values,
            GRADES: self.grades,
            COMMENTS: self.comments,
        }
        return kinds.get(file)

    def total(self) -> Count:
        """Of all kinds together."""
        kinds = [getattr(self, kind.name) for kind in fields(self)]
        return Count(**{what.name: sum(getattr(count, what.name) for count in kinds) for what in fields(Count)})


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is there already, and otherwise: it was left as it is."""

    reference: str
    what: str
    here: Any  # in the tables
    there: Any  # in Cairn


class Referenced(Protocol):
    """Something that goes by a reference."""

    @property
    def reference(self) -> str: ...


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What an earlier import said and no row says any more: it stands as it is."""

    file: str
    reference: str  # of the key result, or the KPI
    as_of: str  # the day
    by: str | None
    value: float | None  # None: abstained


@dataclass(frozen=True, slots=True)
class Comparison:
    """A total that the source published, beside the grade that came out."""

    objective: str
    published: float
    computed: float | None
    digits: int  # that were published

    @property
    def agrees(self) -> bool:
        """Whether they are the same in the digits that were published."""
        return self.computed is not None and abs(self.computed - self.published) <= 0.5 * 10**-self.digits + 1e-9


@dataclass(slots=True)
class ImportReport:
    """What became of everything in the tables."""

    outcomes: Outcomes
    dry_run: bool = False
    tables: list[TableRead] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    refused: list[Refusal] = field(default_factory=list)
    repeated: list[RepeatedRow] = field(default_factory=list)
    implausible: list[CheckIn] = field(default_factory=list)  # whose values lie farther from the start than anybody would expect
    changes: list[Change] = field(default_factory=list)  # of what belongs to no objective: KPIs, work, milestones, comments
    different: list[Difference] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)  # the first of them
    left_out_count: int = 0
    totals: list[Comparison] = field(default_factory=list)

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Notes rows that were not taken."""
        self.refused += refusals
        for refusal in refusals:
            count = self.counts.of_file(refusal.file)
            if count is not None:
                count.refused += 1

    def order_different(self, first: int, things: Sequence[Referenced]) -> None:
        """Brings what differs, from a place in its list on, into the order of the things, however they were asked about."""
        places = {thing.reference: place for place, thing in enumerate(things)}
        self.different[first:] = sorted(self.different[first:], key=lambda one: places.get(one.reference, len(places)))

    def as_json(self) -> Json:
        """As it is answered. Of a hundred thousand rows that were refused it takes a while."""
        total = self.counts.total()
        return {
            "dry_run": self.dry_run,
            "tables": [{"file": t.file, "encoding": t.encoding, "delimiter": t.delimiter} for t in self.tables],
            "new": total.new,
            "corrected": total.corrected,
            "already_there": total.already_there,
            **asdict(self.counts),
            **self.outcomes.as_json(),
            "refused": [_told(cause) for cause in causes_of(self.refused)],
            "refused_count": len(self.refused),
            "repeated": [{"file": r.row.file, "line": r.row.line, "same_as": r.first_line} for r in self.repeated[:MOST_REPEATED]],
            "repeated_count": len(self.repeated),
            "implausible": [_asked_about(check_in) for check_in in self.implausible[:MOST_IMPLAUSIBLE]],
            "implausible_count": len(self.implausible),
            "changes": [change.as_json() for change in self.changes[:MOST_CHANGES]],
            "changes_count": len(self.changes),
            "different": [{"ref": d.reference, "what": d.what, "here": d.here, "there": d.there} for d in self.different],
            "left_out": [
                {"file": one.file, "ref": one.reference, "as_of": one.as_of, "by": one.by, "value": one.value} for one in self.left_out
            ],
            "left_out_count": self.left_out_count,
            "published_totals": [
                {"ref": t.objective, "published": t.published, "computed": t.computed, "agrees": t.agrees} for t in self.totals
            ],
        }


def _asked_about(check_in: CheckIn) -> Json:
    row = check_in.row
    return {"file": row.file, "line": row.line, "ref": check_in.key_result, "as_of": check_in.as_of.isoformat(), "value": check_in.value}


def _told(cause: Cause) -> Json:
    refusal = cause.refusal
    return {
        "file": refusal.file,
        "line": refusal.line,
        "column": refusal.column or None,
        "reason": refusal.reason,
        "consequences": [{"file": file, "rows": rows} for file, rows in sorted(cause.consequences.items())],
    }
