"""Lists by pages: where a page begins and ends, and how many of what is found are looked at for it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable, Sequence
from enum import Enum
from typing import Any, Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from google.protobuf.message import Message

from chassis.errors import invalid
from chassis.ids import Id
from chassis.rpc import PAGE_BYTES

MOST_LOOKED_AT: Final = 2_000
"""How many things are looked at for one page, where a filter needs their numbers: such a page may hold fewer than there are, or none."""
_AT_ONCE: Final = 200
"""And how many of them at a time."""

Key: TypeAlias = str | int
M = TypeVar("M", bound=Message)


class Place(NamedTuple):
    """Where something stands in a list: by what it is ordered by, and among equals by its id."""

    key: Key
    thing: Id


class Row(NamedTuple):
    """Something that is found for a list."""

    place: Place
    thing: Id
    seen_from: Sequence[Id] = ()
    """Of a key result: the objectives that it may be shown from."""
    says: Any = None
    """The row that it is written from, where that was found with it."""


class Gone(Enum):
    """Instead of an entry: that something has changed, and is not in the list now."""

    GONE = "gone"


Entry: TypeAlias = M | Literal[Gone.GONE] | None
"""None: it is not in the list."""


class Page(NamedTuple, Generic[M]):
    """A page of a list."""

    entries: list[M]
    gone: list[Id]
    rest: Place | None
    """Where it has ended; None: there is nothing behind it."""


async def page_of(
    found: Callable[[Place | None, int], Awaitable[list[Row]]],
    shown: Callable[[list[Row]], Awaitable[Iterable[Entry[M]]]],
    size: int,
    after: Place | None,
    sieved: bool,
) -> Page[M]:
    """A page of `size` entries at most, as many as fit, of what is `found` behind a place.

    `sieved`: what is found need not be in the list, so more of it is looked at, up to MOST_LOOKED_AT.
    """
    page: Page[M] = Page([], [], None)
    room, looked_at = PAGE_BYTES, 0
    while True:
        wanted = max(size - len(page.entries) - len(page.gone), _AT_ONCE if sieved else 0)
        rows = await found(after, wanted + 1)
        more, rows = len(rows) > wanted, rows[:wanted]
        for row, entry in zip(rows, await shown(rows), strict=True):
            if entry is Gone.GONE:
                page.gone.append(row.thing)
            elif entry is not None:
                room -= entry.ByteSize()
                if page.entries and room < 0:
                    return page._replace(rest=after)
                page.entries.append(entry)
            after = row.place
            if len(page.entries) + len(page.gone) == size:
                return page._replace(rest=after if more or row is not rows[-1] else None)
        looked_at += len(rows)
        if not more or looked_at >= MOST_LOOKED_AT:
            return page._replace(rest=after if more else None)


def token_of(place: Place | None, positions: str) -> str:
    """The page token of what stands behind a place; `positions` are those of the first page. Empty: there is nothing."""
    return "" if place is None else page_token(str(place.key).encode().hex(), place.thing.hex(), positions.replace(":", "."))


def place_of(token: str, key_type: Callable[[str], Key]) -> tuple[Place | None, str]:
    """The place behind which a page begins, and the positions of the first page. Raises Refused (INVALID) for a token that is not ours."""
    if not token:
        return None, ""
    key, thing, positions = read_page_token(token, 3)
    try:
        text, place_id = bytes.fromhex(key).decode(), bytes.fromhex(thing)
        if len(place_id) == 16 and "\0" not in text:
            return Place(key_type(text), place_id), positions.replace(".", ":")
    except ValueError:
        pass
    raise invalid("page_token", f"{token[:60]!r} is not a token that an earlier page gave", "PAGE_TOKEN_MALFORMED")


def page_token(*parts: str | int) -> str:
    """Where the next page begins; opaque to who hands it back."""
    return base64.urlsafe_b64encode(":".join(map(str, parts)).encode()).decode().rstrip("=")


def read_page_token(token: str, parts: int) -> list[str]:
    """What page_token wrote. Raises Refused (INVALID) when the token is none of ours."""
    try:
        read = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(":")
    except (binascii.Error, ValueError):
        read = []
    if len(read) != parts:
        raise invalid("page_token", f"{token[:60]!r} is not a token that an earlier page gave", "PAGE_TOKEN_MALFORMED")
    return read
