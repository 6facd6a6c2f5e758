"""What an import comes to, objective by objective: created, changed and how, as it was, or refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from chassis.texts import name_key
from gateway.importing.plan import ImportPlan
from gateway.schemas.mapping import Json

MOST_OBJECTIVES: Final = 1000
MOST_CHANGES: Final = 1000
"""That a report tells, of all objectives together."""

Verdict = Literal["created", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Change:
    """A field of something that is there, before and after; `before` is None where it is new there."""

    reference: str
    what: str
    before: Any
    after: Any
    as_of: str | None = None  # the day of a check-in or a grade
    by: str | None = None

    def as_json(self) -> Json:
        """As it is answered."""
        return {"ref": self.reference, "what": self.what, "as_of": self.as_of, "by": self.by, "before": self.before, "after": self.after}


@dataclass(slots=True)
class Outcome:
    """What becomes of one objective, and of what is under it."""

    reference: str
    title: str | None  # None: its row cannot be read
    created: bool = False
    refused: bool = False
    key_results: int = 0  # new ones
    check_ins: int = 0
    grades: int = 0
    changes: list[Change] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """In a word."""
        if self.refused:
            return "refused"
        if self.created:
            return "created"
        return "changed" if self.changes or self.key_results or self.check_ins or self.grades else "unchanged"


class Outcomes:
    """The outcomes of an import, in the order of the tables; what cannot be told of any objective is in the report's `refused` alone."""

    def __init__(self, plan: ImportPlan) -> None:
        self._of: Final[dict[str, Outcome]] = {name_key(one.reference): Outcome(one.reference, one.title) for one in plan.objectives}
        for name in plan.unread:
            self._of.setdefault(name_key(name), Outcome(name, None, refused=True))
        self._homes: Final = {name_key(one.reference): name_key(one.home) for one in plan.key_results}

    def of(self, objective: str) -> Outcome:
        """Of an objective of the tables."""
        return self._of[name_key(objective)]

    def of_home(self, key_result: str) -> Outcome:
        """Of the objective that a key result of the tables belongs to."""
        return self._of[self._homes[name_key(key_result)]]

    def as_json(self) -> Json:
        """As they are answered: the first of them, and of their changes."""
        left = MOST_CHANGES
        told = []
        for outcome in [*self._of.values()][:MOST_OBJECTIVES]:
            told.append(_told(outcome, left))
            left = max(0, left - len(outcome.changes))
        return {"by_objective": told, "by_objective_count": len(self._of)}


def _told(outcome: Outcome, most_changes: int) -> Json:
    return {
        "ref": outcome.reference,
        "title": outcome.title,
        "verdict": outcome.verdict,
        "new_key_results": outcome.key_results,
        "new_check_ins": outcome.check_ins,
        "new_grades": outcome.grades,
        "changes": [change.as_json() for change in outcome.changes[:most_changes]],
        "changes_count": len(outcome.changes),
    }
