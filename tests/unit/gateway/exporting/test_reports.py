"""Check-ins as rows of tables."""

from __future__ import annotations

import pytest

from cairn.progress.v1 import service_pb2 as pb
from gateway.exporting.definitions import LeftOut, Names, Written
from gateway.exporting.reports import check_in_told
from tests.support.events import an_id

NAMES = Names({an_id("K1"): "K1"}, {}, {}, {}, {})


def told(*blockers: str, **said: object) -> Written | LeftOut:
    return check_in_told(pb.CountedCheckIn(key_result_id=an_id("K1"), as_of=20_000, **said), "metric", NAMES, blockers)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("blockers", "cell"), [(["No stand yet", "too few; again"], "No stand yet;too few\\; again"), (["NA"], "NA;"), ([], "")]
)
def test_a_check_in_names_what_stood_in_the_way(blockers: list[str], cell: str) -> None:
    row = told(*blockers, value=3.0)
    assert isinstance(row, Written)
    assert row.row["blockers"] == cell


def test_an_abstention_that_took_the_place_of_a_value_has_none_of_its_blockers() -> None:
    row = told("No stand yet", abstention="ill")
    assert isinstance(row, Written)
    assert row.row["blockers"] is None


def test_a_check_in_that_was_retracted_has_no_row() -> None:
    assert isinstance(told("No stand yet", retracted=True), LeftOut)
