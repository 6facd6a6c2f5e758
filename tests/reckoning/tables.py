"""From a folder of tables to an organisation (issue 11, The shapes that are relied on; today's tables: examples/README.md).

What does not change a number is not read: tasks, initiatives, milestones of the company, comments, pillars, who sees what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeVar, cast

from tests.reckoning.cells import Names, Row, items, number, parts, rows
from tests.reckoning.organisation import (
    NEVER,
    SINCE_EVER,
    Cadence,
    CheckIn,
    Cycle,
    Grade,
    KeyResult,
    Kpi,
    Measure,
    Milestone,
    Objective,
    Organisation,
    Owner,
    Person,
    RollUp,
    Settings,
    State,
    Team,
    Timeline,
    Turn,
)

_MEASURES: Final[dict[str, Measure]] = {
    "number": "metric",
    "maintain": "maintain",
    "binary": "binary",
    "milestones": "milestones",
    "score": "graded",
    "baseline": "baseline",
    "sum": "sum",
}
_CADENCES: Final[dict[str, Cadence]] = {
    "weekly": "weekly",
    "two-weekly": "two-weekly",
    "every 2 weeks": "two-weekly",
    "monthly": "monthly",
    "quarterly": "quarterly",
    "none": "none",
}
Plan = tuple[tuple[date, Fraction], ...]
Said = TypeVar("Said")


def read(folder: Path) -> Organisation:
    """The organisation that a folder of tables describes. Raises ValueError, with file, line and column."""
    return _Tables(folder).organisation()


@dataclass(frozen=True)
class _Changes:
    """What changes.csv says, by the thing and the field, in the order of the table."""

    said: Mapping[tuple[str, str], list[tuple[date, Row]]]

    def of(self, ref: str, name: str) -> list[tuple[date, Row]]:
        return self.said.get((ref, name), [])

    def timeline(self, ref: str, name: str, first: Said, read_value: Callable[[Row], Said]) -> Timeline[Said]:
        """A definition with what it was changed to; a field that is left out of the table stays as it was first."""
        return Timeline(first, tuple((day, read_value(row)) for day, row in self.of(ref, name)))


@dataclass
class _Tables:
    folder: Path
    names: Names = field(default_factory=Names)

    def organisation(self) -> Organisation:
        settings = self._settings()
        objective_rows = list(self._rows("objectives.csv"))
        cycles = self._cycles(objective_rows)
        changes = self._changes()
        objectives = {self._ref(row): self._objective(row, cycles, changes) for row in objective_rows}
        key_results = self._key_results(objectives, changes)
        return Organisation(
            objectives=objectives,
            key_results=self._with_grades(self._with_check_ins(key_results), objectives),
            cycles=cycles,
            kpis=self._kpis(),
            teams={self._name(row, "team"): self._team(row) for row in self._rows("teams.csv")},
            people={self._name(row, "person"): self._person(row) for row in self._rows("people.csv")},
            settings=settings,
        )

    def _rows(self, file: str) -> Iterable[Row]:
        return rows(self.folder, file)

    def _name(self, row: Row, column: str) -> str:
        return self.names.of(row.typed(column))

    def _ref(self, row: Row) -> str:
        return self._name(row, "objective")

    # --- the tenant -------------------------------------------------------------------------------------------------

    def _settings(self) -> Settings:
        """Each setting with its default; one without a day holds since ever."""
        said: dict[str, list[tuple[date, Row]]] = defaultdict(list)
        for row in self._rows("settings.csv"):
            said[row.typed("setting")].append((row.day("day") or SINCE_EVER, row))
        default = Settings()

        def dated(name: str, first: Timeline[Said], read_value: Callable[[Row], Said]) -> Timeline[Said]:
            return Timeline(first.first, tuple((day, read_value(row)) for day, row in said[name]))

        return Settings(
            bounds=dated("bounds", default.bounds, _two_numbers),
            bands=dated("bands", default.bands, _two_numbers),
            cadence=dated("cadence", default.cadence, lambda row: _CADENCES[row.typed("value")]),
            default_pace=dated("default_pace", default.default_pace, _curve),
        )

    def _cycles(self, objective_rows: Iterable[Row]) -> dict[str, Cycle]:
        """Those with a row of their own, and those that objectives name: these span their objectives."""
        cycles = {self._name(row, "cycle"): self._cycle(row) for row in self._rows("cycles.csv")}
        spans: dict[str, list[date]] = defaultdict(list)
        for row in objective_rows:
            if (name := self._cycle_of(row)) not in cycles:
                spans[name] += [row.needed_day("starts_on"), row.needed_day("ends_on")]
        return cycles | {name: Cycle(name, min(days), max(days)) for name, days in spans.items()}

    def _cycle(self, row: Row) -> Cycle:
        cadence = row.text("cadence")
        return Cycle(
            name=self._name(row, "cycle"),
            first_day=row.needed_day("first_day"),
            last_day=row.needed_day("last_day"),
            cadence=_CADENCES[cadence] if cadence else None,
            kind=row.text("kind") or "custom",
            weekday=row.text("weekday"),
        )

    def _cycle_of(self, row: Row) -> str:
        """Without a cycle, the objective's own span."""
        return self.names.of(row.text("cycle") or f"{row.needed_day('starts_on')}..{row.needed_day('ends_on')}")

    def _team(self, row: Row) -> Team:
        lead = self.names.perhaps(row.text("lead"))
        return Team(self._name(row, "team"), row.typed("name"), self.names.perhaps(row.text("parent")), lead)

    def _person(self, row: Row) -> Person:
        teams = tuple(self.names.of(parts(item, 1)[0]) for item in row.items("team"))
        return Person(row.typed("name"), teams, row.day("from") or SINCE_EVER, row.day("to") or NEVER)

    def _kpis(self) -> dict[str, Kpi]:
        values: dict[str, list[tuple[date, Fraction]]] = defaultdict(list)
        for row in self._rows("kpi_values.csv"):
            values[self._name(row, "kpi")].append((row.needed_day("date"), row.needed_number("value")))
        return {
            (ref := self._name(row, "kpi")): Kpi(
                ref=ref,
                title=row.typed("title"),
                unit=row.text("unit"),
                low=row.number("low"),
                high=row.number("high"),
                owner=self.names.perhaps(row.text("owner")),
                team=self.names.perhaps(row.text("team")),
                values=tuple(values[ref]),
            )
            for row in self._rows("kpis.csv")
        }

    # --- objectives -------------------------------------------------------------------------------------------------

    def _changes(self) -> _Changes:
        said: dict[tuple[str, str], list[tuple[date, Row]]] = defaultdict(list)
        for row in self._rows("changes.csv"):
            said[self._name(row, "ref"), row.typed("field")].append((row.needed_day("day"), row))
        return _Changes(said)

    def _objective(self, row: Row, cycles: Mapping[str, Cycle], changes: _Changes) -> Objective:
        ref, cycle = self._ref(row), cycles[self._cycle_of(row)]
        first_day = row.day("starts_on") or cycle.first_day
        states = [(day, cast("State", change.typed("value"))) for day, change in changes.of(ref, "state")]
        return Objective(
            ref=ref,
            cycle=cycle.name,
            first_day=first_day,
            due=changes.timeline(ref, "due", row.day("ends_on") or cycle.last_day, lambda change: change.day("value") or cycle.last_day),
            level=_level(row),
            kind="aspirational" if row.text("kind") == "aspirational" else "committed",
            team=self.names.perhaps(row.text("team")),
            title=changes.timeline(ref, "title", row.typed("title"), lambda change: change.typed("value")),
            owner=changes.timeline(ref, "owner", self._person_in(row, "owner"), lambda change: self._person_in(change, "value")),
            parent=changes.timeline(ref, "parent", self._person_in(row, "parent"), lambda change: self._person_in(change, "value")),
            roll_up=changes.timeline(ref, "roll_up", _roll_up(row, "roll_up"), lambda change: _roll_up(change, "value")),
            child_weight=changes.timeline(ref, "child_weight", _weight(row, "child_weight"), lambda change: _weight(change, "value")),
            active_from=_active_from(row, first_day, states),
            turns=_turns(row, states),
        )

    def _person_in(self, row: Row, column: str) -> str | None:
        return self.names.perhaps(row.text(column))

    # --- key results ------------------------------------------------------------------------------------------------

    def _key_results(self, objectives: Mapping[str, Objective], changes: _Changes) -> dict[str, KeyResult]:
        contributions = self._contributions()
        read_rows = [(self._key_result_ref(row, "number"), row) for row in self._rows("key_results.csv")]
        return {ref: self._key_result(ref, row, contributions[ref], objectives, changes) for ref, row in read_rows}

    def _contributions(self) -> defaultdict[str, list[tuple[str, date]]]:
        """By key result, the objectives that it counts for and since when; the first is its home, where its own row names none."""
        contributions: defaultdict[str, list[tuple[str, date]]] = defaultdict(list)
        for row in self._rows("contributions.csv"):
            contributions[self._name(row, "key_result")].append((self._ref(row), row.day("from") or SINCE_EVER))
        return contributions

    def _key_result_ref(self, row: Row, column: str) -> str:
        """`J1/3` in the first shape, `K1` in the second."""
        if row.text("objective") and (within := row.text(column)):
            return self.names.of(f"{row.typed('objective')}/{within}")
        return self._name(row, "key_result")

    def _key_result(
        self, ref: str, row: Row, contributions: list[tuple[str, date]], objectives: Mapping[str, Objective], changes: _Changes
    ) -> KeyResult:
        home = self._ref(row) if row.text("objective") else contributions[0][0]
        since = max([row.day("from") or SINCE_EVER, *(day for objective, day in contributions if objective == home)])
        owner = objectives[home].owner.first

        def changed(name: str, read_value: Callable[[Row, str], Said]) -> Timeline[Said]:
            return changes.timeline(ref, name, read_value(row, name), lambda change: read_value(change, "value"))

        return KeyResult(
            ref=ref,
            defined_as=_MEASURES[row.text("kind") or "score"],
            home=changes.timeline(ref, "home", home, lambda change: self._name(change, "value")),
            owners=changed("owners", lambda said, column: self._owners(said, column, owner)),
            title=changed("title", Row.typed),
            unit=row.text("unit"),
            start=changed("start", Row.number),
            target=changed("target", Row.number),
            low=changed("low", Row.number),
            high=changed("high", Row.number),
            mode=changed("mode", lambda said, column: said.text(column) or "latest"),
            weight=changed("weight", _weight),
            due=changed("due", Row.day),
            milestones=changed("milestones", lambda said, column: tuple(map(_milestone, said.items(column)))),
            feeds=changed("feeds", lambda said, column: tuple(self.names.of(parts(item, 1)[0]) for item in said.items(column))),
            plan=changed("plan", _plan),
            counts_for=self._counts_for(ref, [(objective, day) for objective, day in contributions if objective != home], changes),
            commit=row.number("commit"),
            stretch=row.number("stretch"),
            first_day=since,
            cancelled_on=row.day("cancelled_on") or _cancelled_by(changes.of(ref, "state")),
        )

    def _owners(self, row: Row, column: str, owner: str | None) -> tuple[Owner, ...]:
        """`person:share`; none: the objective's owner."""
        read_items = [parts(item, 2) for item in row.items(column)]
        owners = tuple(Owner(self.names.of(person), number(share[0]) if share and share[0] else None) for person, *share in read_items)
        return owners or ((Owner(owner),) if owner else ())

    def _counts_for(self, ref: str, shared: list[tuple[str, date]], changes: _Changes) -> dict[str, Timeline[bool]]:
        """Contributions, and after them what changes.csv adds and takes away, in the order of that table."""
        said: dict[str, list[tuple[date, bool]]] = defaultdict(list)
        for objective, since in shared:
            said[objective].append((since, True))
        rows_of_both = [*changes.of(ref, "counts_for+"), *changes.of(ref, "counts_for-")]
        for day, row in sorted(rows_of_both, key=lambda one: one[1].line):
            said[self._name(row, "value")].append((day, row.typed("field") == "counts_for+"))
        return {objective: Timeline(first=False, changes=tuple(days)) for objective, days in said.items()}

    # --- what was reported ------------------------------------------------------------------------------------------

    def _with_check_ins(self, key_results: Mapping[str, KeyResult]) -> dict[str, KeyResult]:
        """Those that stand, each in its place; a retracted one has its place and does not stand."""
        check_ins: dict[str, list[CheckIn]] = defaultdict(list)
        for place, row in enumerate(self._rows("checkins.csv")):
            ref = self._key_result_ref(row, "key_result")
            if not row.says("retracted"):
                check_ins[ref].append(self._check_in(place, row, key_results[ref].defined_as))
        return {ref: replace(one, check_ins=tuple(check_ins[ref])) for ref, one in key_results.items()}

    def _check_in(self, place: int, row: Row, measure: Measure) -> CheckIn:
        value, score, done = row.number("value"), row.number("score"), row.text("done")
        is_a_way = measure in {"metric", "baseline"}
        says_something = value is not None or score is not None or done is not None
        status = row.text("status")
        return CheckIn(
            place=place,
            as_of=row.needed_day("date"),
            by=self.names.perhaps(row.text("by")),
            value=value if is_a_way or score is None else score,
            share_of_the_way=score if is_a_way and value is None else None,
            done=_done(done),
            abstained=row.text("abstained") is not None or not says_something,
            confidence=row.number("confidence"),
            status=status.replace("_", " ") if status else None,
            part=self.names.perhaps(row.text("part")),
        )

    def _with_grades(self, key_results: Mapping[str, KeyResult], objectives: Mapping[str, Objective]) -> dict[str, KeyResult]:
        """Without `as_of` a grade speaks of the day that it was given on, or of the end before it (examples/README.md)."""
        grades: dict[str, list[Grade]] = defaultdict(list)
        for place, row in enumerate(self._rows("grades.csv")):
            ref = self._key_result_ref(row, "key_result")
            as_of = row.day("as_of") or _graded_of(row.needed_day("graded_on"), key_results[ref], objectives)
            grades[ref].append(Grade(place, as_of, row.number("grade")))
        return {ref: replace(one, grades=tuple(grades[ref])) for ref, one in key_results.items()}


def _graded_of(graded_on: date, key_result: KeyResult, objectives: Mapping[str, Objective]) -> date:
    turns = [*key_result.turns, *objectives[key_result.home.on(graded_on)].turns[-1:]]
    return min([graded_on, *(turn.day for turn in turns if turn.state != "active")])


def _active_from(row: Row, first_day: date, states: Iterable[tuple[date, str]]) -> date:
    """A draft until `active_from`, or until its first day if that is earlier; empty: active since ever; a draft until it is activated."""
    if row.text("state") == "draft":
        activated_on = [day for day, state in states if state == "active"][:1]
        return min(activated_on[0], first_day) if activated_on else NEVER
    active_from = row.day("active_from")
    return min(active_from, first_day) if active_from else SINCE_EVER


def _turns(row: Row, states: Iterable[tuple[date, State]]) -> tuple[Turn, ...]:
    """The ends and reopenings; `ended_on` without a state is a closing, and `active` without an end before it is an activation."""
    ended_on, turns = row.day("ended_on"), list[Turn]()
    if ended_on:
        turns.append(Turn(ended_on, "cancelled" if row.text("state") == "cancelled" else "closed"))
    for day, state in states:
        if state in {"closed", "cancelled"} or (state == "active" and turns):
            turns.append(Turn(day, state))
    return tuple(turns)


def _cancelled_by(states: Iterable[tuple[date, Row]]) -> date | None:
    return min((day for day, row in states if row.typed("value") == "cancelled"), default=None)


def _level(row: Row) -> str:
    """Without it, from the team: `Company` is the company level, any other name the team level (examples/README.md)."""
    level = row.text("level")
    if level:
        return parts(level, 2)[0]
    return "company" if (row.text("team") or "Company").lower() == "company" else "team"


def _roll_up(row: Row, column: str) -> RollUp:
    return cast("RollUp", row.text(column) or "key_results")


def _weight(row: Row, column: str) -> Fraction:
    said = row.number(column)
    return Fraction(1) if said is None else said


def _milestone(item: str) -> Milestone:
    """`title:weight:due`; no weight: 1."""
    title, weight, due = [*parts(item, 3), "", ""][:3]
    return Milestone(title, number(weight) if weight else Fraction(1), date.fromisoformat(due) if due else None)


def _plan(row: Row, column: str) -> Plan:
    """`day:share`."""
    return tuple((date.fromisoformat(day), number(share)) for day, share in (parts(item, 2) for item in row.items(column)))


def _done(said: str | None) -> frozenset[int] | None:
    """Numbers from 1; `none`: the empty set."""
    if said is None:
        return None
    return frozenset() if said == "none" else frozenset(int(item) for item in items(said))


def _two_numbers(row: Row) -> tuple[Fraction, Fraction]:
    first, second = map(number, row.items("value"))
    return first, second


def _curve(row: Row) -> tuple[Fraction, ...]:
    """`straight`, or shares at equal steps, both ends included."""
    return (Fraction(0), Fraction(1)) if row.typed("value") == "straight" else tuple(map(number, row.items("value")))
