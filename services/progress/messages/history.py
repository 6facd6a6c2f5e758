"""What changed, and which goalposts were moved, as it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cairn.progress.v1 import service_pb2 as pb
from chassis.days import instant_of
from chassis.ids import Id
from progress import queries
from progress.messages.pieces import name_message, optional_name_message
from progress.queries import (
    Called,
)


def change_message(change: queries.Change, cycles: Mapping[Id, str]) -> pb.Change:
    """One line of a history; `cycles` are the names of those that it tells of."""
    message = pb.Change(
        event_id=change.event_id,
        event_type=change.event_type,
        true_on=change.true_on,
        actor_id=change.actor_id,
        on_behalf_of=change.on_behalf_of or b"",
        objective_id=change.objective_id or b"",
        key_result_id=change.key_result_id or b"",
        check_in_id=change.check_in_id or b"",
        summary=change.summary,
        superseded=change.superseded,
        value=change.value,
        comment=change.comment,
        log=change.log,
        position=change.position,
        objective=optional_name_message(change.objective),
        key_result=optional_name_message(change.key_result),
        reason=change.reason,
        fields=[
            pb.FieldChange(field=each.field, before=_changed_value(each.before, cycles), after=_changed_value(each.after, cycles))
            for each in change.fields
        ],
        goalpost_moved=change.goalpost_moved,
    )
    message.recorded_at.FromDatetime(instant_of(change.known_from))
    return message


def goalposts_message(moved: Iterable[queries.Goalpost]) -> pb.Goalposts:
    """The goalposts of a key result that were moved."""
    return pb.Goalposts(goalposts=map(_goalpost, moved))


def _goalpost(moved: queries.Goalpost) -> pb.Goalpost:
    message = pb.Goalpost(
        field=moved.field,
        first=_changed_value(moved.first, {}),
        present=_changed_value(moved.present, {}),
        moves=moved.moves,
        moved_on=moved.last.true_on,
        moved_by=moved.last.actor_id,
        on_behalf_of=moved.last.on_behalf_of or b"",
        event_id=moved.last.event_id,
    )
    message.moved_at.FromDatetime(instant_of(moved.last.known_from))
    return message


def _changed_value(said: queries.ChangedValue | None, cycles: Mapping[Id, str]) -> pb.ChangedValue | None:
    if said is None:
        return None
    kind, value = said
    if kind == "cycle_id":
        return pb.ChangedValue(cycle_id=value, cycle_name=cycles.get(value, ""))
    told: dict[str, Any] = {kind: name_message(value) if isinstance(value, Called) else value}
    return pb.ChangedValue(**told)
