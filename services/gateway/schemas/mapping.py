"""An answer's JSON, declared once: each field of its model says where it is read in the message of a service, and how it is written.

class Milestone(Answer):
    id: Annotated[IdText, read("milestone_id", write=id_text)]
    title: str                                                   # of the same name in the message, as it is
    owner: Annotated[PersonName | None, person("owner_id")]      # embedded: id, handle and name
    team: Annotated[TeamName | None, team("team_id")]            # embedded: id and name
    pillar: Annotated[PillarName | None, pillar("pillar_id")]    # embedded: id and title

MILESTONE = JsonMapping(Milestone, some_pb2.Milestone)
MILESTONE.json(message, people)                                  # {"id": "…", "title": "…", "owner": {"id": "…", …}}

Which people, teams and pillars a message names, `people_of` tells from the same declarations, so that they are looked up at once before
anything is written.

What is read is checked against the message when the module is imported. Plain dictionaries are made, not models: what a service
answers needs no second validation, and for a tree of thousands that would cost more than the tree itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from chassis.ids import NIL, Id
from gateway.http import Answer

Json = dict[str, Any]
NamedPerson = Mapping[str, str | None]
People = Mapping[Id, NamedPerson]
"""What people, teams and pillars are called, by their ids: each as answers embed people."""

NOBODY: Final[People] = MappingProxyType({})


class Read(NamedTuple):
    """The fields of a message that a field of an answer is read from, and what is written of their values."""

    names: tuple[str, ...]
    write: Callable[..., Any] | None = None
    written_by: JsonMapping | None = None  # the field is a message, or are messages, with a mapping of their own
    of_people: bool = False  # the field is the id of a person, a team or a pillar, or are the ids of people
    as_thing: Callable[[NamedPerson], Json] | None = None  # of a team or a pillar: how answers embed it


def read(*names: str, write: Callable[..., Any] | None = None) -> Read:
    """Read from these fields of the message: as the value is, or as `write` makes it of all of them. null where the first is unset.

    A name with a dot is a field of a message in the message.
    """
    return Read(names, write)


def person(name: str) -> Read:
    """Whoever has the id in this field of the message; null where it is nobody's."""
    return Read((name,), of_people=True)


def team(name: str) -> Read:
    """The team that has the id in this field of the message; null where it is none's."""
    return Read((name,), of_people=True, as_thing=_as_team)


def pillar(name: str) -> Read:
    """The pillar that has the id in this field of the message; null where it is none's."""
    return Read((name,), of_people=True, as_thing=_as_pillar)


people = person
"""Everyone whose id is in this field of the message, which is a list."""


def part(name: str, mapping: JsonMapping) -> Read:
    """What this mapping makes of the message in a field, null where it is unset; or of each of the messages in it."""
    return Read((name,), written_by=mapping)


class JsonMapping:
    """From messages to the JSON of a model."""

    def __init__(self, model: type[Answer], message: type[Message], *, added: Collection[str] = ()) -> None:
        """`added` are fields of the model that the caller adds. Raises ValueError when the model reads what the message does not have."""
        self.model: Final = model
        self.message: Final = message
        self._reads: Final[dict[str, Read]] = {
            name: next((said for said in field.metadata if isinstance(said, Read)), Read((name,)))
            for name, field in model.model_fields.items()
            if name not in added
        }
        fields = {name: _described(message.DESCRIPTOR, name) for said in self._reads.values() for name in said.names}
        if missing := [name for name, field in fields.items() if field is None]:
            raise ValueError(f"{model.__name__} reads {', '.join(missing)}, which {message.DESCRIPTOR.full_name} does not have")
        self._values: Final = {name: _value(said, fields[said.names[0]]) for name, said in self._reads.items()}
        of_people = [said for said in self._reads.values() if said.of_people or said.written_by]
        self._people: Final = [_people_of(said, fields[said.names[0]]) for said in of_people]

    def json(self, message: Message, people: People = NOBODY, **added: Any) -> Json:
        """The JSON of one message, with what the caller adds, in the order of the model. `people` are all whom it names."""
        if not added:
            return {name: value(message, people) for name, value in self._values.items()}
        return {name: added[name] if name in added else self._values[name](message, people) for name in self.model.model_fields}

    def all(self, messages: Iterable[Message], people: People = NOBODY) -> list[Json]:
        """The JSON of each message."""
        return [self.json(message, people) for message in messages]

    def rows(self, columns: Message, people: People = NOBODY, **added: Iterable[Any]) -> list[Json]:
        """The JSON of each row of a message of columns: entry i of every list, and of every column that is added, belongs to row i."""
        names = tuple(self.model.model_fields)
        written = [added[name] if name in added else _column(self._reads[name], columns, people) for name in names]
        return [dict(zip(names, row, strict=False)) for row in zip(*written, strict=True)]  # each row has as many values as there are names

    def people_of(self, message: Message) -> Iterator[Id]:
        """Everyone whom a message names."""
        for ids in self._people:
            yield from ids(message)


def _described(message: Any, name: str) -> FieldDescriptor | None:
    """A field of a message; with dots, of a message in it."""
    first, _, rest = name.partition(".")
    field: FieldDescriptor | None = message.fields_by_name.get(first)
    return _described(field.message_type, rest) if rest and field is not None else field


def _value(said: Read, first: Any) -> Callable[[Any, People], Any]:
    """What a field of the answer is, given a message; `first` describes the first field that it is read from."""
    values: Callable[[Any], Any] = attrgetter(*said.names)
    write: Callable[..., Any] = said.write or (list if first.is_repeated else _as_it_is)
    if said.of_people:
        holder, _, inside = said.names[0].partition(".")
        if first.is_repeated and inside:
            return lambda message, people: [people[i] for i in values(message)] if message.HasField(holder) else None
        if first.is_repeated:
            return lambda message, people: [people[i] for i in values(message)]
        if (embedded := said.as_thing) is not None:
            return lambda message, people: None if (named := people.get(values(message))) is None else embedded(named)
        return lambda message, people: people.get(values(message))
    if said.written_by is not None:
        mapping = said.written_by
        if first.is_repeated:
            return lambda message, people: mapping.all(values(message), people)
        return lambda message, people: mapping.json(values(message), people) if message.HasField(first.name) else None
    if len(said.names) > 1:
        return lambda message, _: write(*values(message))
    if first.has_presence and first.type != FieldDescriptor.TYPE_MESSAGE:
        return lambda message, _: write(values(message)) if message.HasField(first.name) else None
    return lambda message, _: write(values(message))


def _people_of(said: Read, first: Any) -> Callable[[Any], Iterable[Id]]:
    """The ids of people that a field of a message holds."""
    values: Callable[[Any], Any] = attrgetter(*said.names)
    if said.written_by is not None:
        mapping = said.written_by
        if first.is_repeated:
            return lambda message: (i for each in values(message) for i in mapping.people_of(each))
        return lambda message: mapping.people_of(values(message)) if message.HasField(first.name) else ()
    if first.is_repeated:
        return lambda message: (i for i in values(message) if i not in _NOBODYS)
    return lambda message: () if values(message) in _NOBODYS else (values(message),)


_NOBODYS: Final = (b"", NIL)
"""Ids that stand where nobody is meant."""


def _as_team(named: NamedPerson) -> Json:
    return {"id": named["id"], "name": named["name"]}


def _as_pillar(named: NamedPerson) -> Json:
    return {"id": named["id"], "title": named["name"]}


def _things(thing_ids: Iterable[Id], embedded: Callable[[NamedPerson], Json], people: People) -> Iterator[Json | None]:
    """The team, or the pillar, of each row; of thousands of rows these are few."""
    things = {thing_id: embedded(named) for thing_id in set(thing_ids) if (named := people.get(thing_id)) is not None}
    return map(things.get, thing_ids)


def _as_it_is(value: Any) -> Any:
    return value


def _column(said: Read, columns: Message, people: People) -> Iterable[Any]:
    values = [getattr(columns, name) for name in said.names]
    if said.of_people:
        if said.as_thing is not None:
            return _things(values[0], said.as_thing, people)
        return map(people.get, *values)
    return values[0] if said.write is None else map(said.write, *values)
