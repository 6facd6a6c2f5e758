"""A fingerprint of what stands, and of every number that follows from it and does not depend on today.

Live state, rebuilt state and state replayed from an export are compared by it: whatever made the tree, this makes its rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import orjson

from progress.domain.measures import FORMULA_VERSION
from progress.domain.tree import KeyResult, Objective, Tree, abstained, clamp, raw_of, roll_up

ROWS_VERSION: Final = 1
"""Of the canonical rows; a change to what they hold raises it."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The fingerprint, and how much it is of."""

    digest: str  # sha-256, hex
    objectives: int
    key_results: int
    check_ins: int  # recorded or abstained, whatever became of them


def canonical_rows(tree: Tree[Objective, KeyResult]) -> Iterator[bytes]:
    """A line of JSON for each objective, then for each key result, by id: what stands, and the numbers that follow."""
    raw = raw_of(tree)
    numbers = roll_up(tree, raw)
    yield orjson.dumps(("cairn-digest", ROWS_VERSION, FORMULA_VERSION))
    for objective_id in sorted(tree.objectives):
        counting = sorted([k.key_result_id for k in tree.counting.get(objective_id, ())])
        yield orjson.dumps((*tree.objectives[objective_id], counting, *numbers[objective_id]), default=bytes.hex)
    for key_result_id in sorted(tree.key_results):
        key_result = tree.key_results[key_result_id]
        p = raw[key_result_id]
        yield orjson.dumps((*key_result, abstained(key_result), p, clamp(p)), default=bytes.hex)


def digest_of(tree: Tree[Objective, KeyResult], check_ins: int) -> Digest:
    """The fingerprint of a tenant's whole tree as it stands now."""
    lines = b"\n".join([*canonical_rows(tree), b"%d" % check_ins])
    return Digest(hashlib.sha256(lines).hexdigest(), len(tree.objectives), len(tree.key_results), check_ins)
