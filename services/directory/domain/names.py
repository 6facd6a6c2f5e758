"""Names that can be taken only once: each name is an aggregate of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import NameReserved
from chassis.errors import Kind, Refused
from chassis.ids import Id

NameKind = Literal["tenant", "person"]

FIELDS: Final[dict[NameKind, str]] = {"tenant": "name", "person": "handle"}
"""The field of a request that names such a thing."""


@dataclass(slots=True)
class Reservation:
    """Who holds a name; nobody, as long as `holder_id` is empty."""

    holder_id: Id = b""


def apply(reservation: Reservation, event: Message) -> None:
    """Folds one event. Raises TypeError for another than a reservation."""
    if not isinstance(event, NameReserved):
        raise TypeError(f"{type(event).__name__} is no event of a name")
    reservation.holder_id = event.holder_id


def reserve(reservation: Reservation, kind: NameKind, name: str, holder_id: Id) -> NameReserved | tuple[()]:
    """Take a name; nothing, where the holder has it already. Raises Refused: NAME_TAKEN (TAKEN)."""
    if reservation.holder_id == holder_id:
        return ()
    if reservation.holder_id:
        raise Refused("NAME_TAKEN", f"the {kind} {name!r} is there already", kind=Kind.TAKEN, field=FIELDS[kind])
    return NameReserved(kind=kind, holder_id=holder_id)
