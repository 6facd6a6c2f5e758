"""The key results in memory: a bounded map, never older than what this process has heard of."""

from __future__ import annotations

from collections import defaultdict

from chassis.ids import Id
from checkins.domain.key_results import KeyResult


class Memory:
    """Keeps up to `size` key results; the first kept leave it first. While nobody tells of changes, it keeps none."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: dict[Id, KeyResult] = {}  # the first kept first
        self._resting_on: defaultdict[Id, set[Id]] = defaultdict(set)  # the key results that an objective, or a cycle, is part of
        self._newest: dict[Id, int] = {}  # the version of each aggregate that was heard of, the longest known first
        self._hears = False

    def known(self, key_result_id: Id) -> KeyResult | None:
        """The key result, if it is kept."""
        return self._known.get(key_result_id)

    def is_outdated(self, key_result: KeyResult) -> bool:
        """Whether a newer version was heard of."""
        return any(version < self._newest.get(aggregate_id, 0) for aggregate_id, version in key_result.rests_on)

    def keep(self, key_result: KeyResult) -> None:
        """Keeps a key result, unless a newer version of it is kept or was heard of."""
        if not self._hears or self.is_outdated(key_result):
            return
        before = self._known.get(key_result.key_result_id)
        if before is not None:
            if before.version > key_result.version:
                return
            self._drop(key_result.key_result_id)
        elif len(self._known) >= self._size:
            self._drop(next(iter(self._known)))
        self._known[key_result.key_result_id] = key_result
        for aggregate_id, _ in key_result.rests_on:
            self._resting_on[aggregate_id].add(key_result.key_result_id)

    def forget_older(self, aggregate_id: Id, version: int) -> None:
        """A newer version of an objective, or of a cycle, is committed: what is kept of older ones is read again when it is needed."""
        if version > self._newest.get(aggregate_id, 0):
            if aggregate_id not in self._newest and len(self._newest) >= 2 * self._size:
                del self._newest[next(iter(self._newest))]
            self._newest[aggregate_id] = version
        for key_result_id in tuple(self._resting_on.get(aggregate_id, ())):
            if self.is_outdated(self._known[key_result_id]):
                self._drop(key_result_id)

    def forget_all(self) -> None:
        """Everything may have changed."""
        self._known.clear()
        self._resting_on.clear()
        self._newest.clear()

    def hear(self) -> None:
        """From now on every change is told."""
        self._hears = True

    def go_deaf(self) -> None:
        """Changes are no longer told: nothing is kept."""
        self._hears = False
        self._known.clear()
        self._resting_on.clear()

    def _drop(self, key_result_id: Id) -> None:
        for aggregate_id, _ in self._known.pop(key_result_id).rests_on:
            others = self._resting_on[aggregate_id]
            others.discard(key_result_id)
            if not others:
                del self._resting_on[aggregate_id]
