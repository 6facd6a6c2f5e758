"""The key results in memory: a bounded map, never older than what this process has heard of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from chassis.ids import Id
from checkins.domain.key_results import KeyResult


class Memory:
    """Keeps up to `size` key results; the first kept leave it first. While nobody tells of changes, it keeps none."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: dict[Id, KeyResult] = {}  # the first kept first
        self._of_objective: defaultdict[Id, set[Id]] = defaultdict(set)
        self._hears = False
        self.changes = 0
        """That were heard of. What was read from the database before one is not kept after it: it may be older."""

    def known(self, key_result_id: Id) -> KeyResult | None:
        """The key result, if it is kept."""
        return self._known.get(key_result_id)

    def keep_read(self, key_results: Iterable[KeyResult], changes: int) -> None:
        """Keeps what was read from the database when so many changes had been heard of."""
        if changes == self.changes:
            for key_result in key_results:
                self.keep(key_result)

    def keep(self, key_result: KeyResult) -> None:
        """Keeps a key result, unless a newer version of it is kept."""
        if not self._hears:
            return
        before = self._known.get(key_result.key_result_id)
        if before is not None:
            if before.version > key_result.version:
                return
        elif len(self._known) >= self._size:
            self._drop(next(iter(self._known)))
        self._known[key_result.key_result_id] = key_result
        self._of_objective[key_result.objective_id].add(key_result.key_result_id)

    def forget_older(self, objective_id: Id, version: int) -> None:
        """A newer version of an objective is committed: what is kept of older ones is read again when it is needed."""
        self.changes += 1
        for key_result_id in tuple(self._of_objective.get(objective_id, ())):
            if self._known[key_result_id].version < version:
                self._drop(key_result_id)

    def forget_all(self) -> None:
        """Everything may have changed."""
        self.changes += 1
        self._known.clear()
        self._of_objective.clear()

    def hear(self) -> None:
        """From now on every change is told."""
        self._hears = True

    def go_deaf(self) -> None:
        """Changes are no longer told: nothing is kept."""
        self._hears = False
        self.forget_all()

    def _drop(self, key_result_id: Id) -> None:
        objective_id = self._known.pop(key_result_id).objective_id
        siblings = self._of_objective[objective_id]
        siblings.discard(key_result_id)
        if not siblings:
            del self._of_objective[objective_id]
