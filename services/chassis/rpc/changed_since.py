"""Lists that can be followed, on the wire: since when they are asked for, and what a page token remembers of the first page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from google.protobuf.message import Message

from cairn.common.v1 import common_pb2
from chassis.days import Microseconds
from chassis.errors import Refused, invalid
from chassis.eventstore import LogIdentity, Since, since_positions
from chassis.positions import Position, parse_positions, positions_text
from chassis.rpc.answers import positions_of
from chassis.rpc.pages import fitting

T = TypeVar("T")
M = TypeVar("M", bound=Message)

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


class FollowedPage(Generic[T]):
    """A page of what was found for a list that can be followed: what passes the filters is told, and of the rest that it is gone."""

    def __init__(self, found: Sequence[T], size: int, passes: Callable[[T], bool]) -> None:
        self._passes: Final = passes
        self._found: Final = len(found)
        self._looked_at = found[:size]
        self.passing: Final = [one for one in self._looked_at if passes(one)]

    def fitting(self, messages: Iterable[M]) -> list[M]:
        """Of the messages of what passes, one for each, as many as fit; the page ends before the first that does not."""
        told = fitting(messages)
        if len(told) < len(self.passing):
            self._looked_at = self._looked_at[: self._looked_at.index(self.passing[len(told)])]
        return told

    @property
    def gone(self) -> list[T]:
        """What was found, and is not in the list now."""
        return [one for one in self._looked_at if not self._passes(one)]

    @property
    def last(self) -> T | None:
        """Behind which the next page begins; None: this is the last one."""
        return self._looked_at[-1] if len(self._looked_at) < self._found else None


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
