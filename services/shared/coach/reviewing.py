"""A review: every rule over every objective and key result, in the order in which they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from chassis.texts import name_key, quoted
from shared.coach.drafts import KeyResult, Objective
from shared.coach.looking_alike import alike
from shared.coach.rules import (
    MOST_OBJECTIVES_OF_A_TEAM,
    NEAR_DUPLICATE,
    OF_A_KEY_RESULT,
    OF_AN_OBJECTIVE,
    TOO_MANY_OBJECTIVES,
    Detail,
    Rule,
    Severity,
)

MOST_FINDINGS: Final = 10_000
"""Of a review: nobody reads more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the coach says of one objective or key result."""

    rule: str
    severity: Severity
    ref: str
    """Of the objective or key result."""
    title: str
    says: str
    suggests: str


def review(objectives: Sequence[Objective]) -> list[Finding]:
    """What the coach says of these objectives and their key results, at most MOST_FINDINGS: objective by objective, each with its own."""
    return list(islice(_findings(objectives), MOST_FINDINGS))


def _findings(objectives: Sequence[Objective]) -> Iterator[Finding]:
    of_several = _of_several(objectives)
    for at, objective in enumerate(objectives):
        for rule, found in OF_AN_OBJECTIVE.items():
            for detail in found(objective):
                yield _finding(rule, objective, detail)
        yield from of_several[at]
        for key_result in objective.key_results:
            for rule, finds in OF_A_KEY_RESULT.items():
                for detail in finds(key_result):
                    yield _finding(rule, key_result, detail)


def _of_several(objectives: Sequence[Objective]) -> defaultdict[int, list[Finding]]:
    """What shows only beside others, by the place of the objective that it is told with."""
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    of_teams: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, objective in enumerate(objectives):
        if objective.level == "team" and objective.team:
            of_teams[name_key(objective.team), objective.cycle].append(at)
    for places in of_teams.values():
        if len(places) > MOST_OBJECTIVES_OF_A_TEAM:
            last = objectives[places[-1]]  # told once, at the last: the others were there before it
            found[places[-1]].append(_finding(TOO_MANY_OBJECTIVES, last, {"team": last.team, "count": len(places)}))
    for at, other in alike([objective.title for objective in objectives]).items():
        found[at].append(_like(objectives[at], objectives[other]))
    homes = [at for at, objective in enumerate(objectives) for _ in objective.key_results]
    key_results = [key_result for objective in objectives for key_result in objective.key_results]
    for at, other in alike([key_result.title for key_result in key_results]).items():
        found[homes[at]].append(_like(key_results[at], key_results[other]))
    return found


def _like(one: Objective | KeyResult, other: Objective | KeyResult) -> Finding:
    return _finding(NEAR_DUPLICATE, one, {"other": f"{other.ref}, {quoted(other.title)}"})


def _finding(rule: Rule, of: Objective | KeyResult, detail: Detail) -> Finding:
    return Finding(rule.id, rule.severity, of.ref, of.title, rule.says.format_map(detail), rule.suggests)
