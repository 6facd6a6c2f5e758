"""What `cairn tree --json` shows beside what was reckoned: every difference, named by its objective, key result and field."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tests.reckoning.cells import name_key

Json = Mapping[str, Any]

OBJECTIVE_FIELDS: Final = (
    "title", "parent", "owner", "level", "state", "ended_on", "child_weight", "progress", "progress_raw", "coverage", "status", "pace",
    "confidence", "grade", "band", "met", "stale", "hidden",
)  # fmt: skip
KEY_RESULT_FIELDS: Final = (
    "title", "measure", "value", "progress", "progress_raw", "status", "grade", "weight", "stale", "abstained", "cancelled", "owners",
    "commit", "stretch", "plan", "low", "high", "mode", "feeds", "milestones", "parts",
)  # fmt: skip
_LAST_DIGIT: Final = 1.1e-6
_MISSING: Final = "nothing of that name"


def differences(reckoned: Json, shown: Json) -> Iterator[str]:
    """A line for each field that is shown otherwise than it was reckoned. Both are trees: objectives by `ref`, in any order."""
    theirs = {name_key(one["ref"]): one for one in shown["objectives"]}
    for objective in reckoned["objectives"]:
        ref = objective["ref"]
        their = theirs.pop(name_key(ref), None)
        if their is None:
            yield f"{ref}: is not shown"
            continue
        yield from _of_fields(ref, objective, their, OBJECTIVE_FIELDS)
        yield from _of_key_results(ref, objective["key_results"], their["key_results"])
    yield from (f"{one['ref']}: is shown, and was not reckoned" for one in theirs.values())


def _of_key_results(seen_from: str, reckoned: Sequence[Json], shown: Sequence[Json]) -> Iterator[str]:
    theirs = {name_key(one["ref"]): one for one in shown}
    for key_result in reckoned:
        place = f"{seen_from} > {key_result['ref']}"
        their = theirs.pop(name_key(key_result["ref"]), None)
        if their is None:
            yield f"{place}: is not shown"
        else:
            yield from _of_fields(place, key_result, their, KEY_RESULT_FIELDS)
    yield from (f"{seen_from} > {one['ref']}: is shown, and was not reckoned" for one in theirs.values())


def _of_fields(place: str, reckoned: Json, shown: Json, fields: Sequence[str]) -> Iterator[str]:
    for name in fields:
        ours, their = reckoned[name], _plain(shown[name]) if name in shown else _MISSING
        if name == "status" and isinstance(their, str):
            their = their.replace("_", " ")  # JSON's enums are in snake case
        if not _agree(ours, their):
            yield f"{place}: {name} is {their!r}, reckoned {ours!r}"


def _plain(shown: Any) -> Any:
    """People by their handles and things by their references, as tables name them."""
    if isinstance(shown, Mapping):
        for name in ("handle", "ref"):
            if name in shown:
                return shown[name]
        return {name: _plain(value) for name, value in shown.items()}
    return [_plain(one) for one in shown] if isinstance(shown, list) else shown


def _agree(ours: Any, their: Any) -> bool:
    """Numbers to the last of six digits, names without case."""
    if isinstance(ours, Mapping) and isinstance(their, Mapping):
        return ours.keys() <= their.keys() and all(_agree(value, their[name]) for name, value in ours.items())
    if isinstance(ours, list) and isinstance(their, list):
        return len(ours) == len(their) and all(map(_agree, ours, their))
    if isinstance(ours, bool) or isinstance(their, bool):
        return ours is their
    if isinstance(ours, (int, float)) and isinstance(their, (int, float)):
        return math.isclose(ours, their, rel_tol=1e-12, abs_tol=_LAST_DIGIT)
    return name_key(ours) == name_key(their) if isinstance(ours, str) and isinstance(their, str) else bool(ours == their)
