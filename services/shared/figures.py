"""How a computed figure is shown: rounded half up by magnitude, and never across a bound that its status has not crossed.

What is not quite achieved is never shown as 1 (99.96 % is 99.9 %), and what has begun is never shown as 0. Half up is meant of the
digits in which the float is written: 0.1235 is 12.4 %, though its nearest double lies a little below.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

_OF_A_SHARE: Final = 3
"""Digits of a share that a percentage with one decimal shows."""
_OF_JSON: Final = 6
_OF_A_LINE: Final = 12
_OF_A_WORKBOOK: Final = 16
_ANY_FLOAT: Final = Context(prec=400, rounding=ROUND_HALF_UP)  # 309 digits before the point

_SURELY_ROUNDED_DOWN: Final = 4.99e-7  # further from the middle between two figures than a float below _EXACT_ENOUGH can err
_EXACT_ENOUGH: Final = 1e6


def percent(share: float) -> str:
    """A finite share of 0 to 1 as people read it: with one decimal."""
    return f"{_ANY_FLOAT.scaleb(_shown(share, _OF_A_SHARE), 2):.1f} %"


def written(number: float) -> str:
    """A number as people write it, with every digit that tells it from others; an exponent only from 1e16 on, and below 0.0001."""
    return repr(float(number) + 0.0).removesuffix(".0")  # + 0.0: there is no -0


def short(number: float) -> str:
    """A number in a line of text: with twelve digits at most, which is more than anybody measures and less than a float's noise."""
    return written(float(f"{number:.{_OF_A_LINE}g}"))


def as_a_workbook_keeps(number: float) -> float:
    """A number with the 16 digits that a workbook keeps of it."""
    return float(f"{number:.{_OF_A_WORKBOOK}g}")


def six_digits(number: float) -> float:
    """A finite share or mean as JSON shows it."""
    nearest = round(number, _OF_JSON)
    if nearest == number:
        return nearest + 0.0  # there is no -0
    clear = abs(number) < _EXACT_ENOUGH and abs(number - nearest) < _SURELY_ROUNDED_DOWN
    if clear and nearest not in (0.0, 1.0, -1.0):  # decimals take five times as long
        return nearest
    return float(_shown(number, _OF_JSON))


def _shown(number: float, digits: int) -> Decimal:
    written = Decimal(repr(number))
    unit = Decimal(1).scaleb(-digits)
    shown = _ANY_FLOAT.quantize(abs(written), unit)
    if abs(written) < 1 <= shown:
        shown = 1 - unit
    elif written and not shown:
        shown = unit
    return -shown if written < 0 else shown
