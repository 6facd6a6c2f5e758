"""Who has come to own an objective or a key result, or to contribute to it: by what goals' events say, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import psycopg
from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id, id_text

ASSIGNS: Final = (goals.ObjectiveDefined, goals.ObjectiveRevised, goals.KeyResultDefined, goals.KeyResultRevised)
"""Events that may say whose something is."""


class Assigned(NamedTuple):
    """Whose a thing is, and who contributes to it."""

    owners: tuple[Id, ...] = ()
    contributors: tuple[Id, ...] = ()

    @property
    def people(self) -> dict[Id, None]:
        """All of them, each once."""
        return dict.fromkeys((*self.owners, *self.contributors))


def thing_of(event: Message) -> Id:
    """What an event is about: a key result, or an objective."""
    about: Any = event
    thing: Id = about.key_result_id if isinstance(event, goals.KeyResultDefined | goals.KeyResultRevised) else about.objective_id
    return thing


def imported(event: Message) -> bool:
    """Whether an import says so, that of a thousand objectives perhaps."""
    return isinstance(event, goals.ObjectiveDefined | goals.KeyResultDefined) and event.imported


def after(before: Assigned, event: Message) -> Assigned:
    """Whose the thing is after an event that may say so. Raises TypeError for another one."""
    match event:
        case goals.ObjectiveDefined():
            return Assigned((event.owner_id,) if event.owner_id else (), tuple(event.contributor_ids))
        case goals.ObjectiveRevised():
            owners = ((event.owner_id,) if event.owner_id else ()) if event.HasField("owner_id") else before.owners
            return Assigned(owners, tuple(event.contributors.person_ids) if event.HasField("contributors") else before.contributors)
        case goals.KeyResultDefined():
            return Assigned(tuple(owner.person_id for owner in event.owners))
        case goals.KeyResultRevised():
            return Assigned(tuple(owner.person_id for owner in event.owners.owners)) if event.HasField("owners") else before
        case _:
            raise TypeError(f"{type(event).__name__} does not say whose anything is")


_READ: Final = "SELECT uuid_send(thing_id), owner_ids, person_ids FROM assigned WHERE thing_id = ANY(%s::uuid[])"
_WRITE: Final = """
INSERT INTO assigned (thing_id, owner_ids, person_ids) VALUES (%s, %s::uuid[], %s::uuid[])
ON CONFLICT (thing_id) DO UPDATE SET (owner_ids, person_ids) = (excluded.owner_ids, excluded.person_ids)
"""


async def read(connection: psycopg.AsyncConnection[Any], things: Iterable[Id]) -> dict[Id, Assigned]:
    """Whose these things are, as far as anything was said of them."""
    wanted = [id_text(thing) for thing in things]
    if not wanted:
        return {}
    rows = await (await connection.execute(_READ.encode(), (wanted,))).fetchall()
    return {bytes(thing): _assigned(owners, people) for thing, owners, people in rows}


def _assigned(owners: Iterable[Any], people: Iterable[Any]) -> Assigned:
    of = tuple(owner.bytes for owner in owners)
    return Assigned(of, tuple(person.bytes for person in people if person.bytes not in of))


async def write(connection: psycopg.AsyncConnection[Any], assigned: dict[Id, Assigned]) -> None:
    """Keeps whose these things are now."""
    rows = [(id_text(t), list(map(id_text, a.owners)), list(map(id_text, a.people))) for t, a in sorted(assigned.items())]
    if rows:
        async with connection.cursor() as cursor:
            await cursor.executemany(_WRITE.encode(), rows)
