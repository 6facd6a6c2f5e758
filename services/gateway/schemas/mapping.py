"""An answer's JSON, declared once: each field of its model says where it is read in the message of a service, and how it is written.

class Person(Answer):
    id: Annotated[IdText, read("person_id", write=id_text)]
    name: str                                                    # of the same name in the message, as it is

PERSON = JsonMapping(Person, directory_pb2.Person)
PERSON.json(message)                                             # {"id": "…", "name": "…"}

What is read is checked against the message when the module is imported. Plain dictionaries are made, not models: what a service
answers needs no second validation, and for a tree of thousands that would cost more than the tree itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from typing import Any, Final, NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from gateway.http import Answer

Json = dict[str, Any]


class Read(NamedTuple):
    """The fields of a message that a field of an answer is read from, and what is written of their values."""

    names: tuple[str, ...]
    write: Callable[..., Any] | None = None


def read(*names: str, write: Callable[..., Any] | None = None) -> Read:
    """Read from these fields of the message: as the value is, or as `write` makes it of all of them. null where the first is unset."""
    return Read(names, write)


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
        fields = message.DESCRIPTOR.fields_by_name
        missing = [name for said in self._reads.values() for name in said.names if name not in fields]
        if missing:
            raise ValueError(f"{model.__name__} reads {', '.join(missing)}, which {message.DESCRIPTOR.full_name} does not have")
        self._values: Final = {name: _value(said, fields[said.names[0]]) for name, said in self._reads.items()}

    def json(self, message: Message, **added: Any) -> Json:
        """The JSON of one message, with what the caller adds, in the order of the model."""
        if not added:
            return {name: value(message) for name, value in self._values.items()}
        return {name: added[name] if name in added else self._values[name](message) for name in self.model.model_fields}

    def all(self, messages: Iterable[Message]) -> list[Json]:
        """The JSON of each message."""
        return [self.json(message) for message in messages]

    def rows(self, columns: Message) -> list[Json]:
        """The JSON of each row of a message of columns: entry i of every list belongs to row i."""
        written = [_column(said, columns) for said in self._reads.values()]
        names = tuple(self._reads)
        return [dict(zip(names, row, strict=False)) for row in zip(*written, strict=True)]  # each row has as many values as there are names


def _value(said: Read, first: Any) -> Callable[[Any], Any]:
    """What a field of the answer is, given a message; `first` describes the first field that it is read from."""
    values = attrgetter(*said.names)
    write: Callable[..., Any] = said.write or (list if first.is_repeated else _as_it_is)
    if len(said.names) > 1:
        return lambda message: write(*values(message))
    if first.has_presence and first.type != FieldDescriptor.TYPE_MESSAGE:
        return lambda message: write(values(message)) if message.HasField(first.name) else None
    return values if write is _as_it_is else lambda message: write(values(message))


def _as_it_is(value: Any) -> Any:
    return value


def _column(said: Read, columns: Message) -> Iterable[Any]:
    values = [getattr(columns, name) for name in said.names]
    return values[0] if said.write is None else map(said.write, *values)
