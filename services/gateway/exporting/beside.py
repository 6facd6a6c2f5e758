"""Rows of what stands beside objectives: KPIs and their values, initiatives, tasks, milestones and comments.

Each as it is now. What was taken back, given up or retired has no row, or one that cannot say so, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.days import day_text
from chassis.ids import Id
from gateway.exporting.cells import OnDay, Row, day_or_none
from gateway.exporting.definitions import LeftOut, Names, Written, short
from gateway.schemas.enums import INITIATIVE_STATES, MILESTONE_PHASES, PRIORITIES
from gateway.schemas.mapping import People
from shared.figures import written
from shared.tables import COMMENTS, INITIATIVES, KPI_VALUES, KPIS, MILESTONES, TASKS, TableName

Shown = Callable[[str, Sequence[checkins.Mention], People], str]
"""A text with the handles of today."""

_NOBODY: Final = "belongs to somebody who was forgotten; the tables need somebody there"


def called(reference: str, its_id: Id) -> str:
    """What something goes by in the tables; its id is written without dashes, since with them it would be asked for as that id."""
    return reference or its_id.hex()


# -- KPIs ------------------------------------------------------------------------------------------------------------------------------


def kpi_rows(kpi: pb.Kpi, names: Names) -> Iterator[Written | LeftOut]:
    """A KPI with the range that it has now."""
    ref = called(kpi.reference, kpi.kpi_id)
    row: Row = {
        "kpi": ref,
        "title": kpi.title,
        "unit": kpi.unit,
        "low": kpi.low if kpi.HasField("low") else None,
        "high": kpi.high if kpi.HasField("high") else None,
        "owner": names.person(kpi.owner_id),
        "team": kpi.team,
    }
    yield Written(KPIS, row)
    if kpi.retired:
        yield LeftOut(KPIS, ref, "is retired; an import has no word for it, so retire it again there")


def kpi_value_rows(kpi: pb.Kpi, value: pb.KpiValue) -> Iterator[Written | LeftOut]:
    """A value of a KPI; of one that was judged by another range than that of now, it is told."""
    ref, told = called(kpi.reference, kpi.kpi_id), f"{written(value.value)} of {day_text(value.as_of)}"
    if value.retracted:
        yield LeftOut(KPI_VALUES, ref, f"{told} was retracted")
        return
    yield Written(KPI_VALUES, {"kpi": ref, "date": OnDay(value.as_of), "value": value.value})
    if value.in_range != _in_range(kpi, value.value):
        yield LeftOut(KPI_VALUES, ref, f"{told} was {'in' if value.in_range else 'out of'} the range of its day, which is another one now")
    if value.comment:
        yield LeftOut(KPI_VALUES, ref, f"the comment on {told}: {short(value.comment)}")


def _in_range(kpi: pb.Kpi, value: float) -> bool:
    return not (kpi.HasField("low") and value < kpi.low) and not (kpi.HasField("high") and value > kpi.high)


# -- work ------------------------------------------------------------------------------------------------------------------------------


def initiative_rows(initiative: pb.Initiative, names: Names) -> Iterator[Written | LeftOut]:
    """An initiative."""
    ref, owner = called(initiative.reference, initiative.initiative_id), names.person(initiative.owner_id)
    if not owner:
        yield LeftOut(INITIATIVES, ref, _NOBODY)
        return
    row: Row = {
        "initiative": ref,
        "title": initiative.title,
        "owner": owner,
        "for": _served(initiative.serves),
        "state": INITIATIVE_STATES.word(initiative.state),
        "start": day_or_none(initiative.start_day),
        "end": day_or_none(initiative.end_day),
    }
    yield Written(INITIATIVES, row)


def effort_left_out(file: TableName, reference: str, work: Id, worked_on: Collection[Id]) -> Iterator[LeftOut]:
    """That time was logged on a task or an initiative, where it was; how much may be one person's to know."""
    if work in worked_on:
        yield LeftOut(file, called(reference, work), "time was logged on it; the tables have no word for that")


def task_rows(task: pb.Task, names: Names) -> Iterator[Written | LeftOut]:
    """A task that was not cancelled."""
    ref, assignee = called(task.reference, task.task_id), names.person(task.assignee_id)
    if task.state == goals.TASK_STATE_CANCELLED:
        yield LeftOut(TASKS, ref, "is cancelled; the tables have no word for it")
        return
    if not assignee:
        yield LeftOut(TASKS, ref, _NOBODY)
        return
    row: Row = {
        "task": ref,
        "title": task.title,
        "assignee": assignee,
        "giver": names.person(task.giver_id),
        "priority": PRIORITIES.word(task.priority),
        "due": day_or_none(task.due_day),
        "for": _served(task.serves),
        "done_on": OnDay(task.done_on) if task.HasField("done_on") else None,
    }
    yield Written(TASKS, row)


def _served(serves: pb.Serves) -> str:
    """What work is for, by what it is for first."""
    for name in (serves.initiative, serves.key_result, serves.objective):
        if name.id:
            return called(name.reference, name.id)
    return ""


def milestone_rows(milestone: pb.Milestone) -> Iterator[Written | LeftOut]:
    """A milestone of the company or of a team."""
    ref = called(milestone.reference, milestone.milestone_id)
    row: Row = {
        "milestone": ref,
        "title": milestone.title,
        "day": OnDay(milestone.on_day),
        "team": milestone.team,
        "state": MILESTONE_PHASES.word(milestone.phase),
    }
    yield Written(MILESTONES, row)
    if milestone.first_day != milestone.on_day:
        yield LeftOut(MILESTONES, ref, f"was planned for {day_text(milestone.first_day)} at first")
    if milestone.HasField("reached_on") and milestone.reached_on != milestone.on_day:
        yield LeftOut(MILESTONES, ref, f"was reached on {day_text(milestone.reached_on)}; an import takes its day for it")


# -- comments --------------------------------------------------------------------------------------------------------------------------

_KINDS: Final[dict[int, str]] = {
    pb.COMMENT_KIND_KUDOS: "kudos",
    pb.COMMENT_KIND_ACKNOWLEDGEMENT: "an acknowledgement",
    pb.COMMENT_KIND_FEEDBACK_REQUEST: "a request for feedback",
    pb.COMMENT_KIND_FEEDBACK: "feedback",
}


class CommentRows:
    """Rows of comments, in the order in which they were written; a reply names the row that it answers by its number."""

    def __init__(self, shown: Shown) -> None:
        self._shown: Final = shown
        self._numbers: Final[dict[Id, int]] = {}

    def rows(self, comment: pb.Comment, names: Names) -> Iterator[Written | LeftOut]:
        """Of a comment on an objective or a key result; what else was said is told."""
        ref, author = names.of(comment.key_result_id or comment.objective_id), names.person(comment.author_id)
        if (why := _why_not(comment, author)) is not None:
            reactions = " with reactions to it" if comment.reactions else ""
            yield LeftOut(COMMENTS, ref, f"{why} of {day_text(comment.written_day)}{reactions}")
            return
        answered = self._numbers.get(comment.reply_to_id) if comment.reply_to_id else None
        self._numbers[comment.comment_id] = len(self._numbers) + 1
        row: Row = {
            "on": ref,
            "day": OnDay(comment.written_day),
            "by": author,
            "text": self._shown(comment.text, comment.mentions, names.people),
            "reply_to": None if answered is None else float(answered),
        }
        yield Written(COMMENTS, row)
        if comment.reply_to_id and answered is None:
            yield LeftOut(COMMENTS, ref, f"what row {len(self._numbers)} answers is left out")
        if comment.reactions:
            yield LeftOut(COMMENTS, ref, f"reactions to row {len(self._numbers)}")


def people_of_comments(comments: Iterable[pb.Comment]) -> set[Id]:
    """Everybody whom comments name."""
    return {person for one in comments for person in (one.author_id, *(mention.person_id for mention in one.mentions)) if person}


def _why_not(comment: pb.Comment, author: str) -> str | None:
    """Why the tables have no word for a comment; None: they have."""
    if comment.kind != pb.COMMENT_KIND_COMMENT:
        return _KINDS.get(comment.kind, "something said")
    if comment.taken_back:
        return "a comment that was taken back,"
    if comment.check_in_id:
        return "a comment on a check-in,"
    return None if author else "a comment by somebody who was forgotten,"


TABLES: Final[Sequence[TableName]] = (KPIS, KPI_VALUES, INITIATIVES, TASKS, MILESTONES, COMMENTS)
"""Those of this file."""
