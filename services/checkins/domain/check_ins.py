"""The check-ins of one key result: what was reported, what it is true of, what was corrected or taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from google.protobuf.message import Message

from cairn.checkins.v1.events_pb2 import CheckInAbstained, CheckInCorrected, CheckInRecorded, CheckInRetracted, KeyResultGraded
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from checkins.domain.key_results import KeyResult
from checkins.domain.values import Day, milestones_as_bits, require_confidence, require_past, require_text, require_value


@dataclass(slots=True)
class CheckIns:
    """Folded from the events of one key result. A correction leaves its check-in standing, with another value."""

    standing: dict[Id, Day] = field(default_factory=dict)  # check-ins that were not retracted, and the days they are true of
    abstentions: set[Id] = field(default_factory=set)  # those of them that carry no value
    retracted: set[Id] = field(default_factory=set)
    corrections: dict[Id, Id] = field(default_factory=dict)  # from a correction to the check-in that it corrects


def apply(check_ins: CheckIns, event: Message) -> None:
    """Folds one event. A grade changes nothing here: it may be given again."""
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


def copy(check_ins: CheckIns) -> CheckIns:
    """An independent copy."""
    return CheckIns(dict(check_ins.standing), set(check_ins.abstentions), set(check_ins.retracted), dict(check_ins.corrections))


def record(key_result: KeyResult, wished: CheckInRecorded, milestones_done: Iterable[int] | None, today: Day) -> CheckInRecorded:
    """A check-in with a value, or with milestones by number. It needs no history: any day up to today may be reported, in any order.

    Raises Refused (INVALID): MILESTONES_EXPECTED, VALUE_EXPECTED, MILESTONE_UNKNOWN, DAY_IN_FUTURE, and for a value, a
    confidence or a text that cannot be.
    """
    if milestones_done is not None:
        wished.milestones_done = milestones_as_bits(key_result, milestones_done)
    else:
        require_value(key_result, wished.value)
    require_past("as_of", wished.as_of, today)
    require_confidence(wished.confidence)
    require_text("comment", wished.comment, 4000)
    for blocker in wished.blockers:
        require_text("blockers", blocker, 500)
    return wished


def abstain(wished: CheckInAbstained, today: Day) -> CheckInAbstained:
    """A check-in without a value, with a reason.

    Raises Refused (INVALID): ABSTENTION_WITHOUT_REASON, DAY_IN_FUTURE.
    """
    require_past("as_of", wished.as_of, today)
    require_text("abstention", wished.reason, 1000)
    if not wished.reason.strip():
        raise invalid("abstention", "say why there is no value", "ABSTENTION_WITHOUT_REASON")
    return wished


def correct(
    check_ins: CheckIns, key_result: KeyResult, wished: CheckInCorrected, milestones_done: Iterable[int] | None
) -> CheckInCorrected:
    """Another value in place of a check-in's; it may be corrected again, always by its own id.

    Raises Refused: CHECK_IN_UNKNOWN, CHECK_IN_RETRACTED, CORRECTION_OF_CORRECTION, CORRECTION_OF_ABSTENTION, and as `record`.
    """
    as_of = _day_of_standing(check_ins, wished.check_in_id)
    if wished.check_in_id in check_ins.abstentions:
        raise Refused(
            "CORRECTION_OF_ABSTENTION", "an abstention has no value to correct; retract it, and check in instead", field="check_in_id"
        )
    event = CheckInCorrected()
    event.CopyFrom(wished)
    event.as_of = as_of
    if milestones_done is not None:
        event.milestones_done = milestones_as_bits(key_result, milestones_done)
    else:
        require_value(key_result, wished.value)
    require_confidence(wished.confidence)
    require_text("comment", wished.comment, 4000)
    require_text("reason", wished.reason, 1000)
    return event


def retract(check_ins: CheckIns, key_result: KeyResult, check_in_id: Id, reason: str) -> CheckInRetracted:
    """Take a check-in back, with its corrections; the one before it counts again.

    Raises Refused: CHECK_IN_UNKNOWN, CHECK_IN_RETRACTED, CORRECTION_OF_CORRECTION.
    """
    as_of = _day_of_standing(check_ins, check_in_id)
    require_text("reason", reason, 1000)
    return CheckInRetracted(
        check_in_id=check_in_id,
        key_result_id=key_result.key_result_id,
        objective_id=key_result.objective_id,
        as_of=as_of,
        reason=reason,
    )


def grade(wished: KeyResultGraded, today: Day) -> KeyResultGraded:
    """The figure given at the end, or, without one, an abstention from it. The newest stands.

    Raises Refused (INVALID) for a figure outside 0 to 1, and DAY_IN_FUTURE.
    """
    if wished.HasField("grade") and not 0.0 <= wished.grade <= 1.0:
        raise invalid("grade", f"a grade is a figure from 0 to 1; this is {wished.grade}")
    require_past("as_of", wished.as_of, today)
    require_past("graded_on", wished.graded_on, today)
    require_text("reason", wished.reason, 1000)
    return wished


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
