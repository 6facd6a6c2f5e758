"""How the values of a service's message are written in JSON: days, instants, ids, shares, positions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from google.protobuf.timestamp_pb2 import Timestamp

from cairn.common.v1 import common_pb2
from chassis.days import Day, date_of, instant_of
from chassis.ids import Id, id_text
from chassis.rpc import positions_of
from shared import figures


def day_text(day: Day) -> str | None:
    """A day as JSON writes it; None outside the years 1 to 9999."""
    try:
        return date_of(day).isoformat()
    except OverflowError:
        return None


def due_day_text(day: Day) -> str | None:
    """A due day; None where there is none (0)."""
    return date_of(day).isoformat() if day else None


def six_digits(number: float) -> float | None:
    """A share or a mean as JSON shows it; None when it is no finite number."""
    return figures.six_digits(number) if -1e300 < number < 1e300 else None


def instant_text(instant: Timestamp) -> str:
    """An instant as RFC 3339 writes it, in UTC, to the microsecond."""
    microseconds = instant.nanos // 1_000
    return f"{_second_text(instant.seconds)}.{microseconds:06}Z" if microseconds else f"{_second_text(instant.seconds)}Z"


@lru_cache(maxsize=1024)  # what is answered in one second was mostly recorded in it
def _second_text(seconds: int) -> str:
    return instant_of(seconds * 1_000_000).replace(tzinfo=None).isoformat()


def optional_instant(instant: Timestamp) -> str | None:
    """An instant, or None where it is unset."""
    return instant_text(instant) if instant.seconds or instant.nanos else None


def optional_id(value: Id) -> str | None:
    """An id as text, or None where it is empty."""
    return id_text(value) if value else None


def id_texts(values: Iterable[Id]) -> list[str]:
    """Ids as text."""
    return [id_text(value) for value in values]


def optional_text(text: str) -> str | None:
    """A text, or None where it is empty."""
    return text or None


def reference_or_id(reference: str, value: Id) -> str:
    """What a thing is called: its reference, else its id."""
    return reference or id_text(value)


def position_texts(positions: Iterable[common_pb2.LogPosition]) -> list[str]:
    """Positions as JSON and headers write them: log:partition:position, and the log's generation where it is not the first."""
    return list(map(str, positions_of(positions)))
