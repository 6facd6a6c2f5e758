"""Causes before consequences: what is to be mended is told once."""

from __future__ import annotations

from gateway.importing.causes import causes_of
from gateway.importing.tables import Named, Refusal

J1, FIRST, ANN = Named("objective", "j1"), Named("key result", "j1/1"), Named("person", "ann")
OBJECTIVE = Refusal("objectives.csv", 2, "title", "is empty", defines=J1)
KEY_RESULT = Refusal("key_results.csv", 2, "objective", "there is no J1", defines=FIRST, lacks=J1)
CHECK_INS = [Refusal("checkins.csv", line, "key_result", "there is no J1/1", lacks=FIRST) for line in (2, 3)]


def told(*refusals: Refusal) -> list[tuple[str, int, dict[str, int]]]:
    return [(cause.refusal.file, cause.refusal.line, dict(cause.consequences)) for cause in causes_of(refusals)]


def test_what_follows_from_a_refused_row_is_counted_with_the_first_cause() -> None:
    assert told(*CHECK_INS, KEY_RESULT, OBJECTIVE) == [("objectives.csv", 2, {"key_results.csv": 1, "checkins.csv": 2})]


def test_of_rows_that_lack_what_no_row_defines_the_first_stands_for_all() -> None:
    assert told(*CHECK_INS, KEY_RESULT) == [("key_results.csv", 2, {"checkins.csv": 2})]
    assert told(*reversed(CHECK_INS)) == [("checkins.csv", 2, {"checkins.csv": 1})]


def test_what_is_wrong_by_itself_is_told_by_itself() -> None:
    late = Refusal("checkins.csv", 4, "date", "lies in the future")
    lost = Refusal("checkins.csv", 5, "by", "Ann cannot be made", lacks=ANN)
    assert told(late, lost, OBJECTIVE) == [("checkins.csv", 4, {}), ("checkins.csv", 5, {}), ("objectives.csv", 2, {})]
