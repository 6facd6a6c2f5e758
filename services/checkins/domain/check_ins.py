"""The check-ins of one key result: what was reported, what it is true of, what was corrected or taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, assert_never

from google.protobuf.message import Message

from cairn.checkins.v1.events_pb2 import (
    SOURCE_PERSON,
    CheckInAbstained,
    CheckInCorrected,
    CheckInRecorded,
    CheckInRestored,
    CheckInRetracted,
    KeyResultGraded,
    Source,
)
from cairn.checkins.v1.service_pb2 import CheckIn, CorrectCheckInRequest, GradeKeyResultRequest
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from checkins.domain.key_results import KeyResult, require_gradable, require_open
from checkins.domain.values import (
    milestones_as_bits,
    require_confidence,
    require_part,
    require_reported,
    require_value,
)
from shared.holding import require_not_ahead
from shared.texts import require_text

_OF_A_VALUE: Final = ("confidence", "comment", "blockers", "said_status")
"""What is said beside a value alone."""


@dataclass(slots=True)
class CheckIns:
    """Folded from the events of one key result. A correction leaves its check-in standing, with another value."""

    standing: dict[Id, Day] = field(default_factory=dict)  # check-ins that were not retracted, and the days they are true of
    abstentions: set[Id] = field(default_factory=set)  # those of them that carry no value
    retracted: set[Id] = field(default_factory=set)
    corrections: dict[Id, Id] = field(default_factory=dict)  # from a correction to the check-in that it corrects
    events: int = 0  # that it is folded from


def apply(check_ins: CheckIns, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case CheckInRecorded():
            check_ins.standing[event.check_in_id] = event.as_of
        case CheckInAbstained():
            check_ins.standing[event.check_in_id] = event.as_of
            check_ins.abstentions.add(event.check_in_id)
        case CheckInCorrected():
            check_ins.corrections[event.correction_id] = event.check_in_id
        case CheckInRetracted():
            del check_ins.standing[event.check_in_id]
            check_ins.abstentions.discard(event.check_in_id)
            check_ins.retracted.add(event.check_in_id)
        case CheckInRestored():
            check_ins.standing[event.check_in_id] = event.as_of
            check_ins.retracted.discard(event.check_in_id)
            if event.HasField("abstention"):
                check_ins.abstentions.add(event.check_in_id)
        case KeyResultGraded():
            pass  # it may be given again
        case _:
            raise TypeError(f"{type(event).__name__} is no event of check-ins")
    check_ins.events += 1


def copy(check_ins: CheckIns) -> CheckIns:
    """An independent copy."""
    standing, abstentions, retracted = dict(check_ins.standing), set(check_ins.abstentions), set(check_ins.retracted)
    return CheckIns(standing, abstentions, retracted, dict(check_ins.corrections), check_ins.events)


def record(key_result: KeyResult, check_in_id: Id, report: CheckIn, today: Day) -> CheckInRecorded | CheckInAbstained:
    """A check-in with a value, with milestones, or without either and with a reason. It needs no history: days may be
    reported in any order, tomorrow at the latest; without a day it speaks of today.

    Raises Refused: OBJECTIVE_CLOSED, OBJECTIVE_NOT_ACTIVE, KEY_RESULT_CANCELLED, IS_A_SUM; and (INVALID) MILESTONES_EXPECTED,
    VALUE_EXPECTED, MILESTONE_UNKNOWN, PART_IMPOSSIBLE, NOT_AN_OWNER, DAY_IN_FUTURE, ABSTENTION_WITHOUT_REASON, ABSTENTION_SAYS_MORE,
    and for a value, a confidence or a text that cannot be.
    """
    require_open(key_result)
    return recorded_as_worded(key_result, check_in_id, report, today)


def recorded_as_worded(key_result: KeyResult, check_in_id: Id, report: CheckIn, today: Day) -> CheckInRecorded | CheckInAbstained:
    """As `record`, whether the key result is open or not."""
    as_of = report.as_of if report.HasField("as_of") else today
    what = report.WhichOneof("what")
    if what == "abstention":
        return _abstention(key_result, check_in_id, report, as_of, today)
    recorded = CheckInRecorded()
    recorded.check_in_id = check_in_id
    recorded.key_result_id = key_result.key_result_id
    recorded.objective_id = key_result.objective_id
    recorded.as_of = as_of
    recorded.source = report.source or SOURCE_PERSON
    match what:
        case "value":
            require_value(key_result, report.value)
            recorded.value = report.value
        case "milestones_done":
            recorded.milestones_done = milestones_as_bits(key_result, report.milestones_done.numbers)
        case None:
            raise invalid("what", "a check-in has a value, milestones, or an abstention with its reason")
        case _:
            assert_never(what)
    require_not_ahead("as_of", as_of, today)
    if report.part:
        require_part(key_result, report)
        recorded.part_id = report.part
    if report.HasField("confidence"):
        require_confidence(report.confidence)
        recorded.confidence = report.confidence
    if comment := report.comment:
        require_text("comment", comment, 4000)
        recorded.comment = comment
    if blockers := report.blockers:
        for blocker in blockers:
            require_text("blockers", blocker, 500)
        recorded.blockers.extend(blockers)
    if said_status := report.said_status:
        recorded.said_status = said_status
    return recorded


def _abstention(key_result: KeyResult, check_in_id: Id, report: CheckIn, as_of: Day, today: Day) -> CheckInAbstained:
    require_reported(key_result)
    if report.part:
        raise invalid("part", "an abstention is of the key result as a whole, never of a part", "PART_IMPOSSIBLE")
    said = {described.name for described, _ in report.ListFields()}
    if more := next((name for name in _OF_A_VALUE if name in said), None):
        raise invalid(more, "an abstention says why there is no value, and nothing else", "ABSTENTION_SAYS_MORE")
    require_not_ahead("as_of", as_of, today)
    require_text("abstention", report.abstention, 1000)
    if not report.abstention.strip():
        raise invalid("abstention", "say why there is no value", "ABSTENTION_WITHOUT_REASON")
    return CheckInAbstained(
        check_in_id=check_in_id,
        key_result_id=key_result.key_result_id,
        objective_id=key_result.objective_id,
        as_of=as_of,
        reason=report.abstention,
        source=report.source or SOURCE_PERSON,
    )


def correct(check_ins: CheckIns, key_result: KeyResult, correction_id: Id, wanted: CorrectCheckInRequest) -> CheckInCorrected:
    """Another value in place of a check-in's; it may be corrected again, always by its own id.

    Raises Refused: CHECK_IN_UNKNOWN, CHECK_IN_RETRACTED, CORRECTION_OF_CORRECTION, CORRECTION_OF_ABSTENTION, and as `record`.
    """
    require_open(key_result)
    as_of = _day_of_standing(check_ins, wanted.check_in_id)
    if wanted.check_in_id in check_ins.abstentions:
        raise Refused(
            "CORRECTION_OF_ABSTENTION", "an abstention has no value to correct; retract it, and check in instead", field="check_in_id"
        )
    corrected = CheckInCorrected(
        check_in_id=wanted.check_in_id,
        correction_id=correction_id,
        key_result_id=key_result.key_result_id,
        objective_id=key_result.objective_id,
        as_of=as_of,
        confidence=wanted.confidence if wanted.HasField("confidence") else None,
        comment=wanted.comment,
        reason=wanted.reason,
    )
    match wanted.WhichOneof("what"):
        case "value":
            require_value(key_result, wanted.value)
            corrected.value = wanted.value
        case "milestones_done":
            corrected.milestones_done = milestones_as_bits(key_result, wanted.milestones_done.numbers)
        case None:
            raise invalid("what", "a correction has a value, or milestones")
    require_confidence(wanted.confidence)
    require_text("comment", wanted.comment, 4000)
    require_text("reason", wanted.reason, 1000)
    return corrected


def retract(check_ins: CheckIns, key_result: KeyResult, check_in_id: Id, reason: str) -> CheckInRetracted:
    """Take a check-in back, with its corrections; the one before it counts again.

    Raises Refused: CHECK_IN_UNKNOWN, CHECK_IN_RETRACTED, CORRECTION_OF_CORRECTION, and that the key result is not open, as `record`.
    """
    require_open(key_result)
    as_of = _day_of_standing(check_ins, check_in_id)
    require_text("reason", reason, 1000)
    return CheckInRetracted(
        check_in_id=check_in_id,
        key_result_id=key_result.key_result_id,
        objective_id=key_result.objective_id,
        as_of=as_of,
        reason=reason,
    )


def grade(key_result: KeyResult, wanted: GradeKeyResultRequest, today: Day) -> KeyResultGraded:
    """The figure given at the end, or, without one, an abstention from it; the newest stands. Given today, and of the day that it is
    given on, or of its objective's last one if that is earlier, unless it says otherwise.

    Raises Refused: OBJECTIVE_CLOSED, OBJECTIVE_NOT_ACTIVE, KEY_RESULT_CANCELLED, GRADE_AFTER_END; and (INVALID) DAY_IN_FUTURE, and for a
    figure outside 0 to 1.
    """
    require_gradable(key_result, day_of_grade(key_result, wanted, today))
    return grade_as_worded(key_result, wanted, today, SOURCE_PERSON)


def grade_as_worded(key_result: KeyResult, wanted: GradeKeyResultRequest, today: Day, source: Source.ValueType) -> KeyResultGraded:
    """As `grade`, whether the key result can be graded or not."""
    graded_on, as_of = _graded_on(wanted, today), day_of_grade(key_result, wanted, today)
    if wanted.HasField("grade") and not 0.0 <= wanted.grade <= 1.0:
        raise invalid("grade", f"a grade is a figure from 0 to 1; this is {wanted.grade}")
    require_not_ahead("as_of", as_of, today)
    require_not_ahead("graded_on", graded_on, today)
    require_text("reason", wanted.reason, 1000)
    return KeyResultGraded(
        key_result_id=key_result.key_result_id,
        objective_id=key_result.objective_id,
        grade=wanted.grade if wanted.HasField("grade") else None,
        as_of=as_of,
        graded_on=graded_on,
        reason=wanted.reason,
        source=source,
    )


def day_of_grade(key_result: KeyResult, wanted: GradeKeyResultRequest, today: Day) -> Day:
    """The day that a grade speaks of."""
    if wanted.HasField("as_of"):
        return wanted.as_of
    graded_on = _graded_on(wanted, today)
    return graded_on if key_result.ended_on is None else min(graded_on, key_result.ended_on)


def _graded_on(wanted: GradeKeyResultRequest, today: Day) -> Day:
    return wanted.graded_on if wanted.HasField("graded_on") else today


def _day_of_standing(check_ins: CheckIns, check_in_id: Id) -> Day:
    as_of = check_ins.standing.get(check_in_id)
    if as_of is not None:
        return as_of
    if check_in_id in check_ins.retracted:
        raise Refused("CHECK_IN_RETRACTED", f"check-in {id_text(check_in_id)} was retracted; it no longer stands", field="check_in_id")
    if (original := check_ins.corrections.get(check_in_id)) is not None:
        raise Refused(
            "CORRECTION_OF_CORRECTION",
            f"{id_text(check_in_id)} is itself a correction; name the check-in that it corrects, {id_text(original)}",
            field="check_in_id",
        )
    raise Refused("CHECK_IN_UNKNOWN", "this key result has no such check-in", kind=Kind.UNKNOWN, field="check_in_id")
