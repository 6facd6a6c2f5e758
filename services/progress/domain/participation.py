"""How many of the check-ins that were due were made, by team and cadence period. Source: formulas, Others: Participation.

It is told of teams, never of people (domain 12); of a team so small that it would tell of people, of neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from chassis.ids import Id


class Due(NamedTuple):
    """Key results of a team that are active in each of some periods: in each a check-in of each of them is due."""

    team_id: Id
    hidden_id: Id | None  # their objective, where whoever asks may not know of it
    first: int  # of the periods, counted from 0
    end: int  # the first of which it holds no longer
    key_results: int


class Done(NamedTuple):
    """Key results of a team of which there is a check-in, or an abstention, in a period in which one is due."""

    team_id: Id
    period: int
    key_results: int


class Participation(NamedTuple):
    """Of a team in a period, as somebody is told it. None: it would tell of exactly one objective that they may not know of."""

    team_id: Id
    due: int | None
    done: int | None
    hidden: bool  # something counts that they may not know of


def participation(due: Iterable[Due], done: Iterable[Done], periods: int) -> list[list[Participation]]:
    """Of each period, the teams of which anything is due in it, in the order of their ids."""
    expected: list[dict[Id, int]] = [{} for _ in range(periods)]
    unknown: list[dict[Id, set[Id]]] = [{} for _ in range(periods)]
    for its in due:
        for period in range(its.first, its.end):
            expected[period][its.team_id] = expected[period].get(its.team_id, 0) + its.key_results
            if its.hidden_id is not None:
                unknown[period].setdefault(its.team_id, set()).add(its.hidden_id)
    made = {(its.period, its.team_id): its.key_results for its in done}
    return [
        [_told(team_id, of_team, made.get((period, team_id), 0), len(unknown[period].get(team_id, ()))) for team_id, of_team in teams]
        for period, teams in enumerate(sorted(of_period.items()) for of_period in expected)
    ]


def _told(team_id: Id, due: int, done: int, unknown: int) -> Participation:
    return Participation(team_id, None, None, True) if unknown == 1 else Participation(team_id, due, done, unknown > 0)
