"""Numbers and days as people write them: read as was told, read where they mean one thing, and asked about where they could be either."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.importing.notation import Figure, Notation, NotWritten, checked_date_format
from shared.tables import LOCALES, Locale

UNTOLD = Notation()
PARTED_BY_SEMICOLONS = Notation(point_told=False)


def refused(read: object, text: str) -> str:
    with pytest.raises(NotWritten) as why:
        read(text)  # type: ignore[operator]
    return str(why.value)


class TestNumbers:
    @pytest.mark.parametrize(
        ("locale", "text", "number"),
        [
            ("de", "1.234", "1234"),
            ("de", "1.234.567,89", "1234567.89"),
            ("de", "0,75", "0.75"),
            ("de", "-12,5", "-12.5"),
            ("de", "\u22125", "-5"),
            ("de", ",5", ".5"),
            ("de", "1e3", "1e3"),
            ("de-CH", "1’234.5", "1234.5"),
            ("de-AT", "1 234,5", "1234.5"),
            ("en", "1,234.5", "1234.5"),
            ("en", "1,234", "1234"),
            ("fr", "1\u202f234,5", "1234.5"),
            ("sv", "1\u00a0234,5", "1234.5"),
        ],
    )
    def test_are_read_as_the_locale_writes_them(self, locale: Locale, text: str, number: str) -> None:
        assert Notation(locale).figure(text) == Figure(number, percent=False)

    @pytest.mark.parametrize(
        ("locale", "text"), [("de", "0.75"), ("de", "1.23"), ("en", "0,75"), ("en", "12,34"), ("fr", "1.234"), ("de", "1.234 567")]
    )
    def test_are_refused_where_the_locale_does_not_write_them_so(self, locale: Locale, text: str) -> None:
        assert refused(Notation(locale).figure, text).startswith("is not a number; one looks like ")

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("0,75", "0.75"),
            ("12,5", "12.5"),
            ("0,750", "0.750"),
            ("1.234,5", "1234.5"),
            ("1,234.5", "1234.5"),
            ("1,234,567", "1234567"),
            ("1 234", "1234"),
            ("1 234,5", "1234.5"),
            ("1'234.5", "1234.5"),
            ("1.234", "1.234"),
        ],
    )
    def test_that_mean_one_thing_need_no_locale(self, text: str, number: str) -> None:
        assert UNTOLD.figure(text) == Figure(number, percent=False)

    def test_that_could_be_either_are_asked_about(self) -> None:
        asked = "could be 1234 (locale en) or 1.234 (locale de); say which by locale (cairn import --locale)"
        assert refused(UNTOLD.figure, "1,234") == asked

    def test_a_point_could_be_either_in_a_table_that_commas_do_not_part(self) -> None:
        asked = "could be 1.234 (locale en) or 1234 (locale de); say which by locale (cairn import --locale)"
        assert refused(PARTED_BY_SEMICOLONS.figure, "1.234") == asked
        assert [PARTED_BY_SEMICOLONS.figure(text).text for text in ("0.75", "1234", "1.5", "1,5")] == ["0.75", "1234", "1.5", "1.5"]

    @pytest.mark.parametrize("text", ["75%", "75 %", "75\u00a0%"])
    def test_percent_is_told_apart(self, text: str) -> None:
        assert UNTOLD.figure(text) == Figure("75", percent=True)

    @pytest.mark.parametrize("text", ["much", "", "%", "1_000", "١", "NaN", "1,23,456", "1.2.3", "1e3%", "-", ",", "."])
    @pytest.mark.parametrize("notation", [UNTOLD, PARTED_BY_SEMICOLONS, Notation("de"), Notation("en")])
    def test_what_is_none_is_refused(self, notation: Notation, text: str) -> None:
        assert refused(notation.figure, text).startswith("is not a number")

    @given(number=st.integers(-(10**9), 10**9), locale=st.sampled_from(LOCALES))
    def test_a_number_without_marks_is_the_same_everywhere(self, number: int, locale: Locale) -> None:
        assert {Notation(locale).figure(str(number)).text, PARTED_BY_SEMICOLONS.figure(str(number)).text} == {str(number)}


class TestDays:
    @pytest.mark.parametrize(
        ("notation", "text", "day"),
        [
            (Notation("de"), "03.04.2026", date(2026, 4, 3)),
            (Notation("de"), "3.4.2026", date(2026, 4, 3)),
            (Notation("en-US"), "03/04/2026", date(2026, 3, 4)),
            (Notation("en-GB"), "03/04/2026", date(2026, 4, 3)),
            (Notation("en-US", "dd/mm/yyyy"), "03/04/2026", date(2026, 4, 3)),
            (Notation(date_format="mm-dd-yy"), "03-04-26", date(2026, 3, 4)),
            (Notation(date_format="yyyy/mm/dd"), "2026/03/04", date(2026, 3, 4)),
        ],
    )
    def test_are_read_as_was_told(self, notation: Notation, text: str, day: date) -> None:
        assert notation.day(text) == day

    @pytest.mark.parametrize("notation", [UNTOLD, *map(Notation, LOCALES), Notation(date_format="mm/dd/yyyy")])
    def test_year_month_and_day_are_read_always(self, notation: Notation) -> None:
        assert notation.day("2026-03-04") == date(2026, 3, 4)

    @pytest.mark.parametrize("text", ["31.03.2026", "31/3/2026", "03/31/2026"])
    def test_that_mean_one_thing_need_not_be_told(self, text: str) -> None:
        assert UNTOLD.day(text) == date(2026, 3, 31)
        assert UNTOLD.day("04/04/2026") == date(2026, 4, 4)

    @pytest.mark.parametrize("notation", [UNTOLD, Notation("en")])
    def test_that_could_be_either_are_asked_about(self, notation: Notation) -> None:
        asked = "could be 2026-04-03 (dd/mm/yyyy) or 2026-03-04 (mm/dd/yyyy); say which by date_format (cairn import --date-format)"
        assert refused(notation.day, "03/04/2026") == asked

    def test_one_that_is_written_otherwise_than_told_is_refused_with_one_that_is_right(self) -> None:
        assert refused(Notation("de").day, "03/04/2026") == "is not a day; one looks like 31.03.2026"
        assert refused(UNTOLD.day, "31.03.26") == "is not a day; one looks like 2026-03-31"

    @pytest.mark.parametrize("text", ["30.02.2026", "2026-02-30", "13/13/2026"])
    def test_one_that_no_calendar_has_is_refused(self, text: str) -> None:
        assert refused(UNTOLD.day, text) == "is no day of the calendar"


@pytest.mark.parametrize("text", ["", "dd.mm", "dd.mm.mm", "dd.mm/yyyy", "yyyymmdd", "dd.mm.yyyyy", "tt.mm.jjjj"])
def test_a_format_of_days_names_each_part_once(text: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        checked_date_format(text)
    assert checked_date_format("DD.MM.YYYY") == "dd.mm.yyyy"
