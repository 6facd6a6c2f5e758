# ruff: noqa: S608 - statements are made of constants alone
"""By what lists of key results are ordered, and how each order is walked: along an index, so that a page costs what it holds.

A key result is due on a day of its own or else with its home, so that no one index has the days of all: those with a day of their own
are walked by it, the others home by home, and a page is made of the first of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from cairn.progress.v1 import service_pb2 as pb
from progress.queries.paging import Key
from progress.queries.statements import HOLDS

HOME_NOW: Final = "SELECT * FROM objective_now h WHERE h.objective_id = {d}.objective_id"
HOME_THERE: Final = f"""SELECT h.* FROM objective h WHERE h.objective_id = {{d}}.objective_id AND {HOLDS}
      ORDER BY h.position DESC, h.true_from DESC LIMIT 1"""
"""The home of a key result `d`, now and at a point."""
_DUE: Final = "coalesce(nullif({{d}}.due_day, 0), (SELECT h.due_day FROM ({home}) h))"
DUE_NOW: Final = _DUE.format(home=HOME_NOW)
DUE_THERE: Final = _DUE.format(home=HOME_THERE)
"""When a key result is due: on a day of its own, else with its home."""


class Walk(NamedTuple):
    """Live rows `n` of key results in an order: where they are read, and by which columns beside their id."""

    rows: str
    by: tuple[str, ...]
    also: tuple[str, ...] = ()  # what else holds of them
    begins: bool = False  # the columns are another table's, whose walk begins with them alone
    due: str | None = None  # the column that it is walked by, where that is the day on which they are due


class Order(NamedTuple):
    """How key results are ordered, as statements have it; `key` is what a page ends with, of a row `d`, and `parts` are its columns."""

    now: tuple[Walk, ...]
    there: tuple[str, ...]
    key_now: str
    key_there: str
    parts: Callable[[Key], tuple[Key, ...]]


_KEY_RESULTS: Final = "key_result_now n"
_OF_HOMES: Final = "objective_now h JOIN key_result_now n ON n.objective_id = h.objective_id"
_DUE_KEY: Final = "({due}) || ':' || {{d}}.objective_id"
_DAYS: Final = range(-(2**31), 2**31)


def _of_column(column: str) -> Order:
    ordered = f'{column} COLLATE "C"'
    key = f"{{d}}.{column}"
    return Order((Walk(_KEY_RESULTS, (f"n.{ordered}",)),), (f"d.{ordered}",), key, key, lambda key: (key,))


def _due_and_home(key: Key) -> tuple[Key, ...]:
    """Raises ValueError."""
    due, home = str(key).split(":")
    if int(due) not in _DAYS or len(bytes.fromhex(home.replace("-", ""))) != 16:
        raise ValueError(key)
    return int(due), home


ORDERS: Final[Mapping[pb.KeyResultOrder.ValueType, Order]] = {
    pb.KEY_RESULT_ORDER_UNSPECIFIED: Order((Walk(_KEY_RESULTS, ()),), (), "''", "''", lambda _: ()),
    pb.KEY_RESULT_ORDER_REF: _of_column("reference_key"),
    pb.KEY_RESULT_ORDER_TITLE: _of_column("title_key"),
    pb.KEY_RESULT_ORDER_DUE_DAY: Order(
        (
            Walk(_KEY_RESULTS, ("n.due_day", "n.objective_id"), ("n.due_day <> 0",), due="n.due_day"),
            Walk(
                _OF_HOMES,
                ("h.due_day", "h.objective_id"),
                ("h.tenant_id = %(tenant)s::uuid", "n.due_day = 0"),
                begins=True,
                due="h.due_day",
            ),
        ),
        (DUE_THERE.format(d="d"), "d.objective_id"),
        _DUE_KEY.format(due=DUE_NOW),
        _DUE_KEY.format(due=DUE_THERE),
        _due_and_home,
    ),
}


def reader_of(order: pb.KeyResultOrder.ValueType) -> Callable[[str], Key]:
    """Reads the key of a page token. It raises ValueError for one that is none of the order."""

    def read(text: str) -> Key:
        ORDERS[order].parts(text)
        return text

    return read


def ordered(by: tuple[str, ...], key_result: str, *, descending: bool) -> str:
    """ORDER BY: some columns, and the id of the key result."""
    return ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column in (*by, key_result))


def behind(walk_by: tuple[str, ...], key_result: str, *, descending: bool, begins: bool = False) -> str:
    """What lies behind the place in the parameters key0, key1 … and place."""
    sign = "<" if descending else ">"
    keys = [f"%(key{number})s{'' if number == 0 else '::uuid'}" for number in range(len(walk_by))]
    whole = f"({', '.join((*walk_by, key_result))}) {sign} ({', '.join((*keys, '%(place)s::uuid'))})"
    return f"({', '.join(walk_by)}) {sign}= ({', '.join(keys)}) AND {whole}" if begins else whole
