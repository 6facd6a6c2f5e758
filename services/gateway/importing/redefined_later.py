"""What changes.csv makes of what the other tables say: when they are sent again, Cairn has what was redefined, and not what was first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from chassis.texts import name_key
from gateway.importing.plan import KeyResult, Redefinition
from gateway.importing.report import Difference

_COMPARED_AS: Final = {"due": "due_day"}
"""Fields of changes.csv that are compared by another name."""
_BY_A_TARGET: Final = frozenset({"measure", "start"})
"""What a target makes otherwise of a baseline: it is a metric from then on."""


class RedefinedLater:
    """The fields that the rows of changes.csv redefine, and what a key result counts for no longer by the last of them."""

    def __init__(self, redefinitions: Iterable[Redefinition], key_results: Iterable[KeyResult]) -> None:
        """The redefinitions come in the order of their days."""
        self._fields: Final[defaultdict[str, set[str]]] = defaultdict(set)
        self._left: Final[defaultdict[str, set[str]]] = defaultdict(set)
        baselines = {name_key(one.reference) for one in key_results if one.measure == "baseline"}
        homes = {name_key(one.reference): name_key(one.home) for one in key_results}
        for row in redefinitions:
            name = name_key(row.reference)
            match row.field:
                case "home":
                    self._left[name].add(homes[name])
                    homes[name] = name_key(row.says)
                    self._left[name].discard(homes[name])
                case "counts_for-":
                    self._left[name].add(name_key(row.says))
                case "counts_for+":
                    self._left[name].discard(name_key(row.says))
                case _:
                    self._fields[name].add(_COMPARED_AS.get(row.field, row.field))
                    if row.field == "target" and name in baselines:
                        self._fields[name] |= _BY_A_TARGET

    def has_left(self, key_result: str, objective: str) -> bool:
        """Whether a key result counts for an objective no longer, or belongs to it no longer."""
        return name_key(objective) in self._left[name_key(key_result)]

    def but_for(self, differences: Iterable[Difference]) -> list[Difference]:
        """The differences that no row explains."""
        return [one for one in differences if one.what not in self._fields[name_key(one.reference)]]
