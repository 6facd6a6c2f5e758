"""Lists by pages: what asks for a page, and the one envelope in which every list is answered."""

from __future__ import annotations

from typing import Annotated, Final, Generic, TypeVar

from pydantic import Field

from gateway.http import Answer, Query
from gateway.schemas.fields import ONE_LINE

T = TypeVar("T", bound=Answer)

MOST_ITEMS: Final = 1000
"""Of a page of a list."""

Limit = Annotated[int, Field(ge=1, le=MOST_ITEMS)]
Cursor = Annotated[str, Field(max_length=2000, pattern=ONE_LINE)]
Next = Annotated[
    str | None, Field(description="`cursor` of the next page; null: this is the last one. `Link` has the whole address, as rel=next.")
]


class Page(Query):
    """A page of a list."""

    limit: Limit = 50
    """How many to answer at most. A page of 4 MiB ends sooner."""
    cursor: Cursor = ""
    """`next` of the page before, of the same list with the same parameters; none: the first page. What is added later shifts nothing."""


class PageOf(Answer, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: Next
