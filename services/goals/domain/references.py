"""Names that can be taken only once in a tenant: each name is an aggregate of its own, whose id follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import ReferenceReserved
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_of_name
from chassis.texts import name_key
from shared.naming import LONGEST_CYCLE_NAME, LONGEST_REFERENCE, require_name

ReferenceKind = Literal["objective", "key-result", "cycle", "kpi", "task", "initiative", "milestone"]

_REFERRED_TO: Final[tuple[ReferenceKind, ...]] = ("objective", "key-result", "kpi", "task", "initiative", "milestone")
FIELDS: Final[dict[ReferenceKind, str]] = {**dict.fromkeys(_REFERRED_TO, "reference"), "cycle": "name"}
"""The field of a request that names such a thing."""

_CALLED: Final[dict[ReferenceKind, str]] = {"key-result": "key result", "kpi": "KPI"}


@dataclass(slots=True)
class Reservation:
    """Who holds a name; nobody, as long as `holder_id` is empty."""

    holder_id: Id = b""


def apply(reservation: Reservation, event: Message) -> None:
    """Folds one event. Raises TypeError for another than a reservation."""
    if not isinstance(event, ReferenceReserved):
        raise TypeError(f"{type(event).__name__} is no event of a name")
    reservation.holder_id = event.holder_id


def reservation_id(tenant_id: Id, kind: ReferenceKind, reference: str) -> Id:
    """The aggregate that follows from a name in a tenant: J1 and j1 are one name."""
    return id_of_name(tenant_id, "name", kind, name_key(reference))


def earlier_reservation_id(tenant_id: Id, kind: ReferenceKind, reference: str) -> Id:
    """The aggregate that followed from a name while names were told apart by their case, and by how they are composed."""
    return id_of_name(tenant_id, kind, reference)


def reserve_again(reservation: Reservation, kind: ReferenceKind, reference: str, holder_id: Id) -> list[ReferenceReserved]:
    """Take a name that may be one's own already, as one that was had before is. Raises as `reserve` does."""
    return [] if reservation.holder_id == holder_id else [reserve(reservation, kind, reference, holder_id)]


def reserve(reservation: Reservation, kind: ReferenceKind, reference: str, holder_id: Id) -> ReferenceReserved:
    """Take a name.

    Raises Refused: REFERENCE_TAKEN (TAKEN), or INVALID for a name that cannot be one.
    """
    require_reference(kind, reference)
    if reservation.holder_id:
        message = f"the {_CALLED.get(kind, kind)} {reference!r} is there already"
        raise Refused("REFERENCE_TAKEN", message, kind=Kind.TAKEN, field=FIELDS[kind])
    return ReferenceReserved(kind=kind, reference=reference, holder_id=holder_id)


def require_reference(kind: ReferenceKind, reference: str) -> None:
    """Raises Refused (INVALID) unless `reference` can be what people call such a thing."""
    require_name(FIELDS[kind], reference, LONGEST_CYCLE_NAME if kind == "cycle" else LONGEST_REFERENCE)
