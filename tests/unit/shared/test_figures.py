"""A rounded figure never crosses a bound that its status has not crossed."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.figures import percent, six_digits

ANY = st.floats(allow_nan=False, allow_infinity=False)
NEAR_A_BOUND = st.builds(
    lambda bound, exponent, sign: bound + sign * 10.0**exponent,
    st.sampled_from([-1.0, 0.0, 1.0]),
    st.floats(min_value=-18, max_value=-2),
    st.sampled_from([-1, 1]),
)
IN_THE_MIDDLE = st.builds(lambda n, digits: n / 10.0**digits, st.integers(-(10**9), 10**9), st.integers(3, 8))
FIGURES = ANY | NEAR_A_BOUND | IN_THE_MIDDLE


def _side_of_each_bound(figure: Fraction) -> tuple[bool, bool, bool]:
    return figure > 0, figure < 0, abs(figure) < 1


def _distance(shown: Fraction, figure: float) -> Fraction:
    return abs(shown - Fraction(Decimal(repr(figure))))


@given(FIGURES)
@example(0.9999996)
@example(0.99996)
@example(4e-7)
@example(5e-324)
@example(math.nextafter(1, 0))
def test_what_is_shown_lies_on_the_same_side_of_0_and_of_1(figure: float) -> None:
    in_percent = Fraction(percent(figure).removesuffix(" %")) / 100
    assert _side_of_each_bound(in_percent) == _side_of_each_bound(Fraction(figure))
    assert _side_of_each_bound(Fraction(six_digits(figure))) == _side_of_each_bound(Fraction(figure))


@given(FIGURES)
def test_what_is_shown_is_the_nearest_there_is_but_for_the_bounds(figure: float) -> None:
    in_percent = Fraction(percent(figure).removesuffix(" %")) / 100
    assert _distance(in_percent, figure) <= Fraction(1, 2000) or abs(in_percent) in (Fraction(999, 1000), Fraction(1, 1000))
    shown = six_digits(figure)
    written = Fraction(Decimal(repr(shown)))
    assert _distance(written, figure) <= Fraction(1, 2_000_000) or abs(shown) in (0.999999, 0.000001)


@given(IN_THE_MIDDLE)
def test_halves_go_up_by_magnitude(figure: float) -> None:
    written = Fraction(Decimal(repr(figure)))
    up = Fraction(math.floor(abs(written) * 10**6 + Fraction(1, 2)), 10**6)
    if up not in (0, 1):
        assert abs(Fraction(Decimal(repr(six_digits(figure))))) == up


@given(FIGURES)
def test_a_figure_and_its_negative_are_shown_alike_and_no_zero_is_negative(figure: float) -> None:
    assert six_digits(-figure) == -six_digits(figure)
    assert percent(-abs(figure)).removeprefix("-") == percent(abs(figure))
    assert math.copysign(1, six_digits(-0.0)) == 1
    assert percent(-0.0) == "0.0 %"


@given(ANY, ANY)
def test_what_is_more_is_never_shown_as_less(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert six_digits(less) <= six_digits(more)


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.9996, "99.9 %"), (1.0, "100.0 %"), (0.0001, "0.1 %"), (0.0, "0.0 %"), (0.1235, "12.4 %"), (1 / 3, "33.3 %"), (1.25049, "125.0 %")],
)
def test_a_percentage_has_one_decimal(share: float, shown: str) -> None:
    assert percent(share) == shown
