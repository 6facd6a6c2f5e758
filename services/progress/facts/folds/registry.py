"""Which event is folded by which function: one fold for every event type that matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol, TypeVar

from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from chassis.days import Microseconds
from chassis.events import EventTypes
from chassis.ids import Id
from progress.facts.facts import Facts
from shared.upcasters import UPCASTERS

LOGS: Final = ("directory", "goals", "checkins")
"""The logs that the projection folds."""


EVENT_TYPES: Final = EventTypes(directory, goals, checkins, upcasters=UPCASTERS)


class Recorded(Protocol):
    """An event of a log with what a fold needs of its envelope; whoever reads the log has a class of its own for it."""

    @property
    def position(self) -> int: ...
    @property
    def event_id(self) -> Id: ...
    @property
    def tenant_id(self) -> Id: ...
    @property
    def aggregate_version(self) -> int: ...
    @property
    def recorded_at(self) -> Microseconds: ...
    @property
    def actor_id(self) -> Id: ...
    @property
    def on_behalf_of(self) -> Id | None: ...
    @property
    def event_type(self) -> str: ...
    @property
    def payload(self) -> bytes: ...


E = TypeVar("E", bound=Message)


Fold = Callable[[Recorded, E, Facts], None]


_FOLDS: Final[dict[str, tuple[Callable[[bytes], Any], Fold[Any]]]] = {}


def folds(event: type[E]) -> Callable[[Fold[E]], Fold[E]]:
    """Declares how events of a type are folded."""

    def declared(fold: Fold[E]) -> Fold[E]:
        _FOLDS[event.DESCRIPTOR.full_name] = event.FromString, fold
        return fold

    return declared


def fold(recorded: Recorded, facts: Facts) -> None:
    """Folds one event in, whatever its type; one that says nothing of progress is passed over.

    Raises KeyError when it changes what was never defined, UnknownMeasure, and DecodeError when its payload is no such event.
    """
    event_type = recorded.event_type
    folding = _FOLDS.get(event_type)
    if folding is not None:
        parse, fold_it = folding
        fold_it(recorded, parse(recorded.payload), facts)
    elif event_type in EVENT_TYPES:  # an old version of one, perhaps
        event = EVENT_TYPES.decode(event_type, recorded.payload)
        if (folding := _FOLDS.get(event.DESCRIPTOR.full_name)) is not None:
            _, fold_it = folding
            fold_it(recorded, event, facts)


PASSED_OVER: Final = frozenset(
    event.DESCRIPTOR.full_name
    for event in (
        directory.PersonAdded,
        directory.PersonProfileChanged,
        directory.PersonRolesChanged,
        directory.PersonLeft,
        directory.PersonReinstated,
        directory.MembershipBegan,
        directory.MembershipEnded,
        directory.ManagerChanged,
        directory.TeamFounded,
        directory.TeamRenamed,
        directory.TeamMoved,
        directory.TeamLeadChanged,
        directory.TeamDissolved,
        directory.MissionStated,
        directory.VisionStated,
        directory.PillarAdded,
        directory.PillarChanged,
        directory.PillarMoved,
        directory.PillarRemoved,
        directory.NameReserved,
        directory.ViewSaved,
        directory.ViewChanged,
        directory.ViewRemoved,
        directory.SignedOut,
        directory.SessionsRevoked,
        directory.SecurityEventNoted,
        goals.ReferenceReserved,
        goals.TemplateSaved,
        goals.TemplateRemoved,
        goals.SumFed,
    )
)
"""Event types that are known here and say nothing of progress."""


def folded_types() -> Iterable[str]:
    """The event types that have a fold."""
    return _FOLDS.keys()
