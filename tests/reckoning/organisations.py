"""Random organisations as tables, valid by the rules of domain.md and formulas.md: the same seed, the same tables.

All days lie in 2025: before today, so that ends may have happened. Parents and feeds are older than what hangs under them or is fed, so
neither forms a loop. Everything said of a thing is dated before it ended.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from tests.reckoning.cells import escaped

Row = dict[str, str]
Tables = dict[str, list[Row]]
Said = TypeVar("Said")

FIRST_DAY: Final = date(2025, 1, 1)
LAST_DAY: Final = date(2025, 12, 31)

_PEOPLE: Final = ("ann", "Bert", "chloe", "Zoë", "emil", "fatma", "gus", "hilde")
_TEAMS: Final = ("company", "sales", "product", "design")
_UNITS: Final = ("EUR", "people", "percent")
_CYCLES: Final = (
    ("2025", "strategic", date(2025, 1, 1), date(2025, 12, 31), ""),
    ("2025-Q2", "tactical", date(2025, 4, 1), date(2025, 6, 30), "2025"),
    ("six weeks", "custom", date(2025, 5, 5), date(2025, 6, 15), ""),
)
_KINDS: Final = ("number", "number", "maintain", "binary", "milestones", "score", "baseline", "sum")
_WITHOUT_PARTS: Final = ("binary", "milestones", "sum")
_WEIGHTS: Final = ("", "", "1", "2", "0.5", "3", "0.3", "0")
_CADENCES: Final = ("", "", "weekly", "two-weekly", "monthly", "quarterly", "none")


def write(folder: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """The tables as files; a column in which nothing stands is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, rows in tables.items():
        columns = [column for column in rows[0] if any(row[column] for row in rows)]
        with (folder / file).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def random_tables(seed: int, *, objectives: int | None = None) -> Tables:
    """The tables of an organisation, of two to fourteen objectives unless it is said how many."""
    return _Company(Random(seed)).tables(objectives)


@dataclass
class _Objective:
    ref: str
    place: int
    cycle: tuple[str, str, date, date, str]
    first: date
    last: date
    row: Row
    is_draft: bool = False
    ends: list[tuple[date, str]] = field(default_factory=list)
    until: date = LAST_DAY  # nothing is said of it after this day
    has_moved_its_due_day: bool = False


@dataclass
class _KeyResult:
    ref: str
    home: _Objective
    row: Row
    since: date
    until: date
    owners: list[tuple[date, list[str]]] = field(default_factory=list)
    milestones: list[tuple[date, int]] = field(default_factory=list)
    counts_for: set[str] = field(default_factory=set)
    is_a_parent: bool = False
    has_a_due_day: bool = False

    @property
    def kind(self) -> str:
        return self.row["kind"]


@dataclass
class _Company:
    random: Random
    all_objectives: list[_Objective] = field(default_factory=list)
    all_key_results: list[_KeyResult] = field(default_factory=list)
    kpis: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)

    def tables(self, objectives: int | None) -> Tables:
        self.has_cycles = self.chance(0.8)
        self.names_cycles = self.has_cycles or self.chance(0.6)  # else a cycle for each span
        self.is_numbered = self.chance(0.5)  # the first of the two shapes of key_results.csv
        self._measure_kpis()
        for place in range(objectives or self.random.randint(2, 14)):
            self._define_objective(place)
        contributions = self._contribute()
        for one in self.all_objectives:
            self._change_objective(one)
        for key_result in self.all_key_results:
            self._change_key_result(key_result)
        tables = {
            "teams.csv": self._teams(),
            "people.csv": self._people(),
            "settings.csv": self._settings(),
            "cycles.csv": self._cycle_rows() if self.has_cycles else [],
            "objectives.csv": [one.row for one in self.all_objectives],
            "key_results.csv": [one.row for one in self.all_key_results],
            "contributions.csv": contributions,
            "pillars.csv": [{"pillar": "growth", "title": "Growth", "about": ""}] if self.chance(0.3) else [],
            "tasks.csv": [row for one in self.all_key_results for row in self._tasks(one)],
            "comments.csv": [row for one in self.all_objectives for row in self._comments(one)],
            "changes.csv": self._in_order(self.changes),
            "checkins.csv": self._check_ins(),
            "grades.csv": [row for one in self.all_key_results for row in self._grades(one)],
            "kpis.csv": self.kpis,
            "kpi_values.csv": [row for kpi in self.kpis for row in self._kpi_values(kpi)],
        }
        return {file: rows for file, rows in tables.items() if rows}

    # --- chances ----------------------------------------------------------------------------------------------------

    def chance(self, of_one: float) -> bool:
        return self.random.random() < of_one

    def one_of(self, *among: str) -> str:
        return self.random.choice(among)

    def day(self, first: date, last: date) -> date:
        """A day from the first to the last, both ends with more than their share."""
        if last <= first or self.chance(0.06):
            return first
        return last if self.chance(0.06) else first + timedelta(days=self.random.randint(0, (last - first).days))

    def perhaps_day(self, of_one: float, first: date, last: date) -> str:
        return self.day(first, last).isoformat() if first <= last and self.chance(of_one) else ""

    # --- the tenant -------------------------------------------------------------------------------------------------

    def _teams(self) -> list[Row]:
        parents = {"sales": "company", "product": "company", "design": "product"}
        leads = self.random.sample(_PEOPLE, len(_TEAMS))
        return [
            {"team": team, "name": team.title(), "parent": parents.get(team, ""), "lead": lead}
            for team, lead in zip(_TEAMS, leads, strict=True)
        ]

    def _people(self) -> list[Row]:
        """Most of them in one team, so that it is large enough to be shown."""
        return [
            {"person": person, "name": person.title(), "roles": self.one_of("member", "member;champion"), "team": self._teams_of_one()}
            for person in _PEOPLE
        ]

    def _teams_of_one(self) -> str:
        teams = {self.one_of(*_TEAMS), "product" if self.chance(0.7) else self.one_of(*_TEAMS)}
        return ";".join(sorted(teams))

    def _settings(self) -> list[Row]:
        choices = [
            ("bounds", ("0.10;0.25", "0.05;0.2", "0;0.5", "0.15;0.15")),
            ("bands", ("0.4;0.7", "0.3;0.6")),
            ("cadence", _CADENCES[2:]),
            ("default_pace", ("straight", "0;0.1;0.3;1", "0;0.8;1", "0;0.5;0.5;0.75;1")),
        ]
        return [
            {"setting": name, "value": self.one_of(*values), "day": day}
            for name, values in choices
            for day in ("", self.perhaps_day(1, FIRST_DAY, LAST_DAY))
            if self.chance(0.3)
        ]

    def _cycle_rows(self) -> list[Row]:
        return [
            {
                "cycle": name,
                "kind": kind,
                "first_day": first.isoformat(),
                "last_day": last.isoformat(),
                "enclosing": enclosing,
                "cadence": self.one_of(*_CADENCES),
                "weekday": self.one_of("", "mon", "fri"),
                "state": self.one_of("", "active"),
            }
            for name, kind, first, last, enclosing in _CYCLES
        ]

    def _measure_kpis(self) -> None:
        self.kpis = [
            {"kpi": f"P{number}", "title": f"Health {number}", "unit": self.one_of(*_UNITS), "low": low, "high": high, "owner": "ann"}
            for number in range(1, self.random.randint(1, 4))
            for low, high in [self.random.choice([("20", ""), ("", "60"), ("20", "60")])]
        ]

    def _kpi_values(self, kpi: Row) -> list[Row]:
        days = [self.day(FIRST_DAY, LAST_DAY) for _ in range(self.random.randint(0, 5))]
        return [{"kpi": kpi["kpi"], "date": day.isoformat(), "value": self._number(0, 80)} for day in days]

    def _number(self, low: int, high: int) -> str:
        return str(self.random.randint(low, high)) if self.chance(0.7) else f"{self.random.randint(low * 100, high * 100) / 100:g}"

    # --- objectives -------------------------------------------------------------------------------------------------

    def _define_objective(self, place: int) -> None:
        cycle = self.random.choice(_CYCLES)
        _, _, first, last, _ = cycle
        has_own_span = not self.has_cycles or self.chance(0.3)
        if has_own_span:
            first, last = self._own_span(first, last)
        ref, team = f"O{place + 1}", self.one_of("", *_TEAMS)
        row = {
            "objective": ref,
            "cycle": cycle[0] if self.names_cycles else "",
            "title": f"Objective {place + 1}",
            "level": self.one_of("company", "team", "individual", "individual:chloe"),
            "visibility": self.one_of("", "", "company", "team" if team else "", "private"),
            "contributors": self.one_of("", "", "ann;gus"),
            "named": self.one_of("", "", "hilde"),
            "labels": self.one_of("", "", "growth;next year"),
            "why": self.one_of("", "", "It was asked for."),
            "kind": self.one_of("", "committed", "aspirational"),
            "team": team,
            "owner": self.one_of(*_PEOPLE),
            "starts_on": first.isoformat() if has_own_span else "",
            "ends_on": last.isoformat() if has_own_span else "",
            "parent": self._older_parent(place),
            "roll_up": self.one_of("", "key_results", "children", "both", "children", "both"),
            "child_weight": self.one_of(*_WEIGHTS),
            "state": "",
            "active_from": "",
            "ended_on": "",
        }
        objective = _Objective(ref, place, cycle, first, last, row)
        self._live(objective)
        self.all_objectives.append(objective)
        count = self.random.choice((0, 1, 2, 2, 3, 3, 4))
        for number in range(1, (count if place else max(count, 1)) + 1):
            self._define_key_result(objective, number)

    def _own_span(self, first: date, last: date) -> tuple[date, date]:
        """Inside the cycle; some are so long that the pace meets the bounds of a status exactly."""
        own_first = self.day(first, first + timedelta(days=14))
        round_last = own_first + timedelta(days=self.random.choice((20, 40, 50)))
        if self.chance(0.5) and round_last <= last:
            return own_first, round_last
        return own_first, self.day(last - timedelta(days=20), last)

    def _older_parent(self, place: int) -> str:
        """An older objective, or a key result of one, which then stays where it is."""
        if not self.all_objectives or not self.chance(0.65):
            return ""
        if self.all_key_results and self.chance(0.4):
            key_result = self.random.choice(self.all_key_results)
            key_result.is_a_parent = True
            return key_result.ref
        return self.random.choice(self.all_objectives).ref

    def _live(self, objective: _Objective) -> None:
        """How it starts and ends: in objectives.csv, or later, in changes.csv."""
        objective.until = min(objective.last + timedelta(days=25), LAST_DAY)
        end = self.day(objective.first + timedelta(days=5), min(objective.until, LAST_DAY - timedelta(days=31)))
        how = self.random.choices(
            ("active", "active_from", "draft", "activated", "ended", "ended later", "reopened", "ended again"), (50, 8, 7, 7, 14, 6, 5, 3)
        )[0]
        ended = self.one_of("closed", "cancelled")
        if how == "active_from":
            objective.row["active_from"] = self.day(objective.first - timedelta(days=5), end).isoformat()
            how = self.one_of("active", "ended")
        if how in {"draft", "activated"}:
            objective.row["state"] = "draft"
            objective.is_draft = how == "draft"
        if how == "activated":
            self._change(objective.ref, self.day(objective.first - timedelta(days=5), end), "state", "active")
        if how == "ended":
            objective.row |= {"state": ended if ended == "cancelled" else self.one_of("closed", ""), "ended_on": end.isoformat()}
            objective.until = end
        if how in {"ended later", "reopened", "ended again"}:
            self._turn_later(objective, ended, end, how)

    def _turn_later(self, objective: _Objective, ended: str, end: date, how: str) -> None:
        self._change(objective.ref, end, "state", ended)
        if how == "ended later":
            objective.until = end
            return
        reopened_on = end + timedelta(days=self.random.randint(1, 9))
        self._change(objective.ref, reopened_on, "state", "active")
        if how == "ended again":
            objective.until = reopened_on + timedelta(days=self.random.randint(1, 20))
            self._change(objective.ref, objective.until, "state", self.one_of("closed", "cancelled"))

    # --- key results ------------------------------------------------------------------------------------------------

    def _define_key_result(self, home: _Objective, number: int) -> None:
        ref = f"{home.ref}/{number}" if self.is_numbered else f"K{len(self.all_key_results) + 1}"
        since = self.day(home.first, home.until) if self.chance(0.12) else None
        first_said = max(since or home.first, home.first)
        cancelled_on = "" if home.is_draft else self.perhaps_day(0.08, first_said, home.until)
        row = {
            **({"objective": home.ref, "number": str(number)} if self.is_numbered else {"key_result": ref}),
            "title": f"Key result {ref}",
            "kind": self.random.choice(_KINDS),
            **dict.fromkeys(("start", "target", "unit", "low", "high", "mode", "milestones", "feeds", "plan", "commit", "stretch"), ""),
            "weight": self.one_of(*_WEIGHTS),
            "owners": "",
            "due": self.perhaps_day(0.25, home.first + timedelta(days=5), home.last),
            "cancelled_on": cancelled_on,
            "from": since.isoformat() if since else "",
        }
        until = date.fromisoformat(cancelled_on) if cancelled_on else home.until
        key_result = _KeyResult(ref, home, row, first_said, until, has_a_due_day=bool(row["due"]))
        self._define_measure(key_result)
        self._own(key_result, home.row["owner"])
        if self.chance(0.25) and row["kind"] not in {"maintain", "baseline"}:
            row["plan"] = self._plan(key_result)
        self.all_key_results.append(key_result)

    def _define_measure(self, key_result: _KeyResult) -> None:
        row = key_result.row
        if row["kind"] == "sum":
            row["unit"] = self.one_of(*_UNITS)
            row["feeds"] = self._older_feeds(key_result)
            row["start"] = self.one_of("", "", "5", "-10")
            if not row["feeds"]:
                row["kind"] = "number"
        if row["kind"] in {"number", "baseline"}:
            row["unit"] = row["unit"] or self.one_of(*_UNITS)
        if row["kind"] == "number":
            row["start"], row["target"] = self._way(key_result)
        if row["kind"] == "sum":
            row["target"] = self._number(80, 300)
        if row["kind"] in {"number", "sum"} and self.chance(0.2):
            row |= {"commit": self._number(60, 90), "stretch": self._number(200, 300)}
        if row["kind"] == "maintain":
            row["low"], row["high"] = self.random.choice([("40", ""), ("", "60"), ("40", "60"), ("50", "50")])
            row["mode"] = self.one_of("", "latest", "share", "share")
        if row["kind"] == "milestones":
            row["milestones"] = self._milestones(key_result, key_result.since)

    def _way(self, key_result: _KeyResult) -> tuple[str, str]:
        """Upwards or downwards; no start is ever a target, also after changes."""
        low, high = self._number(-20, 40), self._number(70, 150)
        return (low, high) if self._is_upwards(key_result) else (high, low)

    def _is_upwards(self, key_result: _KeyResult) -> bool:
        return sum(map(ord, key_result.ref)) % 3 > 0

    def _older_feeds(self, key_result: _KeyResult) -> str:
        unit = key_result.row["unit"]
        before = takewhile(lambda one: one is not key_result, self.all_key_results)
        older = [one.ref for one in before if one.kind in {"number", "baseline", "sum"} and one.row["unit"] == unit]
        fed_by = [*older, *(kpi["kpi"] for kpi in self.kpis if kpi["unit"] == unit)]
        return ";".join(self.random.sample(fed_by, min(len(fed_by), self.random.randint(1, 3)))) if fed_by else ""

    def _milestones(self, key_result: _KeyResult, since: date) -> str:
        count = self.random.randint(1, 5)
        key_result.milestones.append((since, count))
        return ";".join(
            ":".join((escaped(f"Step {number}: a; b"), self.one_of("", "1", "2", "0.5"), self.one_of("", key_result.home.last.isoformat())))
            for number in range(1, count + 1)
        )

    def _own(self, key_result: _KeyResult, owner: str) -> None:
        if self.chance(0.4):
            key_result.row["owners"] = self._owners(key_result, date.min)
        else:
            key_result.owners.append((date.min, [owner]))

    def _owners(self, key_result: _KeyResult, since: date) -> str:
        people = self.random.sample(_PEOPLE, self.random.randint(2, 3))
        shares = self.random.choice((["", "", ""], ["2", "1", "1"], ["0.5", "0.3", "0.2"], ["1", "", "0"]))
        key_result.owners.append((since, people))
        return ";".join(f"{person}:{share}" if share else person for person, share in zip(people, shares, strict=False))

    def _plan(self, key_result: _KeyResult) -> str:
        """Days strictly rising and strictly inside the span, shares not falling."""
        due = date.fromisoformat(key_result.row["due"]) if key_result.row["due"] else key_result.home.last
        inside = (due - key_result.home.first).days - 1
        if inside < 1:
            return ""
        days = sorted(self.random.sample(range(1, inside + 1), min(inside, self.random.randint(1, 3))))
        shares = sorted(self.random.choice((0, 0.1, 0.25, 0.5, 0.7, 0.9, 1)) for _ in days)
        return ";".join(
            f"{(key_result.home.first + timedelta(days=day)).isoformat()}:{share:g}" for day, share in zip(days, shares, strict=True)
        )

    def _contribute(self) -> list[Row]:
        """Shared key results: contributions in the second shape, `counts_for+` and `counts_for-` in both."""
        rows: list[Row] = []
        for key_result in self.all_key_results:
            if not self.is_numbered:
                rows.append({"objective": key_result.home.ref, "key_result": key_result.ref, "from": ""})
            for other in self._others(key_result):
                key_result.counts_for.add(other.ref)
                until = min(key_result.until, other.until)
                since = max(key_result.since, other.first)
                if not self.is_numbered and self.chance(0.6):
                    rows.append({"objective": other.ref, "key_result": key_result.ref, "from": self.perhaps_day(0.4, since, until)})
                elif since <= until:
                    self._change(key_result.ref, self.day(since, until), "counts_for+", other.ref)
                else:
                    continue
                if since < until and self.chance(0.25):
                    self._change(key_result.ref, until, "counts_for-", other.ref)
        return rows

    def _others(self, key_result: _KeyResult) -> list[_Objective]:
        others = [one for one in self.all_objectives if one is not key_result.home]
        wanted = self.random.choices((0, 1, 2), (70, 22, 8))[0]
        return self.random.sample(others, min(len(others), wanted))

    # --- what was redefined later -------------------------------------------------------------------------------------

    def _change(self, ref: str, day: date, name: str, value: str) -> None:
        self.changes.append({"ref": ref, "day": day.isoformat(), "field": name, "value": value})

    def _in_order(self, changes: Iterable[Row]) -> list[Row]:
        """By day, and of one day in the order in which it was said; some weights are said late, of a day before others."""
        late = {"weight"} if self.chance(0.3) else set()
        return sorted(changes, key=lambda row: (row["field"] in late, row["day"] if row["field"] not in late else ""))

    def _change_objective(self, one: _Objective) -> None:
        day = self.day(one.first, one.until)
        if self.chance(0.1):
            self._change(one.ref, day, "child_weight", self.one_of("0", "1", "2.5"))
        if self.chance(0.1):
            self._change(one.ref, day, "roll_up", self.one_of("key_results", "children", "both"))
        if self.chance(0.1):
            self._change(one.ref, day, "owner", self.one_of(*_PEOPLE))
        if self.chance(0.05):
            self._change(one.ref, day, "title", f"{one.row['title']}, renamed")
        if self.chance(0.12) and (one.row["parent"] or one.place):
            self._change_parent(one, day)
        self._change_due_day(one, day)

    def _change_parent(self, one: _Objective, day: date) -> None:
        if one.row["parent"] and self.chance(0.4):
            self._change(one.ref, day, "parent", "")
            return
        key_results = [other for other in self.all_key_results if other.home.place < one.place and other.since <= day < other.until]
        if key_results and self.chance(0.4):
            key_result = self.random.choice(key_results)
            key_result.is_a_parent = True
            self._change(one.ref, day, "parent", key_result.ref)
            return
        possible = [other.ref for other in self.all_objectives[: one.place] if day < other.until]
        if possible:
            self._change(one.ref, day, "parent", self.random.choice(possible))

    def _change_due_day(self, one: _Objective, day: date) -> None:
        """Not before the due days and plans of its key results; taken away, it is the cycle's last day."""
        own = [key_result for key_result in self.all_key_results if key_result.home is one]
        if not self.chance(0.12) or any(key_result.row["plan"] or key_result.row["due"] for key_result in own):
            return
        one.has_moved_its_due_day = True
        moved = (
            "" if self.chance(0.3) else self.day(one.first + timedelta(days=10), one.cycle[3] if self.has_cycles else one.last).isoformat()
        )
        self._change(one.ref, day, "due", moved)

    def _change_key_result(self, key_result: _KeyResult) -> None:
        since, until = key_result.since, key_result.until
        if since > until:
            return
        for _ in range(self.random.choices((0, 1, 2), (85, 10, 5))[0]):
            self._change(key_result.ref, self.day(since, until), "weight", self.one_of("0", "1", "2", "4"))
        if self.chance(0.3):
            self._redefine(key_result, self.day(since, until))
        if self.chance(0.1):
            self._change_due_day_of(key_result, self.day(since, until))
        elif key_result.row["plan"] and self.chance(0.3):
            self._change(key_result.ref, self.day(since, until), "plan", self._plan(key_result))
        if len(key_result.owners[0][1]) > 1 and self.chance(0.3):
            day = self.day(since, until)
            self._change(key_result.ref, day, "owners", self._owners(key_result, day))
        if self.chance(0.1) and not key_result.is_a_parent:
            self._move_home(key_result)

    def _redefine(self, key_result: _KeyResult, day: date) -> None:
        match key_result.kind:
            case "number":
                start, target = self._way(key_result)
                self._change(key_result.ref, day, *self.random.choice((("start", start), ("target", target))))
            case "baseline":
                self._give_a_target(key_result, day)
            case "maintain":
                self._move_a_bound(key_result, day)
            case "milestones":
                self._change(key_result.ref, day, "milestones", self._milestones(key_result, day))
            case "sum" if self.chance(0.6):
                self._change(key_result.ref, day, "feeds", self._older_feeds(key_result))
            case "sum":
                self._change(key_result.ref, day, *self.random.choice((("target", "120"), ("start", "12"))))
            case _:
                self._change(key_result.ref, day, "title", f"{key_result.row['title']}, renamed")

    def _give_a_target(self, key_result: _KeyResult, day: date) -> None:
        """A baseline becomes a metric: with a start, or from the value that it has by then (which a first check-in sees to)."""
        if key_result.home.is_draft or self.chance(0.4):
            self._change(key_result.ref, day, "start", self._number(-20, 40))
        self._change(key_result.ref, day, "target", self._number(101, 180))
        if day < key_result.until and self.chance(0.3):
            self._change(key_result.ref, self.day(day, key_result.until), "target", self._number(101, 180))

    def _move_a_bound(self, key_result: _KeyResult, day: date) -> None:
        """One bound stays."""
        low, high = key_result.row["low"], key_result.row["high"]
        if low and high and self.chance(0.5):
            self._change(key_result.ref, day, self.one_of("low", "high"), "")
        elif low:
            self._change(key_result.ref, day, "low", self._number(30, 50))
        else:
            self._change(key_result.ref, day, "high", self._number(50, 70))
        if self.chance(0.3):
            self._change(key_result.ref, day, "mode", self.one_of("latest", "share"))

    def _change_due_day_of(self, key_result: _KeyResult, day: date) -> None:
        """Behind the last day of its plan, if it has one."""
        home, plan = key_result.home, key_result.row["plan"]
        first = date.fromisoformat(plan.rpartition(";")[2].partition(":")[0]) if plan else home.first + timedelta(days=4)
        if home.has_moved_its_due_day or first >= home.last:
            return
        key_result.has_a_due_day = True
        moved = "" if self.chance(0.3) else self.day(first + timedelta(days=1), home.last).isoformat()
        self._change(key_result.ref, day, "due", moved)

    def _move_home(self, key_result: _KeyResult) -> None:
        """To an active objective that it does not count for yet, and whose end, if any, comes later than all that is said of it."""
        day = self.day(key_result.since, key_result.until)
        if day >= key_result.until or key_result.row["plan"] or key_result.has_a_due_day or key_result.home.row["state"] == "draft":
            return
        possible = [one for one in self.all_objectives if self._may_take_over(one, key_result, day)]
        if possible:
            self._change(key_result.ref, day, "home", self.random.choice(possible).ref)

    def _may_take_over(self, one: _Objective, key_result: _KeyResult, day: date) -> bool:
        is_another = one is not key_result.home and one.ref not in key_result.counts_for
        is_active = one.row["state"] != "draft" and not one.row["active_from"] and one.first <= day
        return is_another and is_active and key_result.until <= one.until

    # --- what was reported ----------------------------------------------------------------------------------------------

    def _check_ins(self) -> list[Row]:
        """Day by day with some that came late, so that the order of the rows is not that of the days."""
        rows = [row for key_result in self.all_key_results for row in self._check_ins_of(key_result)]
        return sorted(
            rows, key=lambda row: (date.fromisoformat(row["date"]) + timedelta(days=self.random.choice((0, 0, 0, 9)))).toordinal()
        )

    def _check_ins_of(self, key_result: _KeyResult) -> list[Row]:
        if key_result.home.is_draft or key_result.kind == "sum":
            return []
        first, last = key_result.home.first - timedelta(days=4), min(key_result.until, key_result.home.last + timedelta(days=12))
        if last < first:
            return []
        rows = [self._check_in(key_result, self.day(first, last)) for _ in range(self.random.choice((0, 2, 3, 5, 8)))]
        if key_result.kind == "baseline" and any(row["ref"] == key_result.ref and row["field"] == "target" for row in self.changes):
            rows.append(self._row(key_result, first) | {"value": self._number(0, 90)})
        return [*rows, *(dict(row) for row in rows if self.chance(0.04))]

    def _row(self, key_result: _KeyResult, day: date) -> Row:
        objective, number = (key_result.home.ref, key_result.row["number"]) if self.is_numbered else ("", key_result.ref)
        named: Row = {"objective": objective} if self.is_numbered else {}
        said = dict.fromkeys(("score", "value", "note", "done", "confidence", "blockers", "status", "part", "abstained", "retracted"), "")
        return {**named, "key_result": number, "date": day.isoformat(), "by": key_result.home.row["owner"], **said}

    def _check_in(self, key_result: _KeyResult, day: date) -> Row:
        row = self._row(key_result, day)
        row["retracted"] = "taken back" if self.chance(0.07) else ""
        if self.chance(0.12):
            row["abstained" if self.chance(0.7) else "note"] = "nobody measured it"
            return row
        self._say_a_value(key_result, day, row)
        row["confidence"] = str(self.random.randint(0, 10)) if self.chance(0.4) else ""
        row["status"] = self.one_of("on track", "behind", "at risk", "achieved") if self.chance(0.12) else ""
        row["blockers"] = "the supplier is late" if self.chance(0.05) else ""
        owners = _holding(key_result.owners, day)
        if len(owners) > 1 and key_result.kind not in _WITHOUT_PARTS and self.chance(0.6):
            row["part"] = row["by"] = self.random.choice(owners)
        return row

    def _say_a_value(self, key_result: _KeyResult, day: date, row: Row) -> None:
        match key_result.kind:
            case "binary":
                row["score"] = self.one_of("0", "1")
            case "score":
                row["score"] = self.one_of("0", "0.2", "0.35", "0.5", "0.7", "0.9", "1")
            case "milestones":
                count = _holding(key_result.milestones, day)
                done = sorted(self.random.sample(range(1, count + 1), self.random.randint(0, count)))
                row["done"] = ";".join(map(str, done)) or "none"
            case "maintain":
                row["value"] = self.one_of("30", "40", "50", "50", "55.5", "60", "61")
            case "number" if self.chance(0.03):
                row["value"] = str(Decimal(key_result.row["target"]) + self.random.choice((-1, 1)) * Decimal("0.000001"))
            case "number" if self.chance(0.2):
                row["score"] = self.one_of("0", "0.25", "0.5", "0.8", "1")
            case _:
                row["value"] = key_result.row["target"] if self.chance(0.1) and key_result.row["target"] else self._number(-30, 100)

    def _tasks(self, key_result: _KeyResult) -> list[Row]:
        """Work, which changes no number."""
        if not self.chance(0.1):
            return []
        named = {"task": f"T {key_result.ref}", "title": "Call them", "assignee": "gus", "for": key_result.ref}
        return [named | {"priority": self.one_of("", "high"), "done_on": self.perhaps_day(0.5, key_result.since, key_result.until)}]

    def _comments(self, one: _Objective) -> list[Row]:
        """Words, which change no number."""
        return [{"on": one.ref, "day": one.first.isoformat(), "by": "hilde", "text": "Good: @ann; go on."}] if self.chance(0.1) else []

    def _grades(self, key_result: _KeyResult) -> list[Row]:
        first, last = key_result.since, min(key_result.until, key_result.home.last + timedelta(days=12))
        if not self.chance(0.35) or key_result.home.is_draft or first > last:
            return []
        named: Row = (
            {"objective": key_result.home.ref, "key_result": key_result.row["number"]}
            if self.is_numbered
            else {"key_result": key_result.ref}
        )
        rows = []
        for _ in range(self.random.choice((1, 1, 2))):
            as_of = self.day(first, last)
            graded_on = self.day(as_of, last) if self.chance(0.5) else as_of
            grade = self.one_of("0", "0.4", "0.65", "0.7", "1", "0.35", "")
            rows.append(
                {**named, "graded_on": graded_on.isoformat(), "grade": grade, "as_of": as_of.isoformat() if self.chance(0.7) else ""}
            )
        return rows


def _holding(said: Sequence[tuple[date, Said]], day: date) -> Said:
    """Of what was said of days, what holds on a day; before the first of them, the first."""
    holding = said[0][1]
    for since, value in said[1:]:
        if since <= day:
            holding = value
    return holding
