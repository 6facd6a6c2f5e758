"""The tables that are imported and exported: what their files and columns are called, and whose habits they may be written by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

TableName = Literal[
    "settings.csv",
    "teams.csv",
    "people.csv",
    "pillars.csv",
    "cycles.csv",
    "objectives.csv",
    "key_results.csv",
    "contributions.csv",
    "kpis.csv",
    "initiatives.csv",
    "tasks.csv",
    "milestones.csv",
    "changes.csv",
    "checkins.csv",
    "kpi_values.csv",
    "grades.csv",
    "comments.csv",
    "published_totals.csv",
]
TABLES: Final[tuple[TableName, ...]] = get_args(TableName)
"""Every file that an import looks at, in the order in which they are read."""

SETTINGS: Final[TableName] = "settings.csv"
TEAMS: Final[TableName] = "teams.csv"
PEOPLE: Final[TableName] = "people.csv"
PILLARS: Final[TableName] = "pillars.csv"
CYCLES: Final[TableName] = "cycles.csv"
OBJECTIVES: Final[TableName] = "objectives.csv"
KEY_RESULTS: Final[TableName] = "key_results.csv"
CONTRIBUTIONS: Final[TableName] = "contributions.csv"
KPIS: Final[TableName] = "kpis.csv"
INITIATIVES: Final[TableName] = "initiatives.csv"
TASKS: Final[TableName] = "tasks.csv"
MILESTONES: Final[TableName] = "milestones.csv"
CHANGES: Final[TableName] = "changes.csv"
CHECK_INS: Final[TableName] = "checkins.csv"
KPI_VALUES: Final[TableName] = "kpi_values.csv"
GRADES: Final[TableName] = "grades.csv"
COMMENTS: Final[TableName] = "comments.csv"
TOTALS: Final[TableName] = "published_totals.csv"

NEEDED: Final = (OBJECTIVES, KEY_RESULTS)


class Columns(NamedTuple):
    """The columns of a table, in the order in which they are written."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """The needed ones, and then the others."""
        return self.needed + self.optional


_OF_A_MEASURE: Final = (
    *("start", "target", "unit", "low", "high", "mode", "milestones", "feeds", "weight", "owners", "due", "plan", "commit", "stretch"),
    *("cancelled_on", "from"),
)

COLUMNS: Final[Mapping[TableName, Columns]] = {
    SETTINGS: Columns(("setting", "value"), ("day",)),
    TEAMS: Columns(("team", "name"), ("parent", "lead")),
    PEOPLE: Columns(("person", "name"), ("email", "roles", "team", "manager", "from", "to")),
    PILLARS: Columns(("pillar", "title"), ("about",)),
    CYCLES: Columns(("cycle", "first_day", "last_day"), ("kind", "enclosing", "cadence", "weekday", "state")),
    OBJECTIVES: Columns(
        ("objective", "title"),
        (
            *(
                "starts_on",
                "ends_on",
                "cycle",
                "level",
                "team",
                "owner",
                "kind",
                "parent",
                "pillar",
                "roll_up",
                "child_weight",
                "visibility",
                "contributors",
                "named",
            ),
            *("labels", "why", "state", "active_from", "ended_on", "outcome"),
        ),
    ),
    KEY_RESULTS: Columns(("key_result", "title"), ("kind", *_OF_A_MEASURE)),
    CONTRIBUTIONS: Columns(("objective", "key_result"), ("from",)),
    KPIS: Columns(("kpi", "title", "unit"), ("low", "high", "owner", "team")),
    INITIATIVES: Columns(("initiative", "title", "owner", "for"), ("state", "start", "end")),
    TASKS: Columns(("task", "title", "assignee"), ("giver", "priority", "due", "for", "done_on")),
    MILESTONES: Columns(("milestone", "title", "day"), ("team", "state")),
    CHANGES: Columns(("ref", "day", "field", "value")),
    CHECK_INS: Columns(
        ("key_result", "date"),
        ("score", "value", "by", "done", "confidence", "blockers", "status", "part", "abstained", "note", "retracted"),
    ),
    KPI_VALUES: Columns(("kpi", "date", "value")),
    GRADES: Columns(("key_result", "graded_on", "grade"), ("as_of", "note")),
    COMMENTS: Columns(("on", "day", "by", "text"), ("reply_to",)),
    TOTALS: Columns(("objective", "total")),
}
"""Of each table, where key results go by references of their own, as contributions.csv tells."""

NUMBERED: Final[Mapping[TableName, Columns]] = {
    KEY_RESULTS: Columns(("objective", "number", "title", "kind"), _OF_A_MEASURE),
    **{file: Columns(("objective", *COLUMNS[file].needed), COLUMNS[file].optional) for file in (CHECK_INS, GRADES)},
}
"""Of those tables that are otherwise without contributions.csv: key results are numbered inside their objective there."""


def columns_of(file: TableName, *, numbered: bool) -> Columns:
    """The columns of a table. `numbered`: there is no contributions.csv, and key results are numbered inside their objective."""
    return NUMBERED.get(file, COLUMNS[file]) if numbered else COLUMNS[file]


Locale = Literal["cs", "da", "de", "de-AT", "de-CH", "en", "en-GB", "en-US", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "pt-BR", "sv"]
"""Whose numbers and days tables are written with: languages, and where a country differs or is needed, that country."""

LOCALES: Final[tuple[Locale, ...]] = get_args(Locale)


def missing_table(named: object) -> str:
    """What is said where a table is needed and is not there."""
    return f"there is no {named}; a folder to import holds {OBJECTIVES}, {KEY_RESULTS} and what belongs to them"
