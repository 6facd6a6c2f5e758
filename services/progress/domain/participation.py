"""How many of the check-ins that were due were made, by team and cadence period. Source: formulas, Others: Participation.

It is told of teams, never of people (domain 12); of a team so small that it would tell of people, of neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from chassis.ids import Id


class Due(NamedTuple):
    """Key results of a team that are active in each of some periods: in each a check-in of each of them is due."""

    team_id: Id
    hidden_id: Id | None  # their objective, where whoever asks may not know of it
    first: int  # of the periods, counted from 0
    end: int  # the first of which it holds no longer
    key_results: int


class Done(NamedTuple):
    """Of how many key results of a team there is a check-in, or an abstention, in each of some periods in which one is due."""

    team_id: Id
    periods: Sequence[int]
    key_results: Sequence[int]


class Participation(NamedTuple):
    """Of a team in each period, as somebody is told it."""

    team_id: Id
    due: list[int]  # 0: nothing; UNTOLD
    done: list[int]
    hidden: list[bool]  # something counts that they may not know of


UNTOLD: Final = -1
"""Stands where a figure would tell of exactly one objective that whoever asks may not know of."""


def participation(due: Iterable[Due], done: Iterable[Done], periods: int) -> list[Participation]:
    """Of the teams of which anything is due in any period, in the order of their ids."""
    teams: dict[Id, Participation] = {}
    unknown: dict[tuple[Id, int], set[Id]] = {}
    for its in due:
        of_team = teams.get(its.team_id)
        if of_team is None:
            of_team = teams[its.team_id] = Participation(its.team_id, [0] * periods, [0] * periods, [False] * periods)
        for period in range(its.first, its.end):
            of_team.due[period] += its.key_results
            if its.hidden_id is not None:
                unknown.setdefault((its.team_id, period), set()).add(its.hidden_id)
    for made in done:
        for period, key_results in zip(made.periods, made.key_results, strict=True):
            teams[made.team_id].done[period] = key_results
    for (team_id, period), objectives in unknown.items():
        of_team = teams[team_id]
        of_team.hidden[period] = True
        if len(objectives) == 1:
            of_team.due[period] = of_team.done[period] = UNTOLD
    return [teams[team_id] for team_id in sorted(teams)]
