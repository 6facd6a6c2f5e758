"""Causes before consequences: of rows that were refused for the same thing that is not there, the first cause is told, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.importing.tables import Named, Refusal
from shared.tables import TABLES


@dataclass(frozen=True, slots=True)
class Cause:
    """A row to look at, and how many others were refused with it, by file."""

    refusal: Refusal
    consequences: Counter[str] = field(default_factory=Counter)


def causes_of(refusals: Iterable[Refusal]) -> list[Cause]:
    """What is to be mended, in the order of files and lines.

    A row that lacks what another row would have defined is a consequence of that one. Where no row defines it, the first row that lacks
    it, in the order in which tables are read, stands for all. A check-in lacks key results, these lack objectives: it ends.
    """
    in_order = sorted(refusals, key=lambda refusal: (TABLES.index(refusal.file), refusal.line))
    defining: dict[Named, Refusal] = {}
    for refusal in in_order:
        if refusal.defines is not None:
            defining.setdefault(refusal.defines, refusal)
    roots: dict[Named, Refusal] = {}
    causes: dict[tuple[str, int, str], Cause] = {}
    for refusal in in_order:
        root = refusal
        while root.lacks is not None and root.lacks in defining:
            root = defining[root.lacks]
        if root.lacks is not None:
            root = roots.setdefault(root.lacks, root)
        cause = causes.setdefault((root.file, root.line, root.reason), Cause(root))
        if root is not refusal:
            cause.consequences[refusal.file] += 1
    return sorted(causes.values(), key=lambda cause: (cause.refusal.file, cause.refusal.line))
