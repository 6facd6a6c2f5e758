"""From the tables of a folder to a plan. Pure: bytes in, a plan out.

Two shapes are read. In the first, a key result is numbered inside its objective, and its reference is `J1/3`:
objectives, key_results, and perhaps checkins, grades, published_totals. In the second, a key result goes by its own id, `K1`, and
contributions says which objectives it counts for: the first one named is its home.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from chassis.texts import name_key, same_name
from gateway.importing import cell_values as cells
from gateway.importing.cell_values import CellRefused
from gateway.importing.lists import milestones_in, names_in, owners_in
from gateway.importing.notation import Notation
from gateway.importing.people_rows import person_of, require_further_row
from gateway.importing.plan import (
    CheckIn,
    Comment,
    Cycle,
    Grade,
    ImportPlan,
    Initiative,
    KeyResult,
    Kpi,
    Objective,
    PersonRow,
    Pillar,
    PublishedTotal,
    Redefinition,
    RepeatedRow,
    TableRead,
    Task,
    Team,
    TimelineMilestone,
)
from gateway.importing.redefined import people_in, redefined
from gateway.importing.row_values import (
    begins_of,
    bounds_of,
    confidence_of,
    done_of,
    level_of,
    measure_of,
    plan_by_dates_of,
    retraction_of,
    state_of,
    value_of,
    way_of,
    word_of,
)
from gateway.importing.setting_and_cycle_values import cycle_of, setting_of
from gateway.importing.tables import Named, Row, Table, TableUnreadable, read_table
from gateway.importing.work_values import comment_of, initiative_of, kpi_of, kpi_value_of, milestone_of, task_of
from gateway.schemas.enums import OBJECTIVE_KINDS, ROLL_UPS, SAID_STATUSES, VISIBILITIES
from shared.figures import written
from shared.tables import (
    CHANGES,
    CHECK_INS,
    COMMENTS,
    CONTRIBUTIONS,
    CYCLES,
    GRADES,
    INITIATIVES,
    KEY_RESULTS,
    KPI_VALUES,
    KPIS,
    MILESTONES,
    NEEDED,
    OBJECTIVES,
    PEOPLE,
    PILLARS,
    SETTINGS,
    TABLES,
    TASKS,
    TEAMS,
    TOTALS,
    TableName,
    columns_of,
    missing_table,
)

_NEVER_EMPTY: Final = (*NEEDED, CONTRIBUTIONS)
"""Whose first row is needed in any case."""
MOST_ROWS: Final = 200_000
"""Of all tables together."""
MOST_ROWS_OF_A_DAY: Final = 500
"""Of check-ins of one key result, day and person, and of grades of one key result and day: they are sent together."""

T = TypeVar("T")
OfRow = Objective | KeyResult | Team | Pillar | Kpi | Initiative | Task | TimelineMilestone

_DEFINED_BY: Final = {KPIS: ("KPI", "kpi"), INITIATIVES: ("initiative", "initiative")}
"""By file: what its rows define that others refer to, and in which column it is named."""


def plan_of(files: dict[str, bytes], notation: Notation = Notation()) -> ImportPlan:  # noqa: B008 - it is frozen
    """The plan of a folder whose tables are `files`, by name, with numbers and days as `notation` says.

    Each is taken out of there when it is read, and need not be held any longer.

    Raises TableUnreadable when a table that is needed is missing or is no table, and when there are more than MOST_ROWS.
    """
    for needed in NEEDED:
        if needed not in files:
            raise TableUnreadable(missing_table(needed))
    return _Planner(files, notation).planned()


class _Planner:
    """Reads one table after the other; what depends on a refused row is refused with it."""

    def __init__(self, files: dict[str, bytes], notation: Notation) -> None:
        self.plan = ImportPlan()
        self._notation = notation
        self._files = files
        self._shared = CONTRIBUTIONS in files
        # What rows go by is compared as names are everywhere: each of these is by name_key.
        self._teams: dict[str, Team] = {}
        self._people_of_rows: dict[str, list[PersonRow]] = {}
        self._pillars: dict[str, Pillar] = {}
        self._objectives: dict[str, Objective] = {}
        self._key_results: dict[str, KeyResult] = {}
        self._cycles: dict[str, Cycle] = {}  # those with a row of their own
        self._kpis: dict[str, Kpi] = {}
        self._initiatives: dict[str, Initiative] = {}
        self._tasks: dict[str, Task] = {}
        self._milestones: dict[str, TimelineMilestone] = {}
        self._comments: dict[int, Comment] = {}  # by the numbers of their rows
        self._comment_numbers: dict[int, int] = {}  # by line
        self._contributions: dict[str, dict[str, Row]] = {}  # by key result and objective
        self._lines: dict[tuple[str, ...], int] = {}  # of check-ins and grades: by file and cells, where they stand first
        self._lacked_by: dict[str, Named | None] = {}  # by key result: the objective that it shall count for, and that is not there
        self._of_a_day: Counter[tuple[str, str, date, str]] = Counter()  # rows, by file, key result, day and person
        self._refused_names: set[Named] = set()  # what the rows would have defined that were refused
        self._ends: dict[Named, date] = {}  # of objectives and key results: the first that stands
        self._moves: dict[str, list[tuple[date, str]]] = {}  # by key result: from when on which objective is its home, day by day
        self._ways: dict[str, list[Redefinition]] = {}  # by key result: what changes.csv says of its start and target, day by day
        self._rows = 0

    def planned(self) -> ImportPlan:
        """The plan, table by table: each refers to those before it. Raises TableUnreadable."""
        self._take_each(SETTINGS, self._setting)
        self._take_each(TEAMS, self._team)
        self._take_each(PEOPLE, self._person)
        self._take_each(PILLARS, self._pillar)
        self._take_each(CYCLES, self._cycle)
        self._take_each(OBJECTIVES, self._objective)
        self.plan.objectives = list(self._objectives.values())
        self.plan.cycles = cycles_of(self.plan.objectives, self._cycles)
        self._take_each(CONTRIBUTIONS, self._contribution)
        self._take_each(KEY_RESULTS, self._key_result)
        self._take_rows([row for rows in self._contributions.values() for row in rows.values()], self._require_key_result_of_contribution)
        self.plan.key_results = _fed_first(list(self._key_results.values()))
        self._take_each(KPIS, self._kpi)
        self._take_each(INITIATIVES, self._initiative)
        self._take_each(TASKS, self._task)
        self._take_each(MILESTONES, self._milestone)
        self._take_each(CHANGES, self._redefinition)
        self.plan.objectives = list(self._objectives.values())
        self._note_ends_and_moves()
        self._take_each(CHECK_INS, self._check_in)
        self._take_each(KPI_VALUES, self._kpi_value)
        self._take_each(GRADES, self._grade)
        self._take_comments()
        self._take_each(TOTALS, self._total)
        self.plan.kpis, self.plan.initiatives = list(self._kpis.values()), list(self._initiatives.values())
        self.plan.tasks, self.plan.milestones = list(self._tasks.values()), list(self._milestones.values())
        self.plan.comments = list(self._comments.values())
        self.plan.person_rows = [row for rows in self._people_of_rows.values() for row in rows]
        self.plan.people = self._people()
        self.plan.teams = self._all_teams()
        self.plan.pillars = self._all_pillars()
        self.plan.refused.sort(key=lambda refusal: (TABLES.index(refusal.file), refusal.line))
        return self.plan

    # -- a table at a time -------------------------------------------------------------------------------------------------------------

    def _table(self, file: TableName) -> Table | None:
        content = self._files.pop(file, None)
        if content is None or (file not in _NEVER_EMPTY and not content.strip()):
            return None
        table = read_table(file, content, columns_of(file, numbered=not self._shared).needed, self._notation)
        self._rows += len(table.rows) + len(table.refused)
        if self._rows > MOST_ROWS:
            raise TableUnreadable(f"with {file} these are {self._rows:,} rows; an import has at most {MOST_ROWS:,}, so send them in parts")
        self.plan.tables[file] = TableRead(file, table.encoding, table.delimiter)
        broken = {row.line: self._defined_by(row) for row in table.broken}
        self.plan.unread += [name for row in table.broken if row.file == OBJECTIVES and (name := row.cell("objective"))]
        self.plan.refused += [replace(refusal, defines=broken.get(refusal.line)) for refusal in table.refused]
        self._refused_names.update(name for name in broken.values() if name is not None)
        return table

    def _take_each(self, file: TableName, read: Callable[[Row], None]) -> None:
        table = self._table(file)
        if table is not None:
            self._take_rows(table.rows, read)

    def _take_rows(self, rows: Sequence[Row], read: Callable[[Row], None]) -> None:
        for row in rows:
            try:
                read(row)
            except CellRefused as refused:
                self._refuse(row, refused)

    def _refuse(self, row: Row, refused: CellRefused) -> None:
        defines = self._defined_by(row)
        self.plan.refused.append(row.refused(refused.column, refused.reason, defines=defines, lacks=refused.lacks))
        if defines is not None:
            self._refused_names.add(defines)
        if row.file == OBJECTIVES and (name := row.cell("objective")):
            self.plan.unread.append(name)

    def _defined_by(self, row: Row) -> Named | None:
        if row.file == TEAMS:
            return Named("team", name_key(row.cell("team")))
        if row.file == PILLARS:
            return Named("pillar", name_key(row.cell("pillar")))
        if row.file == PEOPLE:
            name = name_key(row.cell("person"))
            return None if self._people_of_rows.get(name) else Named("person", name)
        if row.file == OBJECTIVES:
            return Named("objective", name_key(row.cell("objective")))
        if row.file == KEY_RESULTS:
            reference = row.cell("key_result") if self._shared else f"{row.cell('objective')}/{row.cell('number')}"
            return Named("key result", name_key(reference))
        if row.file == COMMENTS:
            return Named("comment", str(self._comment_numbers.get(row.line, 0)))
        if row.file in _DEFINED_BY:
            kind, column = _DEFINED_BY[row.file]
            return Named(kind, name_key(row.cell(column)))
        return None

    def _require_new(self, things: Mapping[str, OfRow], column: str, reference: str) -> None:
        """Raises CellRefused when a row before goes by this reference already."""
        before = things.get(name_key(reference))
        if before is not None:
            line = before.row.line if before.row else 0
            raise CellRefused(column, f"{cells.short(reference)} is there already, in line {line}")

    def _referred_to(self, things: Mapping[str, T], file: str, what: str, column: str, reference: str) -> T:
        """What goes by `reference`. Raises CellRefused when there is nothing: its row was refused, or no row names it."""
        found = things.get(name_key(reference))
        if found is not None:
            return found
        raise CellRefused(column, f"there is no {what} {cells.shown(reference)} in {file}", Named(what, name_key(reference)))

    def _objective_named(self, row: Row) -> Objective:
        return self._referred_to(self._objectives, OBJECTIVES, "objective", "objective", cells.required(row, "objective"))

    def _key_result_named(self, row: Row) -> KeyResult:
        name = cells.required(row, "key_result")
        if not self._shared:
            objective = self._objective_named(row).reference
            number = f"{objective}/{name}"
            whole = name_key(name).startswith(f"{name_key(objective)}/") and name_key(number) not in self._key_results
            name = name if whole else number
        return self._referred_to(self._key_results, KEY_RESULTS, "key result", "key_result", name)

    # -- a row at a time ---------------------------------------------------------------------------------------------------------------

    def _team(self, row: Row) -> None:
        reference = cells.required(row, "team")
        self._require_new(self._teams, "team", reference)
        self._teams[name_key(reference)] = Team(
            row=row,
            reference=reference,
            name=cells.one_line(row, "name"),
            parent=row.said("parent") or None,
            lead=row.said("lead") or None,
        )

    def _person(self, row: Row) -> None:
        person = person_of(row)
        before = self._people_of_rows.setdefault(name_key(person.handle), [])
        if before:
            require_further_row(person, before)
        before.append(person)

    def _pillar(self, row: Row) -> None:
        reference = cells.required(row, "pillar")
        self._require_new(self._pillars, "pillar", reference)
        self._pillars[name_key(reference)] = Pillar(row, reference, cells.one_line(row, "title"), row.cell("about"))

    def _setting(self, row: Row) -> None:
        self.plan.settings.append(setting_of(row))

    def _cycle(self, row: Row) -> None:
        cycle = cycle_of(row)
        if (before := self._cycles.get(name_key(cycle.name))) is not None and before.row is not None:
            raise CellRefused("cycle", f"{cells.short(cycle.name)} is there already, in line {before.row.line}")
        self._cycles[name_key(cycle.name)] = cycle

    def _objective(self, row: Row) -> None:
        reference = cells.required(row, "objective")
        self._require_new(self._objectives, "objective", reference)
        cycle = self._cycles.get(name_key(row.said("cycle")))
        start = cells.optional(row, "starts_on", cells.day) or (cycle.first_day if cycle else cells.day(row, "starts_on"))
        due = cells.optional(row, "ends_on", cells.day) or (cycle.last_day if cycle else cells.day(row, "ends_on"))
        if due < start:
            raise CellRefused("ends_on", f"{due} lies before starts_on, {start}")
        level, individual, team = level_of(row)
        owner = row.said("owner") or None
        contributors = names_in(row, "contributors")
        if individual and not any(same_name(individual, person) for person in (owner, *contributors) if person):
            contributors = individual, *contributors
        self._objectives[name_key(reference)] = Objective(
            row=row,
            reference=reference,
            title=cells.one_line(row, "title"),
            cycle=row.said("cycle") or f"{start}..{due}",
            level=level,
            owner=owner,
            contributors=contributors,
            team=team,
            start_day=start,
            due_day=due,
            kind=word_of(row, "kind", OBJECTIVE_KINDS),
            parent=row.said("parent") or None,
            roll_up=word_of(row, "roll_up", ROLL_UPS),
            child_weight=_weight(row, "child_weight"),
            visibility=word_of(row, "visibility", VISIBILITIES),
            named=names_in(row, "named"),
            labels=names_in(row, "labels"),
            why=row.cell("why"),
            state=state_of(row),
            active_from=cells.optional(row, "active_from", cells.day),
            ended_on=cells.optional(row, "ended_on", cells.day),
            outcome=row.cell("outcome"),
            pillar=row.said("pillar"),
        )

    def _contribution(self, row: Row) -> None:
        key_result = cells.required(row, "key_result")
        try:
            objective = self._objective_named(row).reference
        except CellRefused as refused:
            self._lacked_by.setdefault(name_key(key_result), refused.lacks)
            raise
        contributions = self._contributions.setdefault(name_key(key_result), {})
        if objective in contributions:
            told = f"{cells.short(key_result)} counts for {cells.short(objective)} already, in line {contributions[objective].line}"
            raise CellRefused("key_result", told)
        contributions[objective] = row

    def _require_key_result_of_contribution(self, row: Row) -> None:
        self._referred_to(self._key_results, KEY_RESULTS, "key result", "key_result", row.cell("key_result"))

    def _key_result(self, row: Row) -> None:
        if self._shared:
            reference = cells.required(row, "key_result")
            self._require_new(self._key_results, "key_result", reference)
            contributions = self._contributions.get(name_key(reference), {})
            if not contributions:
                told = f"{CONTRIBUTIONS} names no objective that {cells.short(reference)} counts for"
                raise CellRefused("key_result", told, self._lacked_by.get(name_key(reference)))
        else:
            objective = self._objective_named(row)
            number = cells.required(row, "number")
            reference = f"{objective.reference}/{number}"
            self._require_new(self._key_results, "number", reference)
            contributions = {objective.reference: row}
        home, *counts_for = contributions
        begins = {one: cells.optional(contributions[one], "from", cells.day) for one in counts_for}
        measure = measure_of(row)
        start, target = way_of(row, measure)
        low, high, mode = bounds_of(row) if measure == "maintain" else (None, None, None)
        weight = _weight(row, "weight")
        self._key_results[name_key(reference)] = KeyResult(
            row=row,
            reference=reference,
            home=home,
            counts_for=tuple(counts_for),
            title=cells.one_line(row, "title"),
            measure=measure,
            start=start,
            target=target,
            unit=row.said("unit") if measure in ("metric", "maintain", "baseline", "sum") else "",
            weight=1.0 if weight is None else weight,
            cancelled_on=cells.optional(row, "cancelled_on", cells.day),
            low=low,
            high=high,
            mode=mode,
            plan=plan_by_dates_of(row),
            commit=cells.optional(row, "commit", cells.number_in(row.said("unit"))),
            stretch=cells.optional(row, "stretch", cells.number_in(row.said("unit"))),
            milestones=milestones_in(row, "milestones") if measure == "milestones" else (),
            feeds=names_in(row, "feeds") if measure == "sum" else (),
            owners=owners_in(row, "owners"),
            due_day=cells.optional(row, "due", cells.day),
            first_day=begins_of(row, contributions[home]),
            counts_from={one: day for one, day in begins.items() if day is not None},
        )

    def _redefinition(self, row: Row) -> None:
        """What a field was from a day on. Ends come after all other rows of the import."""
        reference, name = cells.required(row, "ref"), cells.required(row, "field").lower()
        key_result, objective = self._key_results.get(name_key(reference)), self._objectives.get(name_key(reference))
        if key_result is None and objective is None:
            told = f"there is no objective or key result {cells.shown(reference)} in {OBJECTIVES} and {KEY_RESULTS}"
            raise CellRefused("ref", told, Named("objective", name_key(reference)))
        says = redefined(row, name, key_result)
        said = Redefinition(row=row, reference=reference, day=cells.day(row, "day"), field=name, says=says)
        if name != "state":
            self.plan.redefinitions.append(said)
        elif says != "active":
            self.plan.ends.append(said)
        elif objective is None or not self._reopen(objective):
            self.plan.redefinitions.append(said)

    def _reopen(self, objective: Objective) -> bool:
        """Takes back the ends that the rows before name: known afterwards, they are none on any day. False: there are none."""
        name = name_key(objective.reference)
        left = [end for end in self.plan.ends if name_key(end.reference) != name]
        if objective.ended_on is None and len(left) == len(self.plan.ends):
            return False
        self.plan.ends = left
        self._objectives[name] = replace(objective, state="active", ended_on=None, reopened=True)
        return True

    def _kpi(self, row: Row) -> None:
        kpi = kpi_of(row)
        self._require_new(self._kpis, "kpi", kpi.reference)
        self._kpis[name_key(kpi.reference)] = kpi

    def _kpi_value(self, row: Row) -> None:
        kpi = self._referred_to(self._kpis, KPIS, "KPI", "kpi", cells.required(row, "kpi"))
        value = kpi_value_of(row, kpi)
        self._require_few_of_a_day(row, kpi.reference, value.as_of)
        self.plan.kpi_values.append(value)

    def _initiative(self, row: Row) -> None:
        initiative = initiative_of(row)
        self._require_new(self._initiatives, "initiative", initiative.reference)
        self._require_one_of("for", initiative.serves, {"objective": self._objectives, "key result": self._key_results})
        self._initiatives[name_key(initiative.reference)] = initiative

    def _task(self, row: Row) -> None:
        task = task_of(row)
        self._require_new(self._tasks, "task", task.reference)
        if task.serves is not None:
            served: dict[str, Mapping[str, OfRow]] = {
                "objective": self._objectives,
                "key result": self._key_results,
                "initiative": self._initiatives,
            }
            self._require_one_of("for", task.serves, served)
        self._tasks[name_key(task.reference)] = task

    def _milestone(self, row: Row) -> None:
        milestone = milestone_of(row)
        self._require_new(self._milestones, "milestone", milestone.reference)
        self._milestones[name_key(milestone.reference)] = milestone

    def _take_comments(self) -> None:
        """Rows are numbered as they stand in the table, refused ones too: so they are named by those that answer them."""
        table = self._table(COMMENTS)
        if table is None:
            return
        lines = sorted({row.line for row in table.rows} | {refusal.line for refusal in table.refused})
        self._comment_numbers = {line: number for number, line in enumerate(lines, 1)}
        self._take_rows(table.rows, self._comment)

    def _comment(self, row: Row) -> None:
        number = self._comment_numbers[row.line]
        comment = comment_of(row, number)
        self._require_one_of("on", comment.on, {"objective": self._objectives, "key result": self._key_results})
        if comment.reply_to is not None:
            answered = self._comments.get(comment.reply_to)
            if answered is None:
                raise CellRefused(
                    "reply_to", f"row {comment.reply_to}, which it answers, was refused", Named("comment", str(comment.reply_to))
                )
            if name_key(answered.on) != name_key(comment.on):
                raise CellRefused("reply_to", f"row {comment.reply_to} is on {cells.short(answered.on)}; a reply is on the same")
        self._comments[number] = comment

    def _require_one_of(self, column: str, reference: str, kinds: Mapping[str, Mapping[str, OfRow]]) -> None:
        """Raises CellRefused when nothing of these kinds goes by a reference: its row was refused, or no row names it."""
        name = name_key(reference)
        if any(name in things for things in kinds.values()):
            return
        lacks = next((lacked for kind in kinds if (lacked := Named(kind, name)) in self._refused_names), Named("objective", name))
        *others, last = kinds
        raise CellRefused(column, f"there is no {', '.join(others)} or {last} {cells.shown(reference)} in these tables", lacks)

    def _note_if_repeated(self, row: Row) -> None:
        first_line = self._lines.setdefault((row.file, *row.cells), row.line)
        if first_line != row.line:
            self.plan.repeated.append(RepeatedRow(row, first_line))

    def _check_in(self, row: Row) -> None:
        self._note_if_repeated(row)
        key_result = self._key_result_named(row)
        as_of = cells.day(row, "date")
        by = row.said("by") or None
        self._require_few_of_a_day(row, key_result.reference, as_of, by or "")
        says_comment = "note" in row.columns
        check_in = CheckIn(row=row, key_result=key_result.reference, as_of=as_of, by=by, says_comment=says_comment)
        try:
            self.plan.check_in_rows.append(self._said_by(row, key_result, check_in))
        except CellRefused:
            self.plan.check_in_rows.append(replace(check_in, readable=False))
            raise

    def _said_by(self, row: Row, key_result: KeyResult, check_in: CheckIn) -> CheckIn:
        self._require_before_end("date", key_result, check_in.as_of)
        value, done, note = value_of(row, self._on(key_result, check_in.as_of)), done_of(row, key_result), cells.note(row, "note")
        retraction = retraction_of(row)
        abstained = row.said("abstained")
        if value is None and done is None and not (abstained or note):
            raise CellRefused("score", "no score, no value, and no note that says why not (NA)")
        if abstained and (value is not None or done is not None):
            raise CellRefused("abstained", "a row says a value or an abstention, never both")
        confidence, blockers = confidence_of(row), names_in(row, "blockers")
        status, part = word_of(row, "status", SAID_STATUSES), row.said("part") or None
        if value is None and done is None:
            said = {"confidence": confidence, "blockers": blockers or None, "status": status, "part": part}
            if (column := next((name for name, one in said.items() if one is not None), None)) is not None:
                raise CellRefused(column, "an abstention says why there is no value, and nothing else")
            return replace(check_in, abstention=abstained or note, retraction=retraction)
        return replace(
            check_in,
            value=value,
            done=done,
            comment=note,
            part=part,
            retraction=retraction,
            confidence=confidence,
            blockers=blockers,
            status=status,
        )

    def _grade(self, row: Row) -> None:
        self._note_if_repeated(row)
        key_result = self._key_result_named(row)
        graded_on = cells.day(row, "graded_on")
        as_of = cells.optional(row, "as_of", cells.day) or min(graded_on, self._end_of(key_result, graded_on) or graded_on)
        self._require_before_end("as_of", key_result, as_of)
        self._require_few_of_a_day(row, key_result.reference, as_of)
        self.plan.grades.append(
            Grade(
                row=row,
                key_result=key_result.reference,
                grade=cells.optional(row, "grade", cells.share),
                as_of=as_of,
                graded_on=graded_on,
                reason=cells.note(row, "note"),
                says_comment="note" in row.columns,
            )
        )

    def _note_ends_and_moves(self) -> None:
        """What the rows of objectives and key results say of their ends, and what changes.csv says: one that is taken back is none."""
        cancelled = [(Named("key result", name), one.cancelled_on) for name, one in self._key_results.items()]
        ended = [(Named("objective", name), one.ended_on) for name, one in self._objectives.items()]
        later = [(self._named(end.reference), end.day) for end in self.plan.ends]
        for thing, day in (*cancelled, *ended, *later):
            if day is not None:
                self._ends[thing] = min(day, self._ends.get(thing, day))
        self.plan.redefinitions.sort(key=lambda said: said.day)  # of one day in the order of their rows: the later one holds
        for said in self.plan.redefinitions:
            if said.field == "home":
                self._moves.setdefault(name_key(said.reference), []).append((said.day, name_key(said.says)))
            elif said.field in ("start", "target"):
                self._ways.setdefault(name_key(said.reference), []).append(said)

    def _on(self, key_result: KeyResult, day: date) -> KeyResult:
        """A key result with the start and the target that it has on a day, by changes.csv as well."""
        way = {said.field: said.says for said in self._ways.get(name_key(key_result.reference), ()) if said.day <= day}
        return replace(key_result, **way) if way else key_result

    def _named(self, reference: str) -> Named:
        """The key result, else the objective, that a row of changes.csv is about."""
        name = name_key(reference)
        return Named("key result" if name in self._key_results else "objective", name)

    def _end_of(self, key_result: KeyResult, day: date) -> date | None:
        """The last day of a key result: its own, or that of the objective that is its home on a day. None: the tables say none."""
        name, home = name_key(key_result.reference), name_key(key_result.home)
        for since, other in self._moves.get(name, ()):
            if since <= day:
                home = other
        ends = (self._ends.get(Named("key result", name)), self._ends.get(Named("objective", home)))
        return min((end for end in ends if end is not None), default=None)

    def _require_before_end(self, column: str, key_result: KeyResult, day: date) -> None:
        """Raises CellRefused for what is said of a key result on a day after its end."""
        end = self._end_of(key_result, day)
        if end is not None and day > end:
            raise CellRefused(column, f"{day} lies after the end of {cells.short(key_result.reference)}, {end}")

    def _require_few_of_a_day(self, row: Row, reference: str, day: date, by: str = "") -> None:
        about = (row.file, name_key(reference), day, name_key(by))
        self._of_a_day[about] += 1
        if self._of_a_day[about] > MOST_ROWS_OF_A_DAY:
            if row.file == KPI_VALUES:
                raise CellRefused("kpi", f"there are {MOST_ROWS_OF_A_DAY} rows before it of the same KPI and day")
            raise CellRefused("key_result", f"there are {MOST_ROWS_OF_A_DAY} rows before it of the same key result, day and person")

    def _total(self, row: Row) -> None:
        objective = self._objective_named(row)
        total = cells.optional(row, "total", cells.share)
        if total is not None:
            self.plan.totals.append(PublishedTotal(objective.reference, total, cells.digits_of_share(row, "total")))

    def _people(self) -> list[str]:
        named: list[str | None] = [person for row in self.plan.person_rows for person in (row.handle, row.manager)]
        named += [team.lead for team in self._teams.values()]
        named += [person for one in self.plan.objectives for person in (one.owner, *one.contributors, *one.named)]
        named += [kpi.owner for kpi in self.plan.kpis] + [initiative.owner for initiative in self.plan.initiatives]
        named += [person for task in self.plan.tasks for person in (task.assignee, task.giver)]
        named += [comment.by for comment in self.plan.comments]
        named += [person for check_in in self.plan.check_ins for person in (check_in.by, check_in.part)]
        named += [person for said in self.plan.redefinitions for person in people_in(said)]
        named += [owner.person for key_result in self.plan.key_results for owner in key_result.owners]
        people: dict[str, str] = {}
        for person in filter(None, named):
            people.setdefault(name_key(person), person)
        return list(people.values())

    def _all_pillars(self) -> list[Pillar]:
        """Those of rows, and those that objectives name and have none, by a reference or a title."""
        pillars, titles = dict(self._pillars), {name_key(pillar.title) for pillar in self._pillars.values()}
        for name in (objective.pillar for objective in self.plan.objectives if objective.pillar):
            if name_key(name) not in titles:
                pillars.setdefault(name_key(name), Pillar(None, name, name))
        return list(pillars.values())

    def _all_teams(self) -> list[Team]:
        """Those of rows, and those that are named and have none."""
        teams = dict(self._teams)
        named = [team for row in self.plan.person_rows for team in row.teams]
        of_teams: list[Objective | Kpi | TimelineMilestone] = [*self.plan.objectives, *self.plan.kpis, *self.plan.milestones]
        named += [thing.team for thing in of_teams if thing.team]
        for name in named:
            teams.setdefault(name_key(name), Team(None, name, name))
        return list(teams.values())


def _fed_first(key_results: Sequence[KeyResult]) -> list[KeyResult]:
    """In their order, but for what feeds a sum: that comes before it. A loop stays as it is, and is refused."""
    by_name = {name_key(key_result.reference): key_result for key_result in key_results}
    placed: dict[str, KeyResult] = {}
    for key_result in key_results:
        waiting = [key_result]
        while waiting:
            feeds = [by_name[name] for feed in waiting[-1].feeds if (name := name_key(feed)) in by_name and name not in placed]
            before = [feed for feed in feeds if feed not in waiting]
            if before:
                waiting += before[:1]
            else:
                last = waiting.pop()
                placed.setdefault(name_key(last.reference), last)
    return list(placed.values())


def _weight(row: Row, column: str) -> float | None:
    weight = cells.optional(row, column, cells.number)
    if weight is not None and weight < 0:
        raise CellRefused(column, f"{written(weight)} lies below 0")
    return weight


def cycles_of(objectives: Sequence[Objective], with_rows: Mapping[str, Cycle]) -> list[Cycle]:
    """The cycles with rows of their own, and those that objectives belong to beside them: each of these spans all of its objectives."""
    cycles: dict[str, Cycle] = dict(with_rows)
    for objective in objectives:
        if name_key(objective.cycle) in with_rows:
            continue
        known = cycles.get(name_key(objective.cycle))
        first = min(known.first_day, objective.start_day) if known else objective.start_day
        last = max(known.last_day, objective.due_day) if known else objective.due_day
        cycles[name_key(objective.cycle)] = Cycle(known.name if known else objective.cycle, first, last)
    return _enclosing_first(cycles)


def _enclosing_first(cycles: Mapping[str, Cycle]) -> list[Cycle]:
    """In their order, but for one that encloses others: that comes before them. A loop stays as it is, and is refused."""
    placed: dict[str, Cycle] = {}
    for cycle in cycles.values():
        chain = [cycle]
        while (above := cycles.get(name_key(chain[-1].enclosing or ""))) is not None and above not in chain:
            chain.append(above)
        for one in reversed(chain):
            placed.setdefault(name_key(one.name), one)
    return list(placed.values())
