"""Lists that can be followed, on the wire: since when they are asked for, and what a page token remembers of the first page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cairn.common.v1 import common_pb2
from chassis.days import Microseconds
from chassis.errors import Refused, invalid
from chassis.eventstore import LogIdentity, Since, since_positions
from chassis.positions import Position, parse_positions, positions_text
from chassis.rpc.answers import positions_of

_BEHIND: Final = "~"


def since_of(asked: common_pb2.ChangedSince, log: str, identity: LogIdentity) -> Since:
    """Since when a list that one log tells is asked for. Raises Refused (INVALID), and as `since_positions` does."""
    if asked.HasField("instant"):
        return Since(instant=instant_since(asked))
    return since_positions(log, positions_of(asked.positions), identity)


def instant_since(asked: common_pb2.ChangedSince) -> Microseconds:
    """The instant since when a list is asked for. Raises Refused (INVALID)."""
    try:
        return asked.instant.ToMicroseconds()
    except ValueError:
        raise invalid("changed_since", "not an instant of the years 1 to 9999") from None


def following_token(place: str, positions: Iterable[Position]) -> str:
    """The page token of a place in a list; every page bears the positions of the first one, so that it tells them again."""
    return f"{place}{_BEHIND}{positions_text(positions)}" if place else ""


def place_and_positions(token: str) -> tuple[str, tuple[Position, ...] | None]:
    """The place in a page token, and the positions of the first page; None on that page. Raises Refused (INVALID) for a foreign token."""
    if not token:
        return "", None
    place, _, positions = token.partition(_BEHIND)
    try:
        return place, parse_positions(positions)
    except Refused:
        raise invalid("page_token", "hand in next_page_token as the answer before gave it", "PAGE_TOKEN_UNKNOWN") from None
