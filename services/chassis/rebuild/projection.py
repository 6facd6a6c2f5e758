"""What a service says of a projection, so that it can be made anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chassis.events import EventTypes
from chassis.ids import Id
from chassis.postgres import Connection

FirstDeadLetters = Mapping[Id, int]
"""By aggregate: the position of its first dead letter in a log."""


def stands_behind(aggregate_id: Id, position: int, letters: FirstDeadLetters) -> bool:
    """Whether an event is a dead letter or comes after one of its aggregate: a rebuild, too, takes it only after that one."""
    first = letters.get(aggregate_id)
    return first is not None and first <= position


DONE: Final = "done"
"""The phase of the last step."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a rebuild is."""

    phase: str  # "events", "indexes", "swap", DONE
    events: int  # folded so far
    total: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Where the tables are made, from which logs, and whom a builder tells now and then that it has come further."""

    conninfo: str  # finds the tables that are made before the live ones
    logs: Mapping[str, str]  # databases by the log's name
    told: Callable[[], None]


class Builder(Protocol):
    """Fills the tables that a rebuild makes. An event that stands behind a dead letter is passed over, until it does no longer."""

    @property
    def events(self) -> int:
        """How many it has folded, or passed over."""
        ...

    def waiting(self, log: str) -> Collection[int]:
        """The positions of the events of a log that it has passed over."""
        ...

    def fill(self, heads: Mapping[str, int], letters: Mapping[str, FirstDeadLetters]) -> None:
        """Folds each log up to its head."""
        ...

    def finish(self) -> None:
        """Makes indexes, and whatever follows from all events."""
        ...

    def follow(self, log: str, after: int, letters: FirstDeadLetters) -> int:
        """Folds what waits no longer, and whatever stands after a position; answers the last one. Committed when it returns."""
        ...


@dataclass(frozen=True, slots=True)
class Projection:
    """Tables that are made from logs alone, in a schema of their own; what must survive a rebuild is in `public`."""

    schema: str
    logs: tuple[str, ...]
    types: EventTypes | None  # what its consumer knows; None: it takes events of every type
    tables: str  # statements that make them, without a schema's name
    builder: Callable[[Beside], AbstractContextManager[Builder]]
    with_the_swap: Sequence[str] = ()
    """Statements in the transaction of the swap, over the new tables."""


def next_of(schema: str) -> str:
    """The schema in which a rebuild makes the tables."""
    return f"{schema}_next"


def old_of(schema: str) -> str:
    """The schema of the tables that were live before a swap."""
    return f"{schema}_old"


async def tables_of(connection: Connection, schema: str) -> int:
    """Which tables are live: another number after a swap.

    Names are looked up in the present, whatever the snapshot: in a transaction of one snapshot a swap may put tables under them that it
    sees nothing of. So whoever asks more than one question of a snapshot asks this before and after. An open cursor stays with its tables.
    """
    row = await (await connection.execute("SELECT to_regnamespace(%s)::oid::bigint", (schema,))).fetchone()
    return int(row[0]) if row is not None else 0


_PLANNED_AT_ONCE: Final = "-c jit=off"


def conninfo(database_url: str, schema: str) -> str:
    """Where a connection finds a projection's tables: what is made without a schema still goes to `public`, as the chassis's own do."""
    given = conninfo_to_dict(database_url).get("options") or ""
    return make_conninfo(database_url, options=f"{given} -c search_path=public,{schema} {_PLANNED_AT_ONCE}".strip())
