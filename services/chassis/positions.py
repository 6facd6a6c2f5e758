"""Where an event stands in its log, and how a caller names it: `checkins:3:1234`; `checkins:3:1234:2` in the log's second generation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from chassis.errors import Refused, invalid

FIRST_GENERATION: Final = 1
"""Of a log: that of every event until the log goes on from an older state than it had."""

POSITION_PATTERN: Final = r"[a-z]{1,20}:[0-9]{1,4}:[0-9]{1,18}(:[1-9][0-9]{0,8})?"
"""What the text of a position looks like, as a regular expression."""

_POSITION: Final = re.compile(POSITION_PATTERN, re.ASCII)


class Position(NamedTuple):
    """An event's place: its log, the partition of that log's topic, its position in the log, and the generation that the log had there."""

    log: str
    partition: int
    position: int
    generation: int = FIRST_GENERATION

    def __str__(self) -> str:
        text = f"{self.log}:{self.partition}:{self.position}"
        return text if self.generation == FIRST_GENERATION else f"{text}:{self.generation}"


def parse_positions(text: str) -> tuple[Position, ...]:
    """The positions that `text` names, separated by commas; none for an empty text.

    Raises Refused (INVALID) when it names something else.
    """
    positions = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        if _POSITION.fullmatch(part) is None:
            raise _not_a_position(part)
        log, *numbers = part.split(":")
        positions.append(Position(log, *map(int, numbers)))
    return tuple(positions)


def _not_a_position(part: str) -> Refused:
    return invalid(
        "after",
        f"{part[:60]!r} is not a position; one looks like checkins:3:1234 (log:partition:position[:generation])",
        "POSITION_MALFORMED",
    )


def positions_text(positions: Iterable[Position]) -> str:
    """The positions as `parse_positions` reads them."""
    return ",".join(map(str, positions))


def newest_positions(positions: Iterable[Position]) -> tuple[Position, ...]:
    """Of each log and partition the newest of the positions: who has come to it has come to the others."""
    newest: dict[tuple[str, int], Position] = {}
    for position in positions:
        known = newest.setdefault(position[:2], position)
        if (known.generation, known.position) < (position.generation, position.position):
            newest[position[:2]] = position
    return tuple(newest.values())
