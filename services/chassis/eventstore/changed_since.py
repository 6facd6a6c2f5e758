"""Since when a list is told what has changed in it, where one log tells all of it (decision 29)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chassis.days import Microseconds
from chassis.errors import Kind, Refused
from chassis.eventstore.identity import LogIdentity
from chassis.positions import Position


@dataclass(frozen=True, slots=True)
class Since:
    """After these positions, by partition (in one that is not named: since its beginning), or at or after an instant."""

    positions: Mapping[int, int] = field(default_factory=dict)
    instant: Microseconds | None = None

    def told_of(self, position: Position, recorded_at: Microseconds) -> bool:
        """Whether an event is one of those that came since then."""
        if self.instant is not None:
            return recorded_at >= self.instant
        return position.position > self.positions.get(position.partition, 0)


def since_positions(log: str, asked: Iterable[Position], identity: LogIdentity) -> Since:
    """Since positions of `log`; those of other logs tell nothing of what is asked. Raises Refused as `require_not_outdated` does."""
    positions: dict[int, int] = {}
    for position in asked:
        if position.log == log:
            require_not_outdated(position, is_lost=identity.has_lost(position))
            positions[position.partition] = max(position.position, positions.get(position.partition, 0))
    return Since(positions)


def require_not_outdated(position: Position, *, is_lost: bool) -> None:
    """Raises Refused (CHANGED_SINCE_OUTDATED) where a log was restored since: what was lost cannot be told."""
    if is_lost:
        message = f"{position.log} was restored since then; list everything anew"
        raise Refused("CHANGED_SINCE_OUTDATED", message, kind=Kind.REFUSED, field="changed_since")
