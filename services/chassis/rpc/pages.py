"""Pages of lists, bounded by bytes as they are by count: a page of long texts ends sooner, and says with its token that there is more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from google.protobuf.message import Message

PAGE_BYTES: Final = 4 << 20
"""That a page of a list has at most; one entry that is larger by itself is a page."""

Entry = TypeVar("Entry", bound=Message)


def fitting(entries: Iterable[Entry]) -> list[Entry]:
    """The first of the entries, as many as fit on a page; none is made that does not."""
    page: list[Entry] = []
    left = PAGE_BYTES
    for entry in entries:
        left -= entry.ByteSize()
        if page and left < 0:
            break
        page.append(entry)
    return page


def fitting_columns(size: int, page_of: Callable[[int], Entry]) -> Entry:
    """The page of at most `size` entries that fits, of what makes a page of so many: for pages that are made column by column."""
    page = page_of(size)
    while size > 1 and (size_in_bytes := page.ByteSize()) > PAGE_BYTES:
        size = max(1, min(size // 2, size * PAGE_BYTES // size_in_bytes))
        page = page_of(size)
    return page
