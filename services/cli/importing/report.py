"""The report of an import: how much is new, how much was there already, what was refused, what is otherwise than in the folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cli.importing.tables import Refusal
from cli.output import number

KINDS: Final = ("cycles", "people", "objectives", "key results", "check-ins", "grades")
_OF_FILES: Final = {"objectives.csv": "objectives", "key_results.csv": "key results", "checkins.csv": "check-ins", "grades.csv": "grades"}


@dataclass(slots=True)
class Count:
    """How many of a kind."""

    new: int = 0
    already_there: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is there already, and otherwise: it was left as it is."""

    reference: str
    what: str
    here: Any  # in the folder
    there: Any  # in Cairn

    def __str__(self) -> str:
        return f"{self.reference}: {self.what} is {_shown(self.here)} here and {_shown(self.there)} in Cairn; left as it is"


def _shown(value: Any) -> str:
    return number(value) if isinstance(value, float) else repr(value)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A total that the source published, beside the grade that came out."""

    objective: str
    published: float
    computed: float | None
    digits: int  # that were published

    @property
    def agrees(self) -> bool:
        """Whether they are the same in the digits that were published."""
        return self.computed is not None and abs(self.computed - self.published) <= 0.5 * 10**-self.digits + 1e-9

    def __str__(self) -> str:
        computed = "none" if self.computed is None else number(self.computed)
        return f"{self.objective}: published {number(self.published)}, computed {computed}"


@dataclass(slots=True)
class ImportReport:
    """What became of everything in a folder."""

    tenant: str
    tenant_made: bool
    counts: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in KINDS})
    refused: list[Refusal] = field(default_factory=list)
    different: list[Difference] = field(default_factory=list)
    totals: list[Comparison] = field(default_factory=list)

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Notes rows that were not taken."""
        self.refused += refusals
        for refusal in refusals:
            kind = _OF_FILES.get(refusal.file)
            if kind is not None:
                self.counts[kind].refused += 1

    @property
    def new(self) -> int:
        """How much was added, of whatever kind."""
        return sum(count.new for count in self.counts.values())

    @property
    def already_there(self) -> int:
        """How much was there before."""
        return sum(count.already_there for count in self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "tenant": self.tenant,
            "tenant_made": self.tenant_made,
            "new": self.new,
            "already_there": self.already_there,
            **{
                kind.replace(" ", "_").replace("-", "_"): {"new": c.new, "already_there": c.already_there, "refused": c.refused}
                for kind, c in self.counts.items()
            },
            "refused": [{"file": r.file, "line": r.line, "column": r.column or None, "reason": r.reason} for r in self.refused],
            "different": [{"ref": d.reference, "what": d.what, "here": d.here, "there": d.there} for d in self.different],
            "published_totals": [
                {"ref": t.objective, "published": t.published, "computed": t.computed, "agrees": t.agrees} for t in self.totals
            ],
        }
