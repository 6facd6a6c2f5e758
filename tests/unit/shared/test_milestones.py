"""Which milestones are done."""

from __future__ import annotations

import pytest

from shared.milestones import numbers_done


@pytest.mark.parametrize(("bits", "numbers"), [(0, []), (1, [1]), (0b101, [1, 3]), (1 << 49, [50]), (1 << 63, [64])])
def test_they_are_counted_from_1(bits: int, numbers: list[int]) -> None:
    assert numbers_done(bits) == numbers
