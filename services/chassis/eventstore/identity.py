"""Which log a log is, and the generations that it has had.

A position stands for one event for ever, but for this: a log that goes on from an older state than it had gives positions out again. It
begins a generation then, and what came after that state in the generation before is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from chassis.days import Microseconds
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from chassis.positions import Position, positions_text
from chassis.postgres.binary import read_instant

GENERATION_BEGAN: Final = "cairn.log.v1.GenerationBegan"
"""The type of the message that tells it on every partition of the log's topic. It is no event: it has no position of its own."""


class Generation(NamedTuple):
    """A stretch of a log: from its first position up to where the next one begins."""

    generation: int  # from 1
    first_position: int
    began_at: Microseconds
    reason: str


class LogIdentity(NamedTuple):
    """What a log is known by."""

    log_id: Id
    generations: tuple[Generation, ...]  # oldest first; never none

    @property
    def generation(self) -> int:
        """The newest."""
        return self.generations[-1].generation

    def generation_of(self, position: int) -> int:
        """The generation that the event at a position belongs to, or will."""
        return max(g.generation for g in self.generations if g.first_position <= max(position, 1))

    def has_lost(self, position: Position) -> bool:
        """Whether a later generation gives this position to another event."""
        return any(g.generation > position.generation and g.first_position <= position.position for g in self.generations)


IDENTITY: Final = """
SELECT uuid_send(log_id), g.generation, first_position, timestamptz_send(began_at), reason
FROM log_head, log_generation g ORDER BY g.generation
"""
"""The query, in binary, whose rows `identity_of` reads."""


def identity_of(rows: Sequence[tuple[Any, ...]]) -> LogIdentity:
    """What the rows of `IDENTITY` say."""
    generations = tuple(Generation(number, first, read_instant(at), reason) for _, number, first, at, reason in rows)
    return LogIdentity(rows[0][0], generations)


def position_lost(position: Position) -> Refused:
    """The refusal to wait for what is no more: a restore took the log back behind it."""
    message = (
        f"{position} was lost when the log of {position.log} was restored from an older state; what was recorded there has to be sent again"
    )
    return Refused("POSITION_LOST", message, kind=Kind.INVALID, field="after")


def position_unknown(*positions: Position, field: str = "after") -> Refused:
    """The refusal of what a log has not come to, and nobody was answered therefore."""
    where = f"the log of {positions[0].log} has not come to {positions_text(positions)}"
    return invalid(field, f"{where}; hand in what an answer gave", "POSITION_UNKNOWN")
