"""The types of fields: what is checked in a body or a query, and what the document says of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from chassis.days import Day, day_of
from chassis.positions import POSITION_PATTERN

REFERENCE_LENGTH: Final = 100
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:")  # and not a number of seconds
NO_NUL: Final = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text
ONE_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
NO_SLASH: Final = r"^[^\x00-\x1f\x7f/]*$"  # a slash would be another step of a path
EMAIL: Final = r"^$|^[^\x00-\x20\x7f@]+@[^\x00-\x20\x7f@]+$"
TENANT: Final = r"^[a-z0-9][a-z0-9-]*$"
TIME_ZONE: Final = r"^[A-Za-z0-9_+/-]*$"
EVENT_TYPE: Final = r"^[A-Za-z0-9_.]*$"
VISIBLE_ASCII: Final = r"^[\x21-\x7e]*$"
POSITIONS: Final = rf"^({POSITION_PATTERN}(,{POSITION_PATTERN})*)?$"

PATH_HERE: Final = r"^/([^/\\\s][^\\\s]*)?$"
PATTERN_WORDS: Final = {
    NO_NUL: "a text without NUL",
    ONE_LINE: "one line, without control characters",
    NO_SLASH: "one line, without control characters and slashes",
    EMAIL: "an e-mail address, as martin@example.com",
    TENANT: "of lower-case letters, digits and hyphens, no hyphen first",
    TIME_ZONE: "a time zone, as Europe/Zurich",
    EVENT_TYPE: "an event type, as CheckInRecorded",
    VISIBLE_ASCII: "of visible ASCII characters, without spaces",
    PATH_HERE: "a path of this installation, as /objectives",
    POSITIONS: "positions with commas between, as checkins:3:1234,goals:1:90",
}
"""What a text is that fits each of them, in words."""


def _instant_in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from None


def _written_out(value: Any) -> Any:
    if isinstance(value, str) and not _INSTANT.match(value):
        raise ValueError("is not an instant; one looks like 2026-01-31T12:00:00Z")
    return value


DayField = Annotated[date, Field(examples=["2026-03-31"])]
"""A day, "YYYY-MM-DD"."""

HoldsFrom = Annotated[date, Field(examples=["2026-03-31"])]
"""From which day on it shall hold, none after today; none: from today, and since ever (0001-01-01) while the objective is a draft."""

FromDay = Annotated[date, Field(examples=["2026-03-31"])]
"""From which day on it shall hold, none after today; none: from today."""

InstantField = Annotated[
    AwareDatetime,
    Field(strict=False),  # behind a function of ours it is a text to pydantic, which strictly is no instant
    BeforeValidator(_written_out),
    AfterValidator(_instant_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-31T12:00:00Z"]}),
]
"""An instant with its zone, as RFC 3339 writes it; in UTC once read."""

_READ_INSTANT: Final = TypeAdapter[datetime](InstantField)


def _day_or_instant(value: Any) -> date | datetime:
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else _READ_INSTANT.validate_python(value)
    except ValueError:
        raise ValueError("is neither a day nor an instant with its zone; one looks like 2026-03-31 or 2026-03-31T12:00:00Z") from None


DayOrInstantField = Annotated[
    date | datetime,
    BeforeValidator(_day_or_instant),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
            "examples": ["2026-03-31", "2026-03-31T12:00:00Z"],
        }
    ),
]
"""A day, "YYYY-MM-DD", or an instant with its zone; in UTC once read. In a query, where everything is a text."""


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE: Final = BeforeValidator(_whole)
"""Behind the bounds of an integer of a body: however a program writes it, to JSON Schema 2.0 is one, too."""

_T = TypeVar("_T")


class _NeverEmpty:
    """Of a field of a change: null is refused, for the thing cannot be without it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(_required, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        written = handler(schema)
        kinds = [kind for kind in written.pop("anyOf", ()) if kind != {"type": "null"}]
        return written | kinds[0] if len(kinds) == 1 else written | {"anyOf": kinds}


def _required(value: _T | None) -> _T:
    if value is None:
        raise ValueError("cannot be empty; leave it out, and it stays as it is")
    return value


def _emptied_text(value: str | None) -> str:
    return value or ""


def _emptied_list(value: list[Any] | None) -> list[Any]:
    return value or []


Kept = Annotated[_T | None, _NeverEmpty()]
"""A field of a change that the thing cannot be without. Left out: it stays as it is."""
EmptiedText = Annotated[_T | None, AfterValidator(_emptied_text)]
"""A text of a change; null empties it, as "" does. Left out: it stays as it is."""
EmptiedList = Annotated[_T | None, AfterValidator(_emptied_list)]
"""A list of a change; null empties it, as [] does. Left out: it stays as it is."""

Reference = Annotated[str, Field(min_length=1, max_length=REFERENCE_LENGTH, pattern=ONE_LINE)]
"""An id (UUID), or what people call the thing: J1, J1/3, a cycle's name, a person's handle."""

Title = Annotated[str, Field(min_length=1, max_length=500, pattern=ONE_LINE)]
ShortText = Annotated[str, Field(max_length=1000, pattern=NO_NUL)]
LongText = Annotated[str, Field(max_length=4000, pattern=NO_NUL)]
Word = Annotated[str, Field(max_length=100, pattern=ONE_LINE)]
Label = Annotated[str, Field(min_length=1, max_length=50, pattern=ONE_LINE)]
Unit = Annotated[str, Field(max_length=50, pattern=ONE_LINE)]
OwnReference = Annotated[str, Field(max_length=50, pattern=ONE_LINE)]
"""What a new thing shall be called; unique in the tenant; empty: nothing."""

IdText = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid", "examples": ["01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"]})]
DayText = Annotated[str, WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-31"]})]
"""A day, as answers write it."""
InstantText = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-31T12:00:00Z"]})]
"""An instant in UTC, as answers write it."""
PositionText = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{POSITION_PATTERN}$", "examples": ["checkins:3:1234"]})]
"""Where an event stands: log:partition:position, and the log's generation where it is not the first."""


def optional_day(value: date | None) -> Day | None:
    """The day number of a date, where there is one."""
    return None if value is None else day_of(value)
