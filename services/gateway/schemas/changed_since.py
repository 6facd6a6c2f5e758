"""Lists that can be followed: what asks for what has changed since then, and the envelope in which it is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Generic, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from chassis.errors import Refused
from chassis.positions import Position, parse_positions
from gateway.http import Answer
from gateway.schemas.fields import IdText, InstantField
from gateway.schemas.pages import Page, PageOf

T = TypeVar("T", bound=Answer)

_INSTANT: Final[TypeAdapter[datetime]] = TypeAdapter(InstantField)


def _since(text: str) -> str:
    """The text, when it says since when. Raises ValueError."""
    since_of(text)
    return text


def since_of(text: str) -> tuple[Position, ...] | datetime:
    """The positions, or the instant, that a text says. Raises ValueError."""
    try:
        return parse_positions(text) if ":" in text and text[:1].isalpha() else _INSTANT.validate_python(text)
    except (Refused, ValidationError):
        message = "neither positions as Cairn-Position has them (goals:0:17,goals:1:0,…) nor an instant (2026-03-31T12:00:00Z)"
        raise ValueError(message) from None


ChangedSince = Annotated[
    str,
    Field(min_length=1, max_length=40_000, examples=["goals:0:1234,checkins:0:5678", "2026-03-31T12:00:00Z"]),
    AfterValidator(_since),
]


class Changes(Page):
    """A page of a list, or of what has changed in it."""

    changed_since: ChangedSince | None = None
    """What has changed since then: positions as the answer before had them in Cairn-Position, or an instant. Where numbers are told: by id,
    without sort, as_of and known_at, and what the calendar alone moves is no change; nor is what people are called.
    """


class ChangesPageOf(PageOf[T], Generic[T]):
    """A page of a list, or of what has changed in it."""

    gone: list[IdText]
    """With changed_since: what has changed and is no longer in the list, of what you may see or could see then."""
