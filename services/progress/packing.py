"""Tables whose rows are packed by hand, as rows for COPY and as arrays for parameters; and connections that take such arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chassis.ids import Id
from chassis.postgres import PLAN_ONCE, Connection
from chassis.postgres.binary import COLUMN_TYPES, UUID, Array, packed_values, row_packer, take_arrays


class Table:
    """A table of facts or of live rows: its name, its columns with their types, and how a row of it is packed."""

    def __init__(self, name: str, columns: dict[str, str], constraints: str = "", options: str = "") -> None:
        self.name = name
        self.columns = tuple(columns)
        self._types = columns
        self._constraints = constraints
        self._options = options
        self._column_types = [COLUMN_TYPES[column_type.split(" ")[0]] for column_type in columns.values()]
        self.pack = row_packer([*columns.values()])

    def ddl(self) -> str:
        """The statement that creates it, where it is missing."""
        columns = ", ".join(f"{name} {column_type}" for name, column_type in self._types.items())
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({columns}{self._constraints}){self._options};"

    def insertion(self) -> str:
        """The statement that appends the rows that `arrays` makes parameters of."""
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) SELECT {', '.join('unnest(%s)' for _ in self.columns)}"

    def arrays(self, rows: Sequence[bytes]) -> list[Array]:
        """Packed rows as parameters, an array a column; there is at least one row, and no column is an array itself."""
        columns = zip(*map(packed_values, rows), strict=True)
        return [kind.array_of_packed(elements) for kind, elements in zip(self._column_types, columns, strict=True)]


def ids(values: Iterable[Id]) -> Array:
    """Ids as a parameter of type uuid[], in ascending order: rows are locked in one order everywhere."""
    return UUID.array(sorted(values))


async def prepare_for_queries(connection: Connection) -> None:
    """As `take_arrays`; and each statement is planned once."""
    take_arrays(connection)
    await connection.execute(PLAN_ONCE)
