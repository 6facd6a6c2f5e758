"""The tables that an import reads: what their files are called, and whose habits they may be written by."""

from __future__ import annotations

from typing import Final, Literal, get_args

TableName = Literal[
    "settings.csv",
    "teams.csv",
    "people.csv",
    "cycles.csv",
    "objectives.csv",
    "key_results.csv",
    "contributions.csv",
    "changes.csv",
    "checkins.csv",
    "grades.csv",
    "published_totals.csv",
]
TABLES: Final[tuple[TableName, ...]] = get_args(TableName)
"""Every file that an import looks at, in the order in which they are read."""
SETTINGS, TEAMS, PEOPLE, CYCLES, OBJECTIVES, KEY_RESULTS, CONTRIBUTIONS, CHANGES, CHECK_INS, GRADES, TOTALS = TABLES

NEEDED: Final = (OBJECTIVES, KEY_RESULTS)

Locale = Literal["cs", "da", "de", "de-AT", "de-CH", "en", "en-GB", "en-US", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "pt-BR", "sv"]
"""Whose numbers and days tables are written with: languages, and where a country differs or is needed, that country."""

LOCALES: Final[tuple[Locale, ...]] = get_args(Locale)


def missing_table(named: object) -> str:
    """What is said where a table is needed and is not there."""
    return f"there is no {named}; a folder to import holds {OBJECTIVES}, {KEY_RESULTS} and what belongs to them"
