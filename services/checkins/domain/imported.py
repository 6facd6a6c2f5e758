"""What the rows of a table say of one key result, beside what was said of it before.

A row is identified by what it is about, never by what it says: a row of check-ins by its day, whose check-in it is, whose part, and its
place among such rows in its table; a grade by its day. So the same rows again change nothing, a row that says something
else corrects that very check-in, one whose check-in was retracted brings it back, and a row that is left out changes nothing.

Check-ins of a day and a person are matched with rows in the order in which they were recorded, whoever typed them in: a row `by` Ann
finds the check-in that Ann made by hand on that day, too. A row that names nobody finds the check-ins of imports that named nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, assert_never

from google.protobuf.message import Message

from cairn.checkins.v1.events_pb2 import (
    SAID_STATUS_UNSPECIFIED,
    SOURCE_IMPORT,
    CheckInAbstained,
    CheckInCorrected,
    CheckInRecorded,
    CheckInRestored,
    CheckInRetracted,
    KeyResultGraded,
    SaidStatus,
)
from cairn.checkins.v1.service_pb2 import (
    ROW_CHANGE_CORRECTED,
    ROW_CHANGE_NEW,
    ROW_CHANGE_NONE,
    ROW_CHANGE_RESTORED,
    ROW_CHANGE_RETRACTED,
    CheckIn,
    CheckInRow,
    GradeRow,
    RowChange,
    SaidBefore,
)
from chassis.days import Day
from chassis.errors import Refused, invalid
from chassis.events import RecordedEvent
from chassis.ids import Id
from checkins.domain import check_ins
from checkins.domain.key_results import KeyResult, require_gradable, require_open

NOBODY: Id = b""
_REASON = "its row in an imported table says otherwise"


@dataclass(slots=True)
class SaidCheckIn:
    """A check-in as it was said last, and whose it is."""

    check_in_id: Id
    as_of: Day
    by: Id  # NOBODY: an import that named nobody
    imported: bool
    value: float | None = None
    milestones_done: int = 0
    confidence: int | None = None
    blockers: tuple[str, ...] = ()  # these and the status were said with the first value, and nothing corrects them
    said_status: SaidStatus.ValueType = SAID_STATUS_UNSPECIFIED
    comment: str = ""
    abstention: str | None = None  # the reason
    stands: bool = True

    def says(self, event: CheckInRecorded | CheckInCorrected | CheckInRestored) -> None:
        """Takes over what the event says."""
        self.value = event.value if event.HasField("value") else None
        self.milestones_done = event.milestones_done
        self.confidence = event.confidence if event.HasField("confidence") else None
        self.comment, self.abstention = event.comment, None


@dataclass(slots=True)
class Said:
    """All that was said of one key result, in the order of recording."""

    events: int = 0  # that it is read from
    last_event: Id = b""
    check_ins: dict[Id, SaidCheckIn] = field(default_factory=dict)
    grades: dict[Day, list[KeyResultGraded]] = field(default_factory=dict)  # by the day that they speak of

    _of_days: dict[tuple[Day, Id, Id], list[SaidCheckIn]] = field(default_factory=dict)

    def of_day(self, day: Day, by: Id, part: Id = b"") -> list[SaidCheckIn]:
        """The check-ins that rows of a day, a person and a part may be about. What a person made and took back was never a row's."""
        return [check_in for check_in in self._of_days.get((day, by, part), ()) if check_in.stands or check_in.imported]

    def take(self, recorded: RecordedEvent, event: Message) -> None:
        """Takes in the next event of the key result's check-ins. Raises TypeError for one that this function does not name."""
        match event:
            case CheckInRecorded():
                first = self._first_said(recorded, event)
                first.says(event)
                first.blockers, first.said_status = tuple(event.blockers), event.said_status
            case CheckInAbstained():
                self._first_said(recorded, event).abstention = event.reason
            case CheckInCorrected():
                self.check_ins[event.check_in_id].says(event)
            case CheckInRetracted():
                self.check_ins[event.check_in_id].stands = False
            case CheckInRestored():
                check_in = self.check_ins[event.check_in_id]
                check_in.says(event)
                check_in.abstention = event.abstention if event.HasField("abstention") else None
                check_in.stands = True
            case KeyResultGraded():
                self.grades.setdefault(event.as_of, []).append(event)
            case _:
                raise TypeError(f"{type(event).__name__} is no event of check-ins")
        self.events += 1
        self.last_event = recorded.event_id

    def _first_said(self, recorded: RecordedEvent, event: CheckInRecorded | CheckInAbstained) -> SaidCheckIn:
        imported = event.source == SOURCE_IMPORT
        by = recorded.on_behalf_of or (NOBODY if imported else recorded.actor_id)
        part = event.part_id if isinstance(event, CheckInRecorded) else b""
        check_in = self.check_ins[event.check_in_id] = SaidCheckIn(event.check_in_id, event.as_of, by, imported)
        self._of_days.setdefault((event.as_of, by, part), []).append(check_in)
        return check_in


class Imported(NamedTuple):
    """What a row comes to."""

    change: RowChange.ValueType
    check_in_id: Id = b""  # that it is about; empty: a grade
    events: tuple[Message, ...] = ()
    before: SaidBefore | None = None  # what it changes; None: nothing that was there


# -- check-ins -------------------------------------------------------------------------------------------------------------------------


def check_in_rows(
    rows: Sequence[tuple[CheckInRow, Id]], before: Sequence[SaidCheckIn], key_result: KeyResult, today: Day
) -> list[Imported | Refused]:
    """What the rows of one key result, day and person say, each with the id for what it records anew, in their order.

    The first is about the first of `before`, and so on. A row that cannot be taken keeps its place where there are as many check-ins as
    rows; where there are fewer, it never had one. Refused is what `check_ins.record` refuses with, unless a row says what stands already.
    """
    worded = [_worded(row, new_id, key_result, today) for row, new_id in rows]
    takes_part = [len(before) >= len(rows) or not isinstance(wanted, Refused) for wanted in worded]
    left = iter(before)
    imported: list[Imported | Refused] = []
    for (row, new_id), wanted, takes in zip(rows, worded, takes_part, strict=True):
        about = next(left, None) if takes else None
        outcome = _comes_to(row, new_id, wanted, about, key_result)
        if about is not None and isinstance(outcome, Imported) and (outcome.change != ROW_CHANGE_NONE or _kept(row, about)):
            outcome = outcome._replace(before=_stood(about))
        imported.append(outcome)
    return imported


def _stood(about: SaidCheckIn) -> SaidBefore:
    comment = about.comment if about.abstention is None else about.abstention
    return SaidBefore(
        value=about.value,
        comment=comment,
        retracted=not about.stands,
        confidence=about.confidence,
        blockers=about.blockers,
        said_status=about.said_status,
    )


def _kept(row: CheckInRow, about: SaidCheckIn) -> bool:
    """Whether a row names blockers, or a status, that are not those that were said with the first value: these stay."""
    report = row.check_in
    other_blockers = bool(report.blockers) and tuple(report.blockers) != about.blockers
    return other_blockers or (report.said_status not in (SAID_STATUS_UNSPECIFIED, about.said_status))


def _worded(row: CheckInRow, new_id: Id, key_result: KeyResult, today: Day) -> CheckInRecorded | CheckInAbstained | Refused:
    if not row.check_in.HasField("as_of"):
        return invalid("check_in.as_of", "a row needs the day that it is true of")
    try:
        return check_ins.recorded_as_worded(key_result, new_id, _as_imported(row.check_in), today)
    except Refused as refused:
        return refused


def _comes_to(
    row: CheckInRow,
    new_id: Id,
    wanted: CheckInRecorded | CheckInAbstained | Refused,
    about: SaidCheckIn | None,
    key_result: KeyResult,
) -> Imported | Refused:
    if isinstance(wanted, Refused):
        return wanted
    if about is not None and _says_the_same(row, about):
        return Imported(ROW_CHANGE_NONE, about.check_in_id)
    try:
        require_open(key_result)
    except Refused as refused:
        return refused
    if about is None:
        if row.retracted:  # it has its place among those of its day, and may come back
            return Imported(ROW_CHANGE_NEW, new_id, (wanted, _retraction(wanted, row.retraction_reason)))
        return Imported(ROW_CHANGE_NEW, new_id, (wanted,))
    wanted.check_in_id = about.check_in_id
    if row.retracted:
        return Imported(ROW_CHANGE_RETRACTED, about.check_in_id, (_retraction(wanted, row.retraction_reason),))
    if not about.stands:
        return Imported(ROW_CHANGE_RESTORED, about.check_in_id, (_restored(row, wanted, about),))
    return Imported(ROW_CHANGE_CORRECTED, about.check_in_id, _corrected(row, wanted, about, new_id))


def _says_the_same(row: CheckInRow, about: SaidCheckIn) -> bool:
    if row.retracted or not about.stands:
        return row.retracted and not about.stands
    report = row.check_in
    match report.WhichOneof("what"):
        case "abstention":
            return about.abstention == report.abstention
        case "value":
            return about.abstention is None and about.value == report.value and _says_so_much(row, about)
        case "milestones_done":
            bits = sum(1 << (number - 1) for number in set(report.milestones_done.numbers) if 1 <= number <= 64)
            same = about.abstention is None and about.value is None and about.milestones_done == bits
            return same and _says_so_much(row, about)
        case None:
            return False
        case other:
            assert_never(other)


def _says_so_much(row: CheckInRow, about: SaidCheckIn) -> bool:
    """Whether a row has the comment and the confidence that stand; where it says nothing of confidence, that stays."""
    report = row.check_in
    return _comment(row, about) == about.comment and (not report.HasField("confidence") or report.confidence == about.confidence)


def _comment(row: CheckInRow, about: SaidCheckIn) -> str:
    return row.check_in.comment if row.says_comment else about.comment


def _as_imported(report: CheckIn) -> CheckIn:
    imported = CheckIn()
    imported.CopyFrom(report)
    imported.source = SOURCE_IMPORT
    return imported


def _corrected(row: CheckInRow, wanted: CheckInRecorded | CheckInAbstained, about: SaidCheckIn, correction_id: Id) -> tuple[Message, ...]:
    """A value in place of a value is a correction; between a value and an abstention, the one goes and the other stands in its place."""
    if isinstance(wanted, CheckInAbstained) or about.abstention is not None:
        return _retraction(wanted), _restored(row, wanted, about)
    corrected = CheckInCorrected(
        check_in_id=about.check_in_id,
        correction_id=correction_id,
        key_result_id=wanted.key_result_id,
        objective_id=wanted.objective_id,
        milestones_done=wanted.milestones_done,
        as_of=wanted.as_of,
        confidence=_confidence(wanted, about),
        comment=_comment(row, about),
        reason=_REASON,
    )
    if wanted.HasField("value"):
        corrected.value = wanted.value
    return (corrected,)


def _restored(row: CheckInRow, wanted: CheckInRecorded | CheckInAbstained, about: SaidCheckIn) -> CheckInRestored:
    restored = CheckInRestored(
        check_in_id=about.check_in_id, key_result_id=wanted.key_result_id, objective_id=wanted.objective_id, as_of=wanted.as_of
    )
    if isinstance(wanted, CheckInAbstained):
        restored.abstention = wanted.reason
        return restored
    restored.milestones_done, restored.comment = wanted.milestones_done, _comment(row, about)
    if wanted.HasField("value"):
        restored.value = wanted.value
    if (confidence := _confidence(wanted, about)) is not None:
        restored.confidence = confidence
    return restored


def _confidence(wanted: CheckInRecorded, about: SaidCheckIn) -> int | None:
    return wanted.confidence if wanted.HasField("confidence") else about.confidence


def _retraction(of: CheckInRecorded | CheckInAbstained, reason: str = "") -> CheckInRetracted:
    return CheckInRetracted(
        check_in_id=of.check_in_id, key_result_id=of.key_result_id, objective_id=of.objective_id, as_of=of.as_of, reason=reason or _REASON
    )


# -- grades ----------------------------------------------------------------------------------------------------------------------------


def grade_rows(rows: Sequence[GradeRow], before: Sequence[KeyResultGraded], key_result: KeyResult, today: Day) -> list[Imported | Refused]:
    """What the rows of one key result and one day say, in their order, after the grades that were given of that day before.

    The last grade of a day stands. So rows that were said last, in this order, are passed over, and the others are given in theirs.
    """
    wanted: list[KeyResultGraded | Refused] = []
    for row in rows:
        try:
            wanted.append(_as_graded(row, key_result, today))
        except Refused as refused:
            wanted.append(refused)
    of_rows = [(row, grade) for row, grade in zip(rows, wanted, strict=True) if isinstance(grade, KeyResultGraded)]
    there = max(n for n in range(min(len(before), len(of_rows)) + 1) if _are_last(of_rows[:n], before))
    change = ROW_CHANGE_CORRECTED if before else ROW_CHANGE_NEW
    imported: list[Imported | Refused] = []
    taken = 0
    for grade in wanted:
        if isinstance(grade, Refused):
            imported.append(grade)
            continue
        taken += 1
        outcome = Imported(ROW_CHANGE_NONE) if taken <= there else _given(grade, key_result, change)
        if before and isinstance(outcome, Imported) and outcome.change != ROW_CHANGE_NONE:
            last = before[-1]
            outcome = outcome._replace(before=SaidBefore(value=last.grade if last.HasField("grade") else None, comment=last.reason))
        imported.append(outcome)
    return imported


def _as_graded(row: GradeRow, key_result: KeyResult, today: Day) -> KeyResultGraded:
    """The grade as its row words it; whether it may still be given is asked once it is known to be another one."""
    return check_ins.grade_as_worded(key_result, row.grade, today, SOURCE_IMPORT)


def _given(grade: KeyResultGraded, key_result: KeyResult, change: RowChange.ValueType) -> Imported | Refused:
    try:
        require_gradable(key_result, grade.as_of)
    except Refused as refused:
        return refused
    return Imported(change, events=(grade,))


def _are_last(rows: Sequence[tuple[GradeRow, KeyResultGraded]], before: Sequence[KeyResultGraded]) -> bool:
    """Whether these rows were the last to be said, in this order."""
    return all(_same_grade(row, grade, given) for (row, grade), given in zip(rows, before[len(before) - len(rows) :], strict=True))


def _same_grade(row: GradeRow, grade: KeyResultGraded, given: KeyResultGraded) -> bool:
    same = grade.HasField("grade") == given.HasField("grade") and grade.grade == given.grade and grade.graded_on == given.graded_on
    return same and (not row.says_comment or grade.reason == given.reason)
