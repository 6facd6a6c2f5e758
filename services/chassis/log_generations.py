"""The generations of a log as one service tells them to another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from cairn.operations.v1 import operations_pb2 as pb
from chassis.days import instant_of, microseconds_of
from chassis.eventstore import Generation
from chassis.rpc import timestamp


def generation_messages(generations: Iterable[Generation]) -> list[pb.LogGeneration]:
    """As they are sent."""
    return [
        pb.LogGeneration(
            generation=g.generation, first_position=g.first_position, began_at=timestamp(instant_of(g.began_at)), reason=g.reason
        )
        for g in generations
    ]


def generations_of(messages: Iterable[pb.LogGeneration]) -> tuple[Generation, ...]:
    """As they were sent."""
    return tuple(Generation(m.generation, m.first_position, microseconds_of(m.began_at.ToDatetime(UTC)), m.reason) for m in messages)
