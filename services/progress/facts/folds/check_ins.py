"""What events say of check-ins and grades, as facts."""

from __future__ import annotations

from typing import Final

from cairn.checkins.v1 import events_pb2 as checkins
from chassis.days import Microseconds
from chassis.ids import Id
from progress.facts.facts import Facts
from progress.facts.folds.registry import Recorded, folds
from progress.facts.folds.versions import recording_of
from progress.facts.rows import (
    FOR_EVER,
    Blocker,
    CheckInFact,
    CheckInKind,
    Grade,
)


@folds(checkins.CheckInRecorded)
def check_in_recorded(recorded: Recorded, event: checkins.CheckInRecorded, facts: Facts) -> None:
    """Known from now on, until it is corrected or retracted. Of ten events nine are of this type, so its fold is the one to keep quick."""
    _check_in(recorded, event, facts, CheckInKind.RECORDED, FOR_EVER, event.said_status, _said(event), event.comment, event.part_id or None)
    if event.blockers:
        facts.blockers += [
            Blocker(event.key_result_id, event.check_in_id, number, blocker, recorded.tenant_id, recording_of(recorded))
            for number, blocker in enumerate(event.blockers, 1)
        ]


@folds(checkins.CheckInAbstained)
def check_in_abstained(recorded: Recorded, event: checkins.CheckInAbstained, facts: Facts) -> None:
    """A check-in, but not a value."""
    _check_in(recorded, event, facts, CheckInKind.ABSTAINED, FOR_EVER, _NO_STATUS, _NOTHING, event.reason)


@folds(checkins.CheckInCorrected)
def check_in_corrected(recorded: Recorded, event: checkins.CheckInCorrected, facts: Facts) -> None:
    """Ends what was known of the check-in, and says another value; its place and the status said with it are those of the first."""
    _check_in(recorded, event, facts, CheckInKind.CORRECTED, FOR_EVER, _NO_STATUS, _said(event), event.comment or event.reason)


@folds(checkins.CheckInRetracted)
def check_in_retracted(recorded: Recorded, event: checkins.CheckInRetracted, facts: Facts) -> None:
    """Ends what was known of the check-in, and is itself known never: the value before it counts again."""
    _check_in(recorded, event, facts, CheckInKind.RETRACTED, recorded.recorded_at, _NO_STATUS, _NOTHING, event.reason)


@folds(checkins.CheckInRestored)
def check_in_restored(recorded: Recorded, event: checkins.CheckInRestored, facts: Facts) -> None:
    """Known again from now on, at the day and place of the first, with what it says now; an abstention carries no value."""
    if event.HasField("abstention"):
        _check_in(recorded, event, facts, CheckInKind.ABSTENTION_RESTORED, FOR_EVER, _NO_STATUS, _NOTHING, event.abstention)
    else:
        _check_in(recorded, event, facts, CheckInKind.RESTORED, FOR_EVER, _NO_STATUS, _said(event), event.comment)


@folds(checkins.KeyResultGraded)
def key_result_graded(recorded: Recorded, event: checkins.KeyResultGraded, facts: Facts) -> None:
    """The figure given at the end; without one the grade was abstained from."""
    facts.grades.append(
        Grade(
            key_result_id=event.key_result_id,
            true_on=event.as_of,
            grade=event.grade if event.HasField("grade") else None,
            graded_on=event.graded_on,
            tenant_id=recorded.tenant_id,
            recording=recording_of(recorded),
            comment=event.reason,
        )
    )
    facts.moved_by[event.objective_id] = recorded.event_id


OnCheckIn = (
    checkins.CheckInRecorded | checkins.CheckInAbstained | checkins.CheckInCorrected | checkins.CheckInRetracted | checkins.CheckInRestored
)


Said = tuple[float | None, int | None, int | None]
"""What a check-in says: its value, or else which milestones are done, as the bits of a signed number; and the confidence."""


_NOTHING: Final[Said] = (None, None, None)


_NO_STATUS: Final = 0


_SIGN, _BITS = 1 << 63, 1 << 64


def _said(event: checkins.CheckInRecorded | checkins.CheckInCorrected | checkins.CheckInRestored) -> Said:
    confidence = event.confidence if event.HasField("confidence") else None
    if event.HasField("value"):
        return event.value, None, confidence
    done = event.milestones_done
    return None, done - _BITS if done & _SIGN else done, confidence


def _check_in(
    recorded: Recorded,
    event: OnCheckIn,
    facts: Facts,
    kind: CheckInKind,
    known_to: Microseconds,
    status: int,
    said: Said,
    comment: str,
    part: Id | None = None,
) -> None:
    position = place = recorded.position
    value, milestones_done, confidence = said
    # In the order of the fields, here alone: by name it would take the commonest fold a fifth longer (measured).
    fact = CheckInFact(
        event.key_result_id, event.as_of, place, recorded.recorded_at, known_to, position, kind, status,
        recorded.tenant_id, event.check_in_id, recorded.event_id, recorded.actor_id, recorded.on_behalf_of,
        value, milestones_done, confidence, comment, part,
    )  # fmt: skip
    facts.check_ins.append(fact)
    facts.moved_by[event.objective_id] = recorded.event_id
