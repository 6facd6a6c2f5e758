"""KPIs, work, milestones and comments as rows of tables; what these have no word for is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from gateway.exporting.beside import CommentRows, initiative_rows, kpi_rows, kpi_value_rows, milestone_rows, task_rows
from gateway.exporting.cells import OnDay, rows_text
from gateway.exporting.definitions import LeftOut, Names, Written
from tests.support.events import an_id

ANN, BEN, GONE = an_id("ann"), an_id("ben"), an_id("gone")
NAMES = Names({an_id("J1"): "J1"}, {ANN: {"handle": "ann"}, BEN: {"handle": "ben"}, GONE: {"handle": None}}, {}, {}, {})
DAY = 20_000


def told(rows: Iterable[Written | LeftOut]) -> tuple[list[Any], list[str]]:
    rows = list(rows)
    return [row.row for row in rows if isinstance(row, Written)], [row.what for row in rows if isinstance(row, LeftOut)]


def kpi(**more: Any) -> pb.Kpi:
    said: dict[str, Any] = {"kpi_id": an_id("churn"), "reference": "churn", "title": "Churn", "unit": "percent", "low": 0.0, "high": 3.0}
    return pb.Kpi(**said | more)


def test_a_kpi_has_its_range_and_its_owner_of_now() -> None:
    (row,), left_out = told(kpi_rows(kpi(owner_id=BEN, team="Sales"), NAMES))
    assert (row["kpi"], row["low"], row["high"], row["owner"], row["team"], left_out) == ("churn", 0.0, 3.0, "ben", "Sales", [])


def test_what_goes_by_no_reference_gets_one_of_its_id() -> None:
    (row,), _ = told(kpi_rows(kpi(reference=""), NAMES))
    assert row["kpi"] == an_id("churn").hex()


def test_that_a_kpi_is_retired_is_told() -> None:
    rows, (what,) = told(kpi_rows(kpi(retired=True), NAMES))
    assert len(rows) == 1
    assert what.startswith("is retired")


@pytest.mark.parametrize(
    ("value", "rows", "words"),
    [
        (pb.KpiValue(as_of=DAY, value=2, in_range=True), 1, []),
        (pb.KpiValue(as_of=DAY, value=4, in_range=True), 1, ["the range of its day"]),
        (pb.KpiValue(as_of=DAY, value=2, in_range=True, comment="slow"), 1, ["slow"]),
        (pb.KpiValue(as_of=DAY, value=2, in_range=True, retracted=True), 0, ["was retracted"]),
    ],
)
def test_a_value_of_a_kpi(value: pb.KpiValue, rows: int, words: list[str]) -> None:
    written, left_out = told(kpi_value_rows(kpi(), value))
    assert (len(written), len(left_out)) == (rows, len(words))
    assert all(word in what for word, what in zip(words, left_out, strict=True))


def test_work_says_what_it_is_for_by_what_it_is_for_first() -> None:
    serves = pb.Serves(objective=pb.Name(id=an_id("J1"), reference="J1"), key_result=pb.Name(id=an_id("K1"), reference="K1"))
    fair = pb.Initiative(reference="I1", title="Fair", owner_id=BEN, serves=serves, state=goals.INITIATIVE_STATE_RUNNING, end_day=DAY)
    (row,), _ = told(initiative_rows(fair, NAMES))
    assert (row["for"], row["state"], row["start"], row["end"]) == ("K1", "running", None, OnDay(DAY))
    task = pb.Task(reference="T1", title="Book", assignee_id=BEN, giver_id=ANN, priority=goals.PRIORITY_HIGH, serves=serves)
    task.serves.initiative.CopyFrom(pb.Name(id=an_id("I1"), reference="I1"))
    (row,), _ = told(task_rows(task, NAMES))
    assert (row["for"], row["assignee"], row["giver"], row["priority"], row["done_on"]) == ("I1", "ben", "ann", "high", None)


def test_what_is_cancelled_or_belongs_to_nobody_has_no_row_and_is_told() -> None:
    cancelled = pb.Task(reference="T1", title="Book", assignee_id=BEN, state=goals.TASK_STATE_CANCELLED)
    of_nobody = pb.Task(reference="T2", title="Book", assignee_id=GONE, state=goals.TASK_STATE_OPEN)
    fair = pb.Initiative(reference="I1", title="Fair", owner_id=GONE)
    for rows in (task_rows(cancelled, NAMES), task_rows(of_nobody, NAMES), initiative_rows(fair, NAMES)):
        written, (what,) = told(rows)
        assert (written, bool(what)) == ([], True)


def test_a_milestone_tells_for_which_day_it_was_planned_and_when_it_was_reached() -> None:
    launch = pb.Milestone(
        reference="M1", title="Launch", on_day=DAY, first_day=DAY - 7, phase=goals.MILESTONE_PHASE_REACHED, reached_on=DAY + 1
    )
    (row,), left_out = told(milestone_rows(launch))
    assert (row["day"], row["state"]) == (OnDay(DAY), "reached")
    assert left_out == ["was planned for 2024-09-27 at first", "was reached on 2024-10-05; an import takes its day for it"]


class Talk:
    """Comments, row by row."""

    def __init__(self) -> None:
        self._rows = CommentRows(lambda text, mentions, people: f"{text}!")

    def told(self, name: str, **more: Any) -> tuple[list[Any], list[str]]:
        said: dict[str, Any] = {
            "comment_id": an_id(name),
            "kind": pb.COMMENT_KIND_COMMENT,
            "author_id": ANN,
            "text": name,
            "objective_id": an_id("J1"),
        }
        return told(self._rows.rows(pb.Comment(**said | {"written_day": DAY} | more), NAMES))


def test_a_reply_names_the_row_that_it_answers() -> None:
    talk = Talk()
    talk.told("first")
    talk.told("second")
    (row,), left_out = talk.told("third", reply_to_id=an_id("second"), author_id=BEN)
    assert (row["on"], row["by"], row["text"], row["reply_to"], left_out) == ("J1", "ben", "third!", 2.0, [])
    assert rows_text("comments.csv", [row]) == "J1,2024-10-04,ben,third!,2\n"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"kind": pb.COMMENT_KIND_KUDOS}, "kudos"),
        ({"kind": pb.COMMENT_KIND_FEEDBACK_REQUEST}, "a request for feedback"),
        ({"taken_back": True}, "taken back"),
        ({"check_in_id": an_id("c1")}, "on a check-in"),
        ({"author_id": GONE}, "forgotten"),
    ],
)
def test_what_the_table_of_comments_has_no_word_for_is_told_and_counts_as_no_row(more: dict[str, Any], why: str) -> None:
    talk = Talk()
    written, (what,) = talk.told("lost", **more)
    assert written == []
    assert why in what
    (row,), (orphan,) = talk.told("answer", reply_to_id=an_id("lost"))
    assert (row["reply_to"], orphan) == (None, "what row 1 answers is left out")
