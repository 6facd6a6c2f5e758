"""Where an event stands in its log, and how a caller names it: `checkins:3:1234`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from chassis.errors import Refused, invalid

_POSITION = re.compile(r"([a-z]{1,20}):(\d{1,4}):(\d{1,18})")


class Position(NamedTuple):
    """An event's place: its log, the partition of that log's topic, its position in the log."""

    log: str
    partition: int
    position: int

    def __str__(self) -> str:
        return f"{self.log}:{self.partition}:{self.position}"


def parse_positions(text: str) -> tuple[Position, ...]:
    """The positions that `text` names, separated by commas; none for an empty text.

    Raises Refused (INVALID) when it names something else.
    """
    positions = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        match = _POSITION.fullmatch(part)
        if match is None:
            raise _not_a_position(part)
        positions.append(Position(match[1], int(match[2]), int(match[3])))
    return tuple(positions)


def _not_a_position(part: str) -> Refused:
    return invalid(
        "after", f"{part[:60]!r} is not a position; one looks like checkins:3:1234 (log:partition:position)", "POSITION_MALFORMED"
    )


def positions_text(positions: Iterable[Position]) -> str:
    """The positions as `parse_positions` reads them."""
    return ",".join(map(str, positions))
