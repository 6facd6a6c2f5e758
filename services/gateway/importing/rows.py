"""The rows of check-ins and grades on their way: what each came to, and what no row says any more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar, assert_never

from cairn.checkins.v1 import service_pb2 as api
from chassis.days import Day, day_of, day_text
from chassis.ids import Id, id_text
from chassis.runtime import time_sliced
from chassis.texts import name_key
from gateway.importing.messages import check_in_row, grade_row
from gateway.importing.outcomes import Change
from gateway.importing.plan import CheckIn, Grade, ImportPlan
from gateway.importing.report import MOST_LEFT_OUT, Count, Difference, LeftOut
from gateway.importing.row_refusals import RowRefused, column_of
from gateway.importing.things import Things
from gateway.schemas.enums import SAID_STATUSES
from shared.tables import CHECK_INS, GRADES

_MOST_ROWS: Final = 500
_MOST_BYTES: Final = 1 << 19
_MOST_KEY_RESULTS: Final = 500

T = TypeVar("T", CheckIn, Grade)
M = TypeVar("M", api.CheckInRow, api.GradeRow)


class Rows:
    """The rows of an import that say something of key results."""

    def __init__(self, things: Things, plan: ImportPlan) -> None:
        self._things = things
        self._services = things.services
        self._report = things.report
        self._known = things.known
        self._plan = plan
        self._said_of: dict[Id, list[Id]] = {}  # by key result: the check-ins that rows are about

    async def check_ins(self) -> AsyncIterator[tuple[int, int]]:
        """Sends the rows of check-ins; tells how many of how many are done."""
        count, done = self._report.counts.check_ins, 0
        rows_of: dict[Id, list[tuple[CheckIn, Id]]] = {}  # by key result, each with whose it is
        async for check_in in time_sliced(self._plan.check_in_rows):
            ids = self._ids_of(check_in)
            if ids is not None:
                key_result_id, by = ids
                rows_of.setdefault(key_result_id, []).append((check_in, by))
        async for batch in _batches(_check_in_groups(rows_of, self._known.people)):
            yield done, len(self._plan.check_in_rows)
            request = api.ImportCheckInsRequest(rows=[row for _, row in batch])
            answer = await self._services.ask(self._services.backends.checkins.ImportCheckIns, request)
            async for (check_in, row), told in time_sliced(zip(batch, answer.rows, strict=True)):
                if told.check_in_id:
                    self._said_of.setdefault(row.check_in.key_result_id, []).append(told.check_in_id)
                if check_in.readable:
                    self._note(check_in, told, count)
                if told.HasField("plausible") and not told.plausible:
                    self._report.implausible.append(check_in)
            done += len(batch)

    def _ids_of(self, check_in: CheckIn) -> tuple[Id, Id] | None:
        """The ids of its key result and its person; None where one was refused."""
        try:
            self._known.require("key_result", "key result", check_in.key_result)
            self._known.require("by", "person", check_in.by)
            self._known.require("part", "person", check_in.part)
        except RowRefused as refused:
            if check_in.readable:
                self._things.refuse(check_in.row, refused)
            return None
        by = self._known.people.get(name_key(check_in.by), b"") if check_in.by is not None else b""
        key_result_id = self._known.key_results[name_key(check_in.key_result)]
        return key_result_id, by

    async def grades(self) -> AsyncIterator[tuple[int, int]]:
        """Sends the rows of grades; tells how many of how many are done."""
        count, done = self._report.counts.grades, 0
        rows_of: dict[Id, list[Grade]] = {}
        async for grade in time_sliced(self._plan.grades):
            try:
                self._known.require("key_result", "key result", grade.key_result)
            except RowRefused as refused:
                self._things.refuse(grade.row, refused)
                continue
            key_result_id = self._known.key_results[name_key(grade.key_result)]
            rows_of.setdefault(key_result_id, []).append(grade)
        async for batch in _batches(_grade_groups(rows_of)):
            yield done, len(self._plan.grades)
            request = api.ImportGradesRequest(rows=[row for _, row in batch])
            answer = await self._services.ask(self._services.backends.checkins.ImportGrades, request)
            async for (grade, _), told in time_sliced(zip(batch, answer.rows, strict=True)):
                self._note(grade, told, count)
            done += len(batch)

    def _note(self, said: CheckIn | Grade, told: api.ImportedRow, count: Count) -> None:
        row, outcome = said.row, self._report.outcomes.of_home(said.key_result)
        match told.change:
            case api.ROW_CHANGE_NEW:
                count.new += 1
                if isinstance(said, CheckIn):
                    outcome.check_ins += 1
                else:
                    outcome.grades += 1
            case api.ROW_CHANGE_NONE:
                count.already_there += 1
                if isinstance(said, CheckIn) and told.HasField("before"):
                    self._report.different += _kept(said, told.before)
            case api.ROW_CHANGE_CORRECTED | api.ROW_CHANGE_RESTORED | api.ROW_CHANGE_RETRACTED:
                count.corrected += 1
                outcome.changes += _changes(said, told.before)
                if isinstance(said, CheckIn):
                    self._report.different += _kept(said, told.before)
            case api.ROW_CHANGE_UNSPECIFIED:
                self._report.refuse([row.refused(column_of(row, told.field), told.message)])
            case change:
                raise ValueError(f"what a row that came to {change} is counted as is not decided")

    async def list_left_out(self) -> None:
        """Notes what earlier imports said of the key results of the tables, and no row says any more."""
        known = self._known.key_results
        named = [(known.get(name_key(key_result.reference)), key_result.reference) for key_result in self._plan.key_results]
        made = self._things.made  # of what this import made nothing was said before
        references = {
            key_result_id: reference for key_result_id, reference in named if key_result_id is not None and key_result_id not in made
        }
        there, graded_days = list(references), self._graded_days()
        for start in range(0, len(there), _MOST_KEY_RESULTS):
            await self._list_left_out_of(there[start : start + _MOST_KEY_RESULTS], references, graded_days)

    def _graded_days(self) -> dict[Id, list[Day]]:
        """Of which days the tables grade each key result that is there."""
        days: dict[Id, list[Day]] = {}
        for grade in self._plan.grades:
            key_result_id = self._known.key_results.get(name_key(grade.key_result))
            if key_result_id is not None:
                days.setdefault(key_result_id, []).append(day_of(grade.as_of))
        return days

    async def _list_left_out_of(
        self, key_result_ids: Sequence[Id], references: Mapping[Id, str], graded_days: Mapping[Id, Sequence[Day]]
    ) -> None:
        request = api.ListLeftOutRequest(
            key_result_ids=key_result_ids,
            check_in_ids=[one for key_result_id in key_result_ids for one in self._said_of.get(key_result_id, ())],
            check_ins=CHECK_INS in self._plan.tables,
            grades=GRADES in self._plan.tables,
        )
        for key_result_id in key_result_ids:
            for day in graded_days.get(key_result_id, ()):
                request.graded_days.add(key_result_id=key_result_id, as_of=day)
        answer = await self._services.ask(self._services.backends.checkins.ListLeftOut, request)
        self._report.left_out_count += answer.count
        for one in answer.left_out[: MOST_LEFT_OUT - len(self._report.left_out)]:
            self._report.left_out.append(
                LeftOut(
                    file=CHECK_INS if one.check_in_id else GRADES,
                    reference=references[one.key_result_id],
                    as_of=day_text(one.as_of),
                    by=self._known.handles.get(id_text(one.by)) if one.by else None,
                    value=one.value if one.HasField("value") else None,
                )
            )


def _kept(said: CheckIn, before: api.SaidBefore) -> list[Difference]:
    """The status and the blockers that a row names otherwise than they were said at first: nothing corrects these."""
    reference, there = f"{said.key_result} of {said.as_of}", SAID_STATUSES.words([before.said_status])[0] if before.said_status else None
    differences = []
    if said.status is not None and said.status != there:
        differences.append(Difference(reference, "status", said.status, there))
    if said.blockers and list(said.blockers) != list(before.blockers):
        differences.append(Difference(reference, "blockers", list(said.blockers), list(before.blockers)))
    return differences


def _changes(said: CheckIn | Grade, before: api.SaidBefore) -> list[Change]:
    """What a row says otherwise than what stood, field by field."""
    value = before.value if before.HasField("value") else None
    match said:
        case CheckIn():
            by, what, now = said.by, "value", said.value
            comment = said.comment if said.abstention is None else said.abstention
            retracted = said.retraction is not None
        case Grade():
            by, what, now, comment, retracted = None, "grade", said.grade, said.reason, False
        case _:
            assert_never(said)
    fields: list[tuple[str, Any, Any]] = [("retracted", before.retracted, retracted)]
    if not retracted:
        fields.append((what, value, now))
        if said.says_comment or comment:
            fields.append(("comment", before.comment or None, comment or None))
        if isinstance(said, CheckIn) and said.confidence is not None:
            fields.append(("confidence", before.confidence if before.HasField("confidence") else None, said.confidence))
    day = said.as_of.isoformat()
    return [Change(said.key_result, name, then, after, day, by) for name, then, after in fields if then != after]


# A message takes 1.5 KB: a group's are made when it is sent.


def _check_in_groups(
    rows_of: Mapping[Id, Sequence[tuple[CheckIn, Id]]], people: Mapping[str, Id]
) -> Iterator[list[tuple[CheckIn, api.CheckInRow]]]:
    """The rows of each key result, those of one day and person together."""
    for key_result_id, rows in rows_of.items():
        groups: dict[tuple[date, Id], list[CheckIn]] = {}
        for check_in, by in rows:
            groups.setdefault((check_in.as_of, by), []).append(check_in)
        for (_, by), group in groups.items():
            yield [(check_in, check_in_row(check_in, key_result_id, by, people)) for check_in in group]


def _grade_groups(rows_of: Mapping[Id, Sequence[Grade]]) -> Iterator[list[tuple[Grade, api.GradeRow]]]:
    """The rows of each key result, those of one day together."""
    for key_result_id, rows in rows_of.items():
        groups: dict[date, list[Grade]] = {}
        for grade in rows:
            groups.setdefault(grade.as_of, []).append(grade)
        for group in groups.values():
            yield [(grade, grade_row(grade, key_result_id)) for grade in group]


async def _batches(groups: Iterable[list[tuple[T, M]]]) -> AsyncIterator[list[tuple[T, M]]]:
    """Rows that belong together in one request, as many at once as one may hold; a group that is larger goes alone."""
    batch: list[tuple[T, M]] = []
    size = 0
    async for group in time_sliced(groups):
        its_size = sum([row.ByteSize() for _, row in group])
        if batch and (len(batch) + len(group) > _MOST_ROWS or size + its_size > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch += group
        size += its_size
    if batch:
        yield batch
