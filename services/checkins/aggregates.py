"""The kinds of aggregates that checkins keeps, and the events that they are folded from."""

from __future__ import annotations

from typing import Final

from cairn.checkins.v1 import events_pb2
from chassis.events import EventTypes
from chassis.eventstore import CALLER_WAS_CHECKED, Aggregate, AggregateType, IdempotencyKey
from chassis.ids import Id
from checkins.domain import check_ins, conversations
from checkins.domain.audience import Audience
from checkins.domain.check_ins import CheckIns
from checkins.domain.conversations import Conversation
from checkins.domain.key_results import KeyResult
from shared.upcasters import UPCASTERS

EVENT_TYPES: Final = EventTypes(events_pb2, upcasters=UPCASTERS)

CHECK_INS: Final = AggregateType("check-ins", check_ins.CheckIns, check_ins.apply, check_ins.copy)
"""The check-ins of one key result, whose id the aggregate bears."""

CONVERSATION: Final = AggregateType("conversation", conversations.Conversation, conversations.apply, conversations.copy)
"""What is said on one objective, key result or check-in."""


def check_ins_of(
    key_result: KeyResult, *, event_id: Id = b"", on_behalf_of: Id = b"", key: IdempotencyKey | None = None
) -> Aggregate[CheckIns]:
    """The check-ins of a key result. Their events travel with those of the objective that it was defined of, and rest on its definition.

    Who may report of it is asked where it is looked up: by `KeyResults.reportable`.
    """
    return Aggregate(
        CHECK_INS,
        key_result.key_result_id,
        may=CALLER_WAS_CHECKED,
        partition_key=key_result.defined_of or key_result.objective_id,
        event_id=event_id,
        on_behalf_of=on_behalf_of,
        key=key,
        rests_on=key_result.learnt_at,
    )


def conversation_on(audience: Audience, *, event_id: Id = b"", on_behalf_of: Id = b"") -> Aggregate[Conversation]:
    """What is said on a thing, which the caller may know of: that was asked where it was found. It travels with what its objective does."""
    return Aggregate(
        CONVERSATION,
        audience.on.conversation_id,
        may=CALLER_WAS_CHECKED,
        partition_key=audience.on.objective_id,
        event_id=event_id,
        on_behalf_of=on_behalf_of,
        rests_on=audience.learnt_at,
    )
