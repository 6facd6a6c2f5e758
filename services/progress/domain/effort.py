"""Where the weeks of a team went, objective by objective. Of a team, never of people (domain 5 and 12): one person's week is no sum."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from chassis.days import Day
from chassis.errors import invalid
from chassis.ids import Id

DAYS_OF_A_WEEK: Final = 7
MOST_WEEKS: Final = 53
"""That are asked about at once: a year."""
WEEKS_UNASKED: Final = 4

_MONDAY: Final = 4
"""The first Monday after 1970-01-01, in days."""


class Week(NamedTuple):
    """From a Monday to a Sunday."""

    first_day: Day
    last_day: Day


class SpentInWeek(NamedTuple):
    """What went into an objective in a week, and whose time it was."""

    week: int  # its place, from 0
    objective_id: Id | None  # None: into work that serves none
    minutes: int
    person_ids: Collection[Id]


class WeekOfTeam(NamedTuple):
    """How much of a week is told."""

    minutes: int
    withheld: bool  # it leaves out what one person alone logged, who is not the one who asks


class TeamWeeks(NamedTuple):
    """The weeks of a team, and the minutes of each week of each objective that more than one person, or whoever asks, logged on."""

    weeks: list[WeekOfTeam]
    objectives: dict[Id | None, list[int]]  # most first; of as much, by their ids


def weeks_asked(first_day: Day | None, last_day: Day | None, today: Day) -> list[Week]:
    """The whole weeks from that of the first day to that of the last: unasked, to today's, and four of them.

    Raises Refused: END_BEFORE_START, and INVALID for too many.
    """
    last = monday_of(today if last_day is None else last_day)
    first = last - DAYS_OF_A_WEEK * (WEEKS_UNASKED - 1) if first_day is None else monday_of(first_day)
    if first_day is not None and last_day is None and first > last:
        last = first
    if first > last:
        raise invalid("first_day", "it lies after the last day; no week lies between them", "END_BEFORE_START")
    number = (last - first) // DAYS_OF_A_WEEK + 1
    if number > MOST_WEEKS:
        raise invalid("first_day", f"at most {MOST_WEEKS} weeks are asked about at once; these are {number}")
    return [Week(day, day + DAYS_OF_A_WEEK - 1) for day in range(first, last + 1, DAYS_OF_A_WEEK)]


def monday_of(day: Day) -> Day:
    """The Monday of a day's week."""
    return day - (day - _MONDAY) % DAYS_OF_A_WEEK


def team_weeks(spent: Iterable[SpentInWeek], weeks: int, caller_id: Id) -> TeamWeeks:
    """What somebody is told of the weeks of a team, of what went into what they may know of.

    What one person alone logged on an objective in a week is told of it to nobody else. It is in the sum of the week together with what
    others logged alone on other objectives; where there are no such others, in no sum.
    """
    told: dict[Id | None, list[int]] = {}
    minutes = [0] * weeks
    alone: list[list[SpentInWeek]] = [[] for _ in range(weeks)]
    for row in spent:
        if is_one_person_s(row.person_ids, caller_id):
            alone[row.week].append(row)
        else:
            minutes[row.week] += row.minutes
            told.setdefault(row.objective_id, [0] * weeks)[row.week] += row.minutes
    withheld = []
    for week, rows in enumerate(alone):
        withheld.append(is_one_person_s({person for row in rows for person in row.person_ids}, caller_id))
        if not withheld[week]:
            minutes[week] += sum(row.minutes for row in rows)
    most_first = sorted(told, key=lambda objective_id: (-sum(told[objective_id]), objective_id or b""))
    return TeamWeeks(list(map(WeekOfTeam, minutes, withheld)), {objective_id: told[objective_id] for objective_id in most_first})


def is_one_person_s(person_ids: Collection[Id], caller_id: Id) -> bool:
    """Whether a sum would be nothing but the time of one person, who is not the one who asks."""
    return len(person_ids) == 1 and caller_id not in person_ids
