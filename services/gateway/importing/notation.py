"""How people write numbers and days: decimal commas, thousands, percent, days of their country. What could be either is asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from shared.tables import Locale

_SPACES: Final = " \u00a0\u202f\u2009"
_MINUS: Final = "\u2212"
_APOSTROPHES: Final = "'\u2019"
_PLAIN: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LOCAL_DAY: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", re.ASCII)
_DATE_FORMAT: Final = re.compile(r"(dd?|mm?|yyyy|yy)([./ -])(dd?|mm?|yyyy|yy)\2(dd?|mm?|yyyy|yy)")
_CENTURY: Final = 2000  # of a year of two digits


class _Habit(NamedTuple):
    """What a country's numbers and days look like."""

    point: str
    groups: str  # any of these parts thousands
    date_format: str | None  # None: it is not the same in all countries of the language


_COMMA_AND_POINT: Final = ",", "."
_COMMA_AND_SPACE: Final = ",", _SPACES
_POINT_AND_COMMA: Final = ".", ","
_HABITS: Final[Mapping[str, _Habit]] = {
    "cs": _Habit(*_COMMA_AND_SPACE, "dd.mm.yyyy"),
    "da": _Habit(*_COMMA_AND_POINT, "dd.mm.yyyy"),
    "de": _Habit(*_COMMA_AND_POINT, "dd.mm.yyyy"),
    "de-AT": _Habit(",", "." + _SPACES, "dd.mm.yyyy"),
    "de-CH": _Habit(".", _APOSTROPHES, "dd.mm.yyyy"),
    "en": _Habit(*_POINT_AND_COMMA, None),
    "en-GB": _Habit(*_POINT_AND_COMMA, "dd/mm/yyyy"),
    "en-US": _Habit(*_POINT_AND_COMMA, "mm/dd/yyyy"),
    "es": _Habit(",", "." + _SPACES, "dd/mm/yyyy"),
    "fi": _Habit(*_COMMA_AND_SPACE, "dd.mm.yyyy"),
    "fr": _Habit(*_COMMA_AND_SPACE, "dd/mm/yyyy"),
    "it": _Habit(*_COMMA_AND_POINT, "dd/mm/yyyy"),
    "nb": _Habit(*_COMMA_AND_SPACE, "dd.mm.yyyy"),
    "nl": _Habit(*_COMMA_AND_POINT, "dd-mm-yyyy"),
    "pl": _Habit(*_COMMA_AND_SPACE, "dd.mm.yyyy"),
    "pt": _Habit(",", "." + _SPACES, "dd/mm/yyyy"),
    "pt-BR": _Habit(*_COMMA_AND_POINT, "dd/mm/yyyy"),
    "sv": _Habit(*_COMMA_AND_SPACE, "yyyy-mm-dd"),
}
_OF_POINTS, _OF_COMMAS = _HABITS["en"], _HABITS["de"]
_ANY_SPACES: Final = (_Habit(".", _SPACES + _APOSTROPHES, None), _Habit(",", _SPACES + _APOSTROPHES, None))


class NotWritten(Exception):  # noqa: N818 - it is what happened
    """A text that is no number or no day, or could be two; `told` says which, and what settles it."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told: Final = told


class Figure(NamedTuple):
    """A number as a cell writes it."""

    text: str  # with a point, without thousands
    percent: bool


@dataclass(frozen=True, slots=True)
class Notation:
    """How the cells of a table are written, as far as it was told."""

    locale: Locale | None = None
    date_format: str | None = None
    """Such as dd.mm.yyyy; it goes before the locale's."""
    point_told: bool = True
    """Whether a point alone is the decimal point where no locale is told: as in tables that commas part."""

    def figure(self, text: str) -> Figure:
        """A number, perhaps with a percent sign. Raises NotWritten."""
        number = text.removesuffix("%").rstrip(_SPACES).replace(_MINUS, "-")
        percent = text.endswith("%")
        readings = self._readings(number)
        match sorted(readings):
            case [reading] if not (percent and "e" in reading.lower()):
                return Figure(reading, percent)
            case [] | [_]:
                raise NotWritten(f"is not a number; one looks like {self._number_example}")
        of_points, of_commas = _read(number, _OF_POINTS), _read(number, _OF_COMMAS)
        raise NotWritten(f"could be {of_points} (locale en) or {of_commas} (locale de); say which by locale (cairn import --locale)")

    def day(self, text: str) -> date:
        """A day: YYYY-MM-DD always, and as it was told. Raises NotWritten."""
        if _ISO_DAY.fullmatch(text):
            return _day(text[:4], text[5:7], text[8:])
        told = self.date_format or (_HABITS[self.locale].date_format if self.locale else None)
        if told is not None:
            found = _day_pattern(told).fullmatch(text)
            if found is None:
                raise NotWritten(f"is not a day; one looks like {day_example(told)}")
            return _day(found["y"], found["m"], found["d"])
        found = _LOCAL_DAY.fullmatch(text)
        if found is None:
            raise NotWritten("is not a day; one looks like 2026-03-31")
        first, separator, second, year = found.groups()
        readings = {
            name: reading
            for name, reading in (
                (f"dd{separator}mm{separator}yyyy", _day_or_none(year, second, first)),
                (f"mm{separator}dd{separator}yyyy", _day_or_none(year, first, second)),
            )
            if reading is not None
        }
        match sorted(set(readings.values())):
            case [reading]:
                return reading
            case []:
                raise NotWritten("is no day of the calendar")
        told_apart = " or ".join(f"{reading} ({name})" for name, reading in readings.items())
        raise NotWritten(f"could be {told_apart}; say which by date_format (cairn import --date-format)")

    @property
    def _number_example(self) -> str:
        return "0.75" if self.locale is None else f"0{_HABITS[self.locale].point}75"

    def _readings(self, number: str) -> set[str]:
        if self.locale is not None:
            return _texts(number, (_HABITS[self.locale],))
        if _PLAIN.fullmatch(number) and (self.point_told or _read(number, _OF_COMMAS) is None):
            return {number}
        return _texts(number, (_OF_POINTS, _OF_COMMAS, *_ANY_SPACES))


def checked_date_format(text: str) -> str:
    """A format of days: dd, mm and yyyy (or d, m, yy) in any order, parted by points, slashes, dashes or spaces. Raises ValueError."""
    found = _DATE_FORMAT.fullmatch(text.lower())
    if found is None or {part[0] for part in found.group(1, 3, 4)} != {"d", "m", "y"}:
        raise ValueError("a format of days names dd, mm and yyyy once each, parted by . / - or spaces, such as dd.mm.yyyy")
    return text.lower()


def day_example(date_format: str) -> str:
    """The 31st of March 2026, so written."""
    return _tokens(date_format, {"d": "31", "m": "03", "yyyy": "2026", "yy": "26"})


def _tokens(date_format: str, texts: Mapping[str, str]) -> str:
    return re.sub("d+|m+|y+", lambda token: texts.get(token[0]) or texts[token[0][0]], date_format)


@cache
def _day_pattern(date_format: str) -> re.Pattern[str]:
    parts = {"d": r"(?P<d>\d{1,2})", "m": r"(?P<m>\d{1,2})", "yyyy": r"(?P<y>\d{4})", "yy": r"(?P<y>\d{2})"}
    return re.compile(_tokens(date_format.replace(".", r"\."), parts), re.ASCII)


def _day(year: str, month: str, day: str) -> date:
    found = _day_or_none(year, month, day)
    if found is None:
        raise NotWritten("is no day of the calendar")
    return found


def _day_or_none(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (_CENTURY if len(year) == len("yy") else 0), int(month), int(day))
    except ValueError:
        return None


def _texts(number: str, habits: tuple[_Habit, ...]) -> set[str]:
    return {text for habit in habits if (text := _read(number, habit)) is not None}


def _read(number: str, habit: _Habit) -> str | None:
    """A number with a point, as a country writes it; None: it does not."""
    found = _number_pattern(habit.point, habit.groups).fullmatch(number)
    if found is None:
        return None
    whole = re.sub(f"[{re.escape(habit.groups)}]", "", found["whole"])
    return f"{found['sign']}{whole}{'.' if found['fraction'] else ''}{found['fraction'] or ''}{found['exponent'] or ''}"


@cache
def _number_pattern(point: str, groups: str) -> re.Pattern[str]:
    group = f"[{re.escape(groups)}]"
    return re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>[1-9]\d{{0,2}}(?P<group>{group})\d{{3}}(?:(?P=group)\d{{3}})*|\d+|(?={re.escape(point)}\d))"
        rf"(?:{re.escape(point)}(?P<fraction>\d*))?(?P<exponent>[eE][+-]?\d+)?",
        re.ASCII,
    )
