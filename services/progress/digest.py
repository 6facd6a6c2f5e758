"""A fingerprint of what stands, and of every number that follows from it and does not depend on today.

Live state, rebuilt state and state replayed from an export are compared by it: whatever made the tree, this makes its rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

import orjson

from chassis.ids import Id
from progress.domain.evaluation import Evaluated
from progress.domain.kpis import Kpi
from progress.domain.roll_up import abstained, clamp
from progress.domain.tree import KeyResult, Objective
from progress.domain.work import Work
from progress.facts import EffortFact, SaidNow

ROWS_VERSION: Final = 1
"""Of the canonical rows. What they get later stands behind by name, only where it is set: so it stays 1, and an old digest the same."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The fingerprint, and how much it is of."""

    digest: str  # sha-256, hex
    objectives: int
    key_results: int
    check_ins: int  # recorded or abstained, whatever became of them


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A canonical row: first its fields, in an order that is kept for ever, then an object of later ones, if any of those is set."""

    fields: tuple[str, ...]
    later: Mapping[str, object] = field(default_factory=dict)
    """With what each says where it was never set."""
    follows: Mapping[str, str] = field(default_factory=dict)
    """A later field that says nothing where another one is set: it follows from that one."""

    def line(self, row: Any, numbers: Sequence[object]) -> bytes:
        """A row with the numbers that follow from it, as a line of JSON."""
        values = [*attrgetter(*self.fields)(row), *numbers]
        named = {name: value for name, unset in self.later.items() if (value := getattr(row, name)) != unset}
        for name, other in self.follows.items():
            if getattr(row, other):
                named.pop(name, None)
        if named:
            values.append(named)
        return orjson.dumps(values, default=bytes.hex)


OBJECTIVE: Final = RowFormat(
    fields=(
        "objective_id", "cycle_id", "reference", "title", "why", "level", "owner_id", "creator_id", "team", "contributor_ids",
        "named_person_ids", "start_day", "due_day", "kind", "visibility", "roll_up", "labels", "state", "event_id", "version",
        "parent_objective_id", "parent_key_result_id",
    ),
    later={"child_weight": 1.0, "team_id": None, "pillar_id": None, "approval": 0, "carried_from": None, "copied_from": None,
        "started_from": None,
    },
    follows={"team_id": "team"},
)  # fmt: skip
KEY_RESULT: Final = RowFormat(
    fields=(
        "key_result_id", "objective_id", "cycle_id", "reference", "title", "owner_ids", "owner_shares", "weight", "due_day", "measure",
        "start", "target", "unit", "milestone_titles", "milestone_weights", "milestone_due_days", "cancelled", "event_id",
        "newest_abstained", "said_status", "value", "milestones_done", "as_of", "confidence", "check_in_id", "check_in_event_id",
        "grade", "grade_event_id",
    ),
    later={"low": None, "high": None, "mode": None, "targeted_on": None, "feeds": None},
)  # fmt: skip
KPI: Final = RowFormat(
    fields=(
        "kpi_id", "reference", "title", "unit", "low", "high", "owner_id", "creator_id", "team", "retired", "event_id", "version", "value",
        "as_of", "measurement_id",
    )
)  # fmt: skip


def canonical_rows(evaluated: Evaluated[Objective, KeyResult], kpis: Iterable[Kpi] = (), work: Iterable[Work] = ()) -> Iterator[bytes]:
    """A line of JSON for each objective, key result, KPI and piece of work: what stands, and the numbers that follow by its formulas."""
    tree, numbers, raw = evaluated.tree, evaluated.numbers, evaluated.raw
    yield orjson.dumps(("cairn-digest", ROWS_VERSION, evaluated.formula.version))
    for objective_id in sorted(tree.objectives):
        counting = sorted([k.key_result_id for k in tree.counting.get(objective_id, ())])
        n = numbers[objective_id]
        figures = (counting, n.progress, n.progress_raw, n.grade, n.not_started_share)
        yield OBJECTIVE.line(tree.objectives[objective_id], figures)
    for key_result_id in sorted(tree.key_results):
        key_result, p = tree.key_results[key_result_id], raw[key_result_id]
        yield KEY_RESULT.line(key_result, (abstained(key_result), p, clamp(p)))
    for kpi in sorted(kpis):
        yield KPI.line(kpi, (kpi.in_range,))
    for piece in sorted(work, key=lambda piece: piece.definition[0]):
        yield orjson.dumps((*piece.definition, piece.event_id, piece.version), default=bytes.hex)


def conversation_rows(comments: Mapping[Id, SaidNow], reactions: Mapping[Id, Sequence[tuple[Id, int]]]) -> Iterator[bytes]:
    """A line of JSON for each comment, by id: what it says now, and whose reactions stand. None where nobody has said anything."""
    for comment_id in sorted(comments):
        said = comments[comment_id]
        written = said.written
        changes = [recording and recording.event_id for recording in (said.edited, said.taken_back, said.declined)]
        standing = () if said.taken_back else reactions.get(comment_id, ())
        yield orjson.dumps(
            [*(getattr(written, name) for name in _OF_COMMENT), said.text, said.mentions, changes, standing], default=bytes.hex
        )


def effort_rows(efforts: Iterable[EffortFact]) -> Iterator[bytes]:
    """A line of JSON for each entry of effort that stands, in the order of their ids. None where nobody has logged anything."""
    for effort in efforts:
        yield orjson.dumps([*(getattr(effort, name) for name in _OF_EFFORT), effort.recording.event_id], default=bytes.hex)


_OF_EFFORT: Final = (
    "effort_id", "person_id", "true_on", "minutes", "note", "task_id", "initiative_id", "objective_id", "key_result_id", "team_ids",
)  # fmt: skip
_OF_COMMENT: Final = (
    "comment_id", "objective_id", "key_result_id", "check_in_id", "kind", "author_id", "thread_id", "reply_to_id", "person_ids",
    "written_day",
)  # fmt: skip


def digest_of(
    evaluated: Evaluated[Objective, KeyResult],
    check_ins: int,
    kpis: Iterable[Kpi] = (),
    work: Iterable[Work] = (),
    said: Iterable[bytes] = (),
) -> Digest:
    """The fingerprint of a tenant's whole tree as it stands now, with its numbers, of its KPIs and work, and of what people have said.

    That is their conversations, and behind them the time that they logged.
    """
    tree = evaluated.tree
    lines = b"\n".join([*canonical_rows(evaluated, kpis, work), b"%d" % check_ins, *said])
    return Digest(hashlib.sha256(lines).hexdigest(), len(tree.objectives), len(tree.key_results), check_ins)
