"""The vision board of a tenant: what it is there for, what it wants to have become, and its strategic pillars in their order. One stream.

Of the pillars that are there no two have a name, a reference or a title, in common. A pillar that was removed is named still by whatever
named it, and its names are free for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import MissionStated, PillarAdded, PillarChanged, PillarMoved, PillarRemoved, VisionStated
from cairn.directory.v1.service_pb2 import AddPillarRequest, RevisePillarRequest, StateVisionRequest
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_of_name
from chassis.texts import name_key
from shared.limits import MOST_PILLARS
from shared.naming import LONGEST_REFERENCE, require_name
from shared.texts import require_text

_LONGEST_TITLE: Final = 100
_LONGEST_TEXT: Final = 4000


class Pillar(NamedTuple):
    """A strategic pillar, as it is now, or was when it was removed."""

    pillar_id: Id
    reference: str
    title: str
    about: str

    @property
    def names(self) -> Iterator[str]:
        """What it goes by, however its letters are written."""
        return (name_key(name) for name in (self.reference, self.title) if name)


@dataclass(slots=True)
class VisionBoard:
    """Folded from the events of one tenant's board."""

    mission: str = ""
    vision: str = ""
    pillars: dict[Id, Pillar] = field(default_factory=dict)
    """Those that were removed among them."""
    order: tuple[Id, ...] = ()
    """Of those that are there."""

    def there(self) -> Iterator[Pillar]:
        """The pillars that are there, in their order."""
        return (self.pillars[pillar_id] for pillar_id in self.order)

    def named(self, name: str) -> Pillar | None:
        """The pillar that goes by a reference or a title; None: none."""
        key = name_key(name)
        return next((pillar for pillar in self.there() if key in pillar.names), None)

    def place(self, pillar_id: Id) -> int:
        """Which of the pillars it is, from 1; 0: it was removed."""
        return self.order.index(pillar_id) + 1 if pillar_id in self.order else 0


def apply(board: VisionBoard, event: Message) -> None:
    """Folds one event. Raises TypeError for one that is no event of a vision board."""
    match event:
        case MissionStated():
            board.mission = event.mission
        case VisionStated():
            board.vision = event.vision
        case PillarAdded():
            board.pillars[event.pillar_id] = Pillar(event.pillar_id, event.reference, event.title, event.about)
            board.order = _moved(board.order, event.pillar_id, event.before_id)
        case PillarChanged():
            pillar = board.pillars[event.pillar_id]
            board.pillars[event.pillar_id] = pillar._replace(
                title=event.title if event.HasField("title") else pillar.title,
                about=event.about if event.HasField("about") else pillar.about,
            )
        case PillarMoved():
            board.order = _moved(board.order, event.pillar_id, event.before_id)
        case PillarRemoved():
            board.order = _without(board.order, event.pillar_id)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a vision board")


def copy(board: VisionBoard) -> VisionBoard:
    """An independent copy."""
    return VisionBoard(board.mission, board.vision, dict(board.pillars), board.order)


def board_id(tenant_id: Id) -> Id:
    """The aggregate that holds a tenant's vision board."""
    return id_of_name(tenant_id, "vision board")


def state(board: VisionBoard, wanted: StateVisionRequest) -> list[MissionStated | VisionStated]:
    """Another mission, another vision, or both; nothing where they are so already. Raises Refused: INVALID."""
    stated: list[MissionStated | VisionStated] = []
    if wanted.HasField("mission") and wanted.mission != board.mission:
        require_text("mission", wanted.mission, _LONGEST_TEXT)
        stated.append(MissionStated(mission=wanted.mission))
    if wanted.HasField("vision") and wanted.vision != board.vision:
        require_text("vision", wanted.vision, _LONGEST_TEXT)
        stated.append(VisionStated(vision=wanted.vision))
    return stated


def add(board: VisionBoard, pillar_id: Id, wanted: AddPillarRequest, before_id: Id) -> PillarAdded:
    """A new pillar, before another one or behind all. Raises Refused: INVALID, NAME_TAKEN, TOO_MANY_PILLARS, PILLAR_REMOVED (before)."""
    if len(board.pillars) >= MOST_PILLARS:
        raise Refused("TOO_MANY_PILLARS", f"a tenant has at most {MOST_PILLARS} pillars, those that were removed among them")
    if wanted.reference:
        require_name("reference", wanted.reference, LONGEST_REFERENCE)
        _require_free(board, "reference", wanted.reference)
    require_name("title", wanted.title, _LONGEST_TITLE)
    _require_free(board, "title", wanted.title)
    require_text("about", wanted.about, _LONGEST_TEXT)
    if before_id:
        _there(board, before_id, "before")
    return PillarAdded(pillar_id=pillar_id, reference=wanted.reference, title=wanted.title, about=wanted.about, before_id=before_id)


def revise(
    board: VisionBoard, pillar_id: Id, wanted: RevisePillarRequest, before_id: Id | None = None
) -> list[PillarChanged | PillarMoved]:
    """Calls a pillar otherwise, says something else about it, or puts it before another one; empty `before_id`: behind all.

    Nothing where it is so already. Raises Refused: PILLAR_UNKNOWN, PILLAR_REMOVED, INVALID, NAME_TAKEN.
    """
    pillar, change = _there(board, pillar_id), PillarChanged()
    if wanted.HasField("title") and wanted.title != pillar.title:
        require_name("title", wanted.title, _LONGEST_TITLE)
        _require_free(board, "title", wanted.title, besides=pillar_id)
        change.title = wanted.title
    if wanted.HasField("about") and wanted.about != pillar.about:
        require_text("about", wanted.about, _LONGEST_TEXT)
        change.about = wanted.about
    revised: list[PillarChanged | PillarMoved] = []
    if change.ListFields():
        change.pillar_id = pillar_id
        revised.append(change)
    if before_id:
        _there(board, before_id, "before")
    if before_id is not None and _moved(board.order, pillar_id, before_id) != board.order:
        revised.append(PillarMoved(pillar_id=pillar_id, before_id=before_id))
    return revised


def remove(board: VisionBoard, pillar_id: Id) -> PillarRemoved | tuple[()]:
    """Takes a pillar from the board; nothing where it was taken already. Raises Refused: PILLAR_UNKNOWN."""
    if pillar_id not in board.pillars:
        raise unknown_pillar(pillar_id.hex())
    return PillarRemoved(pillar_id=pillar_id) if pillar_id in board.order else ()


def unknown_pillar(name: str, field_name: str = "") -> Refused:
    """The refusal of a name or an id that no pillar of this tenant has; INVALID where it stands in a field of the request."""
    message = f"there is no pillar {name[:100]!r} in this tenant"
    return Refused("PILLAR_UNKNOWN", message, kind=Kind.INVALID if field_name else Kind.UNKNOWN, field=field_name)


def _there(board: VisionBoard, pillar_id: Id, field_name: str = "") -> Pillar:
    pillar = board.pillars.get(pillar_id)
    if pillar is None:
        raise unknown_pillar(pillar_id.hex(), field_name)
    if pillar_id not in board.order:
        raise Refused("PILLAR_REMOVED", f"the pillar {pillar.title!r} was removed; name one that is there", field=field_name)
    return pillar


def _require_free(board: VisionBoard, field_name: str, name: str, besides: Id = b"") -> None:
    other = board.named(name)
    if other is not None and other.pillar_id != besides:
        raise Refused("NAME_TAKEN", f"there is a pillar {name!r}", kind=Kind.TAKEN, field=field_name)


def _moved(order: tuple[Id, ...], pillar_id: Id, before_id: Id) -> tuple[Id, ...]:
    """The order with a pillar right before another one; at the end, where that one is not there. Before itself it stays where it is."""
    if before_id == pillar_id:
        return order
    others = _without(order, pillar_id)
    place = others.index(before_id) if before_id in others else len(others)
    return (*others[:place], pillar_id, *others[place:])


def _without(order: tuple[Id, ...], pillar_id: Id) -> tuple[Id, ...]:
    return tuple(each for each in order if each != pillar_id)
