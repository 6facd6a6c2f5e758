"""From a check-in as it was sent to what it asks of its key result's check-ins."""

from __future__ import annotations

from collections.abc import Callable

from google.protobuf.message import Message

from cairn.checkins.v1.events_pb2 import SOURCE_PERSON, CheckInAbstained, CheckInRecorded
from cairn.checkins.v1.service_pb2 import CheckIn
from chassis.errors import Refused
from chassis.eventstore.aggregates import Decision
from chassis.ids import Id, new_id
from checkins.aggregates import CHECK_INS
from checkins.domain import check_ins
from checkins.domain.check_ins import CheckIns
from checkins.domain.key_results import REASONS_THAT_STAY, KeyResult
from checkins.domain.values import Day


def reported(key_result: KeyResult, check_in: CheckIn, today: Day) -> Decision[CheckIns]:
    """The decision to record a check-in. It rests on nothing reported before, so its event is made here; its id is the event's.

    Raises Refused when such a key result cannot take the check-in.
    """
    check_in_id = new_id()
    event = _event(key_result, check_in, check_in_id, today)
    return about(key_result, lambda _: event, check_in_id, check_in.on_behalf_of)


def about(key_result: KeyResult, decide: Callable[[CheckIns], Message], event_id: Id, on_behalf_of: Id = b"") -> Decision[CheckIns]:
    """A decision on a key result's check-ins; its event travels with those of the objective."""
    return Decision(
        CHECK_INS,
        key_result.key_result_id,
        decide,
        key_result.objective_id,
        event_ids=(event_id,),
        on_behalf_of=on_behalf_of or None,
        rests_on=key_result.learnt_at,
    )


def no_longer(key_result_id: Id, refused: Refused) -> Decision[CheckIns]:
    """The decision to refuse what the key result takes no more; so a request that was recorded before is answered as the first time.

    Raises `refused` at once where no key result would ever have taken it, or not from this caller.
    """
    if refused.reason not in REASONS_THAT_STAY:
        raise refused

    def refuse(_: CheckIns) -> Message:
        raise refused

    return Decision(CHECK_INS, key_result_id, refuse, key_result_id, event_ids=(new_id(),))


def _event(key_result: KeyResult, check_in: CheckIn, check_in_id: Id, today: Day) -> CheckInRecorded | CheckInAbstained:
    as_of = check_in.as_of if check_in.HasField("as_of") else today
    what = check_in.WhichOneof("what")
    if what == "abstention":
        abstained = CheckInAbstained(
            check_in_id=check_in_id,
            key_result_id=key_result.key_result_id,
            objective_id=key_result.objective_id,
            as_of=as_of,
            reason=check_in.abstention,
            source=check_in.source or SOURCE_PERSON,
        )
        return check_ins.abstain(abstained, today)
    wished = CheckInRecorded()
    wished.check_in_id = check_in_id
    wished.key_result_id = key_result.key_result_id
    wished.objective_id = key_result.objective_id
    wished.as_of = as_of
    wished.source = check_in.source or SOURCE_PERSON
    if what == "value":
        wished.value = check_in.value
    if check_in.HasField("confidence"):
        wished.confidence = check_in.confidence
    if comment := check_in.comment:
        wished.comment = comment
    if blockers := check_in.blockers:
        wished.blockers.extend(blockers)
    if said_status := check_in.said_status:
        wished.said_status = said_status
    return check_ins.record(key_result, wished, None if what == "value" else check_in.milestones_done.numbers, today)
