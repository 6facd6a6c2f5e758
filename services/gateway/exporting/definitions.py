"""Rows of objectives and key results: the first definition in a row of its own, each later one as what changes.csv says of its day.

What that table has no field for has its last value in the row, and what it was before is left out, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.days import FIRST_DAY, Day, day_text
from chassis.ids import Id
from gateway.exporting.cells import Cell, OnDay, Row, day_or_none, listed, names_listed, plain_text_of
from gateway.schemas.enums import APPROVALS, LEVELS, MAINTAIN_MODES, OBJECTIVE_KINDS, OBJECTIVE_STATES, ROLL_UPS, VISIBILITIES
from gateway.schemas.mapping import People
from shared.tables import CHANGES, CONTRIBUTIONS, KEY_RESULTS, OBJECTIVES, TableName

_KINDS: Final = {"metric": "number", "graded": "score"}
"""Measures that tables call otherwise than events do."""
_DRAFT: Final = goals.OBJECTIVE_STATE_DRAFT


class LeftOut(NamedTuple):
    """What the tables cannot say."""

    file: TableName
    ref: str
    what: str


class Written(NamedTuple):
    """A row of a table."""

    file: TableName
    row: Row


class Names(NamedTuple):
    """How things are called in the tables: objectives and key results by reference, people by handle, the rest by name."""

    references: Mapping[Id, str]
    people: People
    cycles: Mapping[Id, str]
    teams: Mapping[Id, str]
    pillars: Mapping[Id, str]

    def of(self, thing: Id) -> str:
        """An objective or a key result; its id is written without dashes, since with them it would be asked for as that id."""
        return self.references.get(thing) or thing.hex()

    def person(self, person_id: Id) -> str:
        """A person; empty: nobody, or nobody who has a handle."""
        return (self.people.get(person_id, {}).get("handle") or "") if person_id else ""

    def persons(self, person_ids: Sequence[Id]) -> str:
        """A list of people."""
        return names_listed(filter(None, map(self.person, person_ids)))


def people_of(objective: pb.ObjectiveInTime) -> Iterator[Id]:
    """Everybody whom an objective and its key results name."""
    for version in objective.versions:
        yield version.definition.owner_id
        yield from version.definition.contributor_ids
        yield from version.definition.named_person_ids
    for key_result in objective.key_results:
        for defined in key_result.versions:
            yield from (owner.person_id for owner in defined.owners)


def rows_of(objective: pb.ObjectiveInTime, names: Names) -> Iterator[Written | LeftOut]:
    """The rows of an objective and its key results, those of changes.csv by their days."""
    changes = list(_changes_of_objective(objective, names))
    yield Written(OBJECTIVES, _objective_row(objective, names))
    yield from _without_a_column(objective, names)
    for key_result in objective.key_results:
        yield Written(KEY_RESULTS, _key_result_row(key_result, objective.versions[-1].definition.start_day, names))
        yield from _contribution_rows(key_result, names)
        changes += _changes_of_key_result(key_result, names)
    yield from (left_out for left_out in changes if isinstance(left_out, LeftOut))
    told = [change for change in changes if isinstance(change, _Change)]
    for change in sorted(told, key=lambda one: one.day):
        yield Written(CHANGES, {"ref": change.ref, "day": OnDay(change.day), "field": change.field, "value": change.value})


# -- objectives ------------------------------------------------------------------------------------------------------------------------


def _objective_row(objective: pb.ObjectiveInTime, names: Names) -> Row:
    first, last = objective.versions[0].definition, objective.versions[-1]
    newest = last.definition
    since_ever = [one for one in objective.alignments if one.holds_from < FIRST_DAY]
    return {
        "objective": names.of(objective.objective_id),
        "title": first.title,
        "starts_on": OnDay(newest.start_day),
        "ends_on": OnDay(max(first.due_day, newest.start_day)),  # moved to a later cycle it may begin after it was once due
        "cycle": names.cycles.get(newest.cycle_id, ""),
        "level": LEVELS.word(newest.level),
        "team": names.teams.get(newest.team_id, ""),
        "owner": names.person(first.owner_id),
        "kind": OBJECTIVE_KINDS.word(newest.kind),
        "parent": _parent(since_ever[-1], names) if since_ever else "",
        "pillar": names.pillars.get(newest.pillar_id, ""),
        "roll_up": ROLL_UPS.word(first.roll_up),
        "child_weight": first.child_weight,
        "visibility": VISIBILITIES.word(newest.visibility),
        "contributors": names.persons(newest.contributor_ids),
        "named": names.persons(newest.named_person_ids),
        "labels": names_listed(newest.labels),
        "why": newest.why,
        "state": OBJECTIVE_STATES.word(last.state),
        "active_from": _active_from(objective),
        "ended_on": OnDay(objective.ended_on) if objective.HasField("ended_on") else None,
        "outcome": objective.outcome,
    }


def _without_a_column(objective: pb.ObjectiveInTime, names: Names) -> Iterator[LeftOut]:
    """What the tables have no word for of an objective."""
    ref = names.of(objective.objective_id)
    for what, said in (("what went well", objective.well), ("what was learnt", objective.learnt)):
        if said:
            yield LeftOut(OBJECTIVES, ref, f"{what}: {short(said)}")
    if objective.carried_from:
        yield LeftOut(OBJECTIVES, ref, f"carries on {names.of(objective.carried_from)}")
    if objective.copied_from:
        yield LeftOut(OBJECTIVES, ref, f"was copied from {names.of(objective.copied_from)}")
    if objective.approval:
        yield LeftOut(OBJECTIVES, ref, f"its approval: {APPROVALS.word(objective.approval)}")


def short(text: str) -> str:
    """A text, or where it is long its beginning."""
    return text if len(text) <= 100 else f"{text[:100]}…"


def _active_from(objective: pb.ObjectiveInTime) -> OnDay | None:
    """The day until which it was a draft; None: it was none on any day, or is one."""
    active = next((one.definition.holds_from for one in objective.versions if one.state != _DRAFT), None)
    return OnDay(active) if active is not None and active >= FIRST_DAY else None


def _parent(alignment: goals.ObjectiveAligned, names: Names) -> str:
    parent = alignment.parent_key_result_id or alignment.parent_objective_id
    return names.of(parent) if parent else ""


_OBJECTIVE_FIELDS: Final[Mapping[str, Callable[[goals.ObjectiveDefined, Names], Cell]]] = {
    "title": lambda its, _: its.title,
    "owner": lambda its, names: names.person(its.owner_id),
    "due": lambda its, _: OnDay(its.due_day),
    "roll_up": lambda its, _: ROLL_UPS.word(its.roll_up),
    "child_weight": lambda its, _: its.child_weight,
}
"""Of objectives: what changes.csv has a field for."""
_OBJECTIVE_REST: Final[Mapping[str, Callable[[goals.ObjectiveDefined, Names], Cell]]] = {
    "starts_on": lambda its, _: OnDay(its.start_day),
    "cycle": lambda its, names: names.cycles.get(its.cycle_id, ""),
    "level": lambda its, _: LEVELS.word(its.level),
    "team": lambda its, names: names.teams.get(its.team_id, ""),
    "kind": lambda its, _: OBJECTIVE_KINDS.word(its.kind),
    "pillar": lambda its, names: names.pillars.get(its.pillar_id, ""),
    "visibility": lambda its, _: VISIBILITIES.word(its.visibility),
    "contributors": lambda its, names: names.persons(its.contributor_ids),
    "named": lambda its, names: names.persons(its.named_person_ids),
    "labels": lambda its, _: names_listed(its.labels),
    "why": lambda its, _: its.why,
}


class _Change(NamedTuple):
    """A row of changes.csv."""

    ref: str
    day: Day
    field: str
    value: Cell


def _changes_of_objective(objective: pb.ObjectiveInTime, names: Names) -> Iterator[_Change | LeftOut]:
    ref = names.of(objective.objective_id)
    for before, after in pairwise(version.definition for version in objective.versions):
        for field, of in _OBJECTIVE_FIELDS.items():
            if (value := of(after, names)) != of(before, names):
                yield _Change(ref, after.holds_from, field, value)
        for column, of in _OBJECTIVE_REST.items():
            if of(after, names) != (was := of(before, names)):
                yield _was(OBJECTIVES, ref, column, was, after.holds_from)
    places = [(one.holds_from, _parent(one, names)) for one in objective.alignments]
    stood = next((parent for day, parent in reversed(places) if day < FIRST_DAY), "")
    for day, parent in places:
        if day >= FIRST_DAY and parent != stood:
            yield _Change(ref, day, "parent", parent)
            stood = parent


def _was(file: TableName, ref: str, column: str, was: Cell, until: Day) -> LeftOut:
    return LeftOut(file, ref, f"{column} was {short(plain_text_of(was) or 'nothing')} until {day_text(until)}")


# -- key results -----------------------------------------------------------------------------------------------------------------------


def _measure_of(its: goals.KeyResultDefined) -> str:
    return its.WhichOneof("measure") or ""


def _start(its: goals.KeyResultDefined, _: Names) -> Cell:
    return _end_of_way(its, "start")


def _target(its: goals.KeyResultDefined, _: Names) -> Cell:
    return _end_of_way(its, "target")


def _end_of_way(its: goals.KeyResultDefined, end: Literal["start", "target"]) -> float | None:
    match _measure_of(its):
        case "metric" | "sum" as measure:
            return float(getattr(getattr(its, measure), end))
        case "baseline":
            return float(getattr(its.baseline, end)) if its.baseline.HasField(end) else None
        case _:
            return None


def _unit(its: goals.KeyResultDefined, _: Names) -> Cell:
    measure = _measure_of(its)
    return getattr(its, measure).unit if measure in ("metric", "sum", "baseline", "maintain") else None


def _owners(its: goals.KeyResultDefined, names: Names) -> Cell:
    owners = ((names.person(owner.person_id), owner.share if owner.HasField("share") else None) for owner in its.owners)
    return listed(owner for owner in owners if owner[0])


def _milestones(its: goals.KeyResultDefined, _: Names) -> Cell:
    return listed((one.title, one.weight, day_or_none(one.due_day)) for one in its.milestones.milestones)


_KEY_RESULT_FIELDS: Final[Mapping[str, Callable[[goals.KeyResultDefined, Names], Cell]]] = {
    "title": lambda its, _: its.title,
    "start": _start,
    "target": _target,
    "low": lambda its, _: its.maintain.low if its.maintain.HasField("low") else None,
    "high": lambda its, _: its.maintain.high if its.maintain.HasField("high") else None,
    "mode": lambda its, _: MAINTAIN_MODES.word(its.maintain.mode) if _measure_of(its) == "maintain" else None,
    "milestones": _milestones,
    "feeds": lambda its, names: names_listed(map(names.of, its.sum.feeds)),
    "weight": lambda its, _: its.weight,
    "owners": _owners,
    "due": lambda its, _: day_or_none(its.due_day),
    "plan": lambda its, _: listed((OnDay(point.day), point.share) for point in its.plan.points),
}
"""Of key results: what changes.csv has a field for, as the columns of key_results.csv are called."""
_KEY_RESULT_REST: Final[Mapping[str, Callable[[goals.KeyResultDefined, Names], Cell]]] = {
    "unit": _unit,
    "commit": lambda its, _: its.commit if its.HasField("commit") else None,
    "stretch": lambda its, _: its.stretch if its.HasField("stretch") else None,
}


def _key_result_row(key_result: pb.KeyResultInTime, start_day: Day, names: Names) -> Row:
    """`start_day` is that of its objective as it is now, before which nothing of it is due in the tables."""
    first, newest = key_result.versions[0], key_result.versions[-1]
    measure = _measure_of(first)
    return {
        "key_result": names.of(key_result.key_result_id),
        "kind": _KINDS.get(measure, measure),
        **{column: of(first, names) for column, of in _KEY_RESULT_FIELDS.items()},
        **({"due": OnDay(start_day)} if 0 < first.due_day < start_day else {}),
        **{column: of(newest, names) for column, of in _KEY_RESULT_REST.items()},
        "cancelled_on": OnDay(key_result.cancelled_on) if key_result.HasField("cancelled_on") else None,
        "from": OnDay(first.holds_from) if first.holds_from >= FIRST_DAY else None,
    }


def _contribution_rows(key_result: pb.KeyResultInTime, names: Names) -> Iterator[Written]:
    """Its home, and what it counted for at first; what it counts for again later is in changes.csv."""
    ref = names.of(key_result.key_result_id)
    yield Written(CONTRIBUTIONS, {"objective": names.of(key_result.versions[0].objective_id), "key_result": ref})
    for objective_id, (first, *_) in _contributions_of(key_result).items():
        since = OnDay(first.holds_from) if first.holds_from > key_result.versions[0].holds_from else None
        yield Written(CONTRIBUTIONS, {"objective": names.of(objective_id), "key_result": ref, "from": since})


def _contributions_of(key_result: pb.KeyResultInTime) -> Mapping[Id, Sequence[pb.Contribution]]:
    """By objective, from the first day on that it counts for it, each turn once."""
    found: dict[Id, list[pb.Contribution]] = {}
    for one in key_result.contributions:
        its = found.setdefault(one.objective_id, [])
        if one.counts != (its[-1].counts if its else False):
            its.append(one)
    return {objective_id: its for objective_id, its in found.items() if its}


def _changes_of_key_result(key_result: pb.KeyResultInTime, names: Names) -> Iterator[_Change | LeftOut]:
    ref = names.of(key_result.key_result_id)
    for before, after in pairwise(key_result.versions):
        changed = {field: of(after, names) for field, of in _KEY_RESULT_FIELDS.items() if of(after, names) != of(before, names)}
        if after.objective_id != before.objective_id:  # before its other days, which are looked at in the span of where it is
            yield _Change(ref, after.holds_from, "home", names.of(after.objective_id))
        for field in _in_order(changed, before, after, names):
            yield _Change(ref, after.holds_from, field, changed[field])
        for column, of in _KEY_RESULT_REST.items():
            if of(after, names) != (was := of(before, names)):
                yield _was(KEY_RESULTS, ref, column, was, after.holds_from)
    for objective_id, (_, *later) in _contributions_of(key_result).items():
        for turn in later:
            yield _Change(ref, turn.holds_from, "counts_for+" if turn.counts else "counts_for-", names.of(objective_id))


def _in_order(changed: Mapping[str, Cell], before: goals.KeyResultDefined, after: goals.KeyResultDefined, names: Names) -> Sequence[str]:
    """The fields that change on one day, in an order in which each can be changed by itself, as an import does.

    A start that meets the target of before comes after the new target, a lower bound above the upper one of before after the new one, a
    bound that is taken away after the other one that is given, and a due day before the last day of the plan of before after that plan.
    """
    fields = list(changed)

    def last(field: str, behind: str, needed: bool) -> None:
        if needed and field in fields and behind in fields:
            fields.remove(field)
            fields.insert(fields.index(behind) + 1, field)

    if _measure_of(before) == "baseline" and _target(before, names) is None:
        last("start", "target", needed=True)
    last("start", "target", needed=_start(after, names) == _target(before, names))
    low, high = after.maintain.low, before.maintain.high
    swapped = after.maintain.HasField("low") and before.maintain.HasField("high") and low > high
    last("low", "high", needed=swapped or not after.maintain.HasField("low"))
    last("due", "plan", needed=after.due_day < before.due_day)
    return fields
