"""Which milestones are done, as events hold it: bit 0 of a number is the first one."""

from __future__ import annotations

from typing import Final

_BITS: Final = 64


def numbers_done(bits: int) -> list[int]:
    """The numbers of the milestones that are done, counted from 1."""
    return [number for number in range(1, _BITS + 1) if bits >> (number - 1) & 1]
