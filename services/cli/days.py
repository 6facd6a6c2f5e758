"""Days and instants as people say them, and as they read them: in the time zone of this machine (TZ says another one)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

DAYS_SAID: Final = "2026-03-31, today, yesterday, tomorrow, 7d (seven days ago), or a weekday: monday is the last one, today if it is one"

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AGO: Final = re.compile(r"(\d{1,4})([smhdw])", re.ASCII)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FROM_TODAY: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_POINTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_WHOLE_DAYS: Final = ("d", "w")


def now() -> datetime:
    """The instant that it is, in the reader's time zone."""
    return datetime.now(UTC).astimezone()


def day_said(text: str) -> date | None:
    """The day that somebody means; None where that is no day."""
    word, today = text.strip().lower(), now().date()
    if _DAY.fullmatch(word):
        return _written(word)
    if word in _FROM_TODAY:
        return today + timedelta(days=_FROM_TODAY[word])
    if word in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(word)) % 7)
    ago = _AGO.fullmatch(word)
    return today - timedelta(**{_UNITS[ago[2]]: int(ago[1])}) if ago and ago[2] in _WHOLE_DAYS else None


def no_day(text: str) -> str:
    """That a text is no day, and what would be one."""
    word = text.strip()
    if _DAY.fullmatch(word):
        return f"{word} is not in the calendar"
    if pointed := _POINTED.fullmatch(word):
        day = f"{pointed[3]}-{int(pointed[2]):02}-{int(pointed[1]):02}"
        return f"a day is said from the year on: {day} instead of {word}" if _written(day) else f"{word} is not in the calendar"
    return f"{text!r} is not a day; say {DAYS_SAID}"


def instant_said(text: str) -> datetime | None:
    """The instant that somebody means, with its zone; None where that is none. One without a zone is one of the reader's."""
    word = text.strip()
    if word.lower() == "now":
        return now()
    if ago := _AGO.fullmatch(word.lower()):
        return now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    if _DAY.fullmatch(word):  # a day is no instant
        return None
    try:
        said = datetime.fromisoformat(word)
    except ValueError:
        return None
    return said if said.tzinfo else said.astimezone()


def shown(instant: str | None) -> str:
    """An instant of an answer, as the reader's clock showed it, to the second, and how far from UTC: "2026-03-31 14:00:00+02:00"."""
    return datetime.fromisoformat(instant).astimezone().isoformat(" ", "seconds") if instant else ""


def _written(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
