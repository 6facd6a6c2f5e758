"""What becomes of an event: an item in somebody's inbox, or the mark that items were read. Ids and figures; words are made when it is read.

Items come from the logs of progress, goals and checkins, and marks from this service's own, between which there is no order: each has
rows of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, cast, get_args

import psycopg
from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1.events_pb2 import KeyResultMovedIn, ObjectiveMovedToCycle
from cairn.notifications.v1 import events_pb2 as own
from cairn.notifications.v1 import service_pb2 as api
from cairn.notifications.v1.events_pb2 import NotificationsRead
from cairn.progress.v1 import events_pb2 as progress
from cairn.progress.v1.events_pb2 import FormulaSwitched, ObjectiveStatusTurned
from chassis.days import Microseconds, instant_of
from chassis.events import EventTypes, RecordedEvent, event_type_of
from chassis.ids import Id, id_of_name, id_text
from notifications import assignments, telling
from notifications.assignments import Assigned
from shared.upcasters import UPCASTERS

Moved: TypeAlias = ObjectiveMovedToCycle | KeyResultMovedIn
"""That something is elsewhere now."""

EVENT_TYPES: Final = EventTypes(progress, own, goals, checkins, upcasters=UPCASTERS)
LOGS: Final = ("goals", "checkins", "progress", "notifications")
"""Whose events make inboxes."""


class Item(NamedTuple):
    """An item of an inbox, as its row."""

    notification_id: Id
    tenant_id: Id
    person_id: Id  # whose inbox it is in
    kind: api.NotificationKind.ValueType
    objective_id: Id | None  # None: it is about a task
    status_from: progress.Status.ValueType
    status_to: progress.Status.ValueType
    progress: float  # 0 to 1, when it turned
    caused_by: Id  # the event that it tells of
    created_at: Microseconds
    key_result_id: Id | None = None
    comment_id: Id | None = None
    by_id: Id | None = None  # who said or did it
    task_id: Id | None = None


class Began(NamedTuple):
    """From when on a tenant's people are told of more than statuses, as its row: what was recorded before is told nobody."""

    tenant_id: Id
    began_at: Microseconds


class ReadMark(NamedTuple):
    """That an item was read, as its row."""

    tenant_id: Id
    person_id: Id
    notification_id: Id
    read_at: Microseconds


_ITEM: Final = f"""
INSERT INTO item ({", ".join(Item._fields)}) VALUES ({", ".join(["%s"] * len(Item._fields))}) ON CONFLICT (notification_id) DO NOTHING
"""  # noqa: S608 - of constants
_READ_MARK: Final = f"""
INSERT INTO read_mark ({", ".join(ReadMark._fields)}) VALUES (%s, %s, %s, %s) ON CONFLICT (person_id, notification_id) DO NOTHING
"""  # noqa: S608 - of constants

_BEGAN: Final = "INSERT INTO began (tenant_id, began_at) VALUES (%s, %s) ON CONFLICT (tenant_id) DO NOTHING"

_TOLD_STATUSES_ALONE: Final = 1
"""The version of the formulas in the last release whose inboxes told of nothing but statuses."""

_PASSED_OVER: Final = frozenset(event_type_of(event()) for event in telling.SAYS_NOTHING) | frozenset(
    descriptor.full_name
    for descriptor in goals.DESCRIPTOR.message_types_by_name.values()
    if descriptor.full_name not in {event_type_of(event()) for event in (*assignments.ASSIGNS, *telling.OF_WORK, *get_args(Moved))}
)
"""Events that nobody is told of: most of those that are reported, and of goals most that do not say whose anything is, or are of work."""


async def deliver(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Puts what the events give rise to into the inboxes, in the transaction that moves the consumer on.

    Raises TypeError for an event that this function does not name.
    """
    items: list[Item] = []
    marks: list[ReadMark] = []
    beginnings: list[Began] = []
    telling_ones = [recorded for recorded in events if recorded.event_type not in _PASSED_OVER]
    decoded = [(recorded, EVENT_TYPES.decode(recorded.event_type, recorded.payload)) for recorded in telling_ones]
    assigned = await _Assignments.of(connection, [event for _, event in decoded])
    for recorded, event in decoded:
        match event:
            case ObjectiveStatusTurned():
                items += items_of(event, recorded)
            case FormulaSwitched():
                beginnings += beginnings_of(event, recorded)
            case NotificationsRead():
                marks += marks_of(event, recorded)
            case _ if isinstance(event, assignments.ASSIGNS):
                items += assigned.items_of(event, recorded)
            case ObjectiveMovedToCycle() | KeyResultMovedIn():
                items += assigned.items_of_move(event, recorded)
            case _ if isinstance(event, telling.OF_WORK):
                items += work_items(event, recorded)
            case _:
                items += said_items(event, recorded)
    await assignments.write(connection, assigned.changed)
    async with connection.cursor() as cursor:
        if items:
            await cursor.executemany(_ITEM, map(_columns, items))
        if marks:
            await cursor.executemany(_READ_MARK, map(_columns, marks))
        if beginnings:
            await cursor.executemany(_BEGAN, map(_columns, beginnings))


class _Assignments:
    """Whose things are, from event to event of a batch."""

    def __init__(self, known: dict[Id, Assigned]) -> None:
        self._known: Final = known
        self.changed: Final[dict[Id, Assigned]] = {}

    @classmethod
    async def of(cls, connection: psycopg.AsyncConnection[Any], events: Sequence[Message]) -> _Assignments:
        """What is known before these events; nothing of what they define."""
        of_known = goals.ObjectiveRevised | goals.KeyResultRevised
        things = dict.fromkeys(assignments.thing_of(event) for event in events if isinstance(event, of_known))
        for event in events:
            if isinstance(event, Moved):
                things |= dict.fromkeys(_concerned(event))
        return cls(await assignments.read(connection, things))

    def items_of(self, event: Message, recorded: RecordedEvent) -> list[Item]:
        """Whoever has come to own or contribute to what the event is about is told, but for whoever did it, and not of an import."""
        thing_id, about = assignments.thing_of(event), cast("Any", event)
        before = self._known.get(thing_id, Assigned())
        now = self._known[thing_id] = self.changed[thing_id] = assignments.after(before, event)
        if assignments.imported(event):
            return []
        told = [person_id for person_id in now.people if person_id not in before.people and person_id != recorded.actor_id]
        key_result_id = thing_id if thing_id != about.objective_id else None
        return _told_once(recorded, "assigned", api.NOTIFICATION_KIND_ASSIGNED, told, about.objective_id, key_result_id)

    def items_of_move(self, moved: Moved, recorded: RecordedEvent) -> list[Item]:
        """Whoever owns what was moved, contributes to it, or has what a key result left, is told, but for whoever did it."""
        people = dict.fromkeys(person for thing_id in _concerned(moved) for person in self._known.get(thing_id, Assigned()).people)
        told = [person_id for person_id in people if person_id not in {recorded.actor_id, recorded.on_behalf_of}]
        if isinstance(moved, KeyResultMovedIn):
            kind, key_result_id = api.NOTIFICATION_KIND_KEY_RESULT_MOVED, moved.key_result_id
            return _told_once(recorded, "moved", kind, told, moved.objective_id, key_result_id)
        return _told_once(recorded, "moved", api.NOTIFICATION_KIND_MOVED_TO_CYCLE, told, moved.objective_id)


def _concerned(moved: Moved) -> tuple[Id, ...]:
    """The things whose people a move concerns.

    Of the two objectives of a key result the one that it was defined of: its events come in one order with those of the key result. Whose
    another one is may be known before or after, so that a rebuild would tell others than were told.
    """
    if isinstance(moved, KeyResultMovedIn):
        left_and_come_to = moved.from_objective_id, moved.objective_id
        return moved.key_result_id, *(each for each in left_and_come_to if each == moved.defined_of)
    return (moved.objective_id,)


def _told_once(
    recorded: RecordedEvent,
    named: str,
    kind: api.NotificationKind.ValueType,
    people: Iterable[Id],
    objective_id: Id,
    key_result_id: Id | None = None,
) -> list[Item]:
    """Each of the people is told of the event, once: the item's id follows from what it is named and from both."""
    return [
        _told_item(
            recorded,
            person_id,
            kind,
            notification_id=id_of_name("notification", named, recorded.event_id, person_id),
            objective_id=objective_id,
            key_result_id=key_result_id,
        )
        for person_id in people
    ]


def said_items(event: Message, recorded: RecordedEvent) -> list[Item]:
    """Whoever is spoken to is told, once a comment: the item's id follows from the comment and the person, however often it is edited."""
    about = cast("Any", event)
    return [
        _told_item(
            recorded,
            person_id,
            kind,
            notification_id=id_of_name("notification", "said", comment_id, person_id),
            objective_id=about.objective_id,
            key_result_id=about.key_result_id or None,
            comment_id=comment_id,
            by_id=about.author_id,
        )
        for person_id, kind, comment_id in telling.told_of(event, recorded)
    ]


def work_items(event: Message, recorded: RecordedEvent) -> list[Item]:
    """Whom a task or an approval concerns is told, once an event."""
    about = cast("Any", event)
    return [
        _told_item(
            recorded,
            person_id,
            kind,
            notification_id=id_of_name("notification", "work", recorded.event_id, person_id),
            objective_id=None if hasattr(about, "task_id") else about.objective_id,
            key_result_id=None,
            by_id=recorded.on_behalf_of,
            task_id=getattr(about, "task_id", None),
        )
        for person_id, kind in telling.told_of_work(event, recorded).items()
    ]


def _told_item(
    recorded: RecordedEvent,
    person_id: Id,
    kind: api.NotificationKind.ValueType,
    *,
    notification_id: Id,
    objective_id: Id | None,
    key_result_id: Id | None,
    comment_id: Id | None = None,
    by_id: Id | None = None,
    task_id: Id | None = None,
) -> Item:
    return Item(
        notification_id=notification_id,
        tenant_id=recorded.tenant_id,
        person_id=person_id,
        kind=kind,
        objective_id=objective_id,
        status_from=progress.STATUS_UNSPECIFIED,
        status_to=progress.STATUS_UNSPECIFIED,
        progress=0.0,
        caused_by=recorded.event_id,
        created_at=recorded.recorded_at,
        key_result_id=key_result_id,
        comment_id=comment_id,
        by_id=by_id or recorded.actor_id,
        task_id=task_id,
    )


def items_of(turned: ObjectiveStatusTurned, recorded: RecordedEvent) -> list[Item]:
    """Where an objective's status turned, its owner is told.

    A first status of "not started" is no turn: that is how every objective begins. The item's id follows from the event, so that a
    second time is the same time.
    """
    before = getattr(turned, "from") or progress.STATUS_NOT_STARTED
    if not turned.owner_id or turned.to == before:
        return []
    return [
        Item(
            notification_id=id_of_name("notification", "status-turned", recorded.event_id, turned.owner_id),
            tenant_id=recorded.tenant_id,
            person_id=turned.owner_id,
            kind=api.NOTIFICATION_KIND_STATUS_TURNED,
            objective_id=turned.objective_id,
            status_from=before,
            status_to=turned.to,
            progress=turned.progress,
            caused_by=recorded.event_id,
            created_at=recorded.recorded_at,
        )
    ]


def beginnings_of(switched: FormulaSwitched, recorded: RecordedEvent) -> list[Began]:
    """An upgrade from a release whose inboxes told of nothing but statuses is where a tenant's people begin to be told of more.

    The first start after such an upgrade switches the formulas of each tenant that it finds: so the logs say when it was. A tenant that is
    younger has no such switch, and its people are told of everything.
    """
    return [Began(recorded.tenant_id, recorded.recorded_at)] if getattr(switched, "from") == _TOLD_STATUSES_ALONE else []


def marks_of(read: NotificationsRead, recorded: RecordedEvent) -> Iterator[ReadMark]:
    """A mark for each item that a person has read."""
    instants = read.read_at or [recorded.recorded_at] * len(read.notification_ids)
    for notification_id, read_at in zip(read.notification_ids, instants, strict=True):
        yield ReadMark(recorded.tenant_id, read.person_id, notification_id, read_at)


_INSTANTS: Final = {Item: "created_at", ReadMark: "read_at", Began: "began_at"}


def _columns(row: Item | ReadMark | Began) -> list[Any]:
    values = row._asdict()
    instant = _INSTANTS[type(row)]
    values[instant] = instant_of(values[instant])
    return [id_text(value) if isinstance(value, bytes) else value for value in values.values()]
