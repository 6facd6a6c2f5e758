# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Which things a list looks among: by an index of their terms where they are few, else by walking in the order of the list.

Where many of a tenant's things pass the filters, a page is soon full, however they are ordered. Where few do, the index names them all.
Either way a page costs what it holds, and not what the tenant has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from chassis.errors import invalid
from chassis.ids import Id
from chassis.postgres.binary import SMALLINT, UUID
from progress.domain.status import NOT_STARTED
from progress.facts.found_by import WORD
from progress.queries.reading import Cursor
from progress.queries.visibility import VISIBLE_ONE_BY_ONE
from shared.words import beginnings_of

FEW: Final = 2_000
"""How many things the index names at most; where more pass, the list is walked."""

_PARTED: Final = r"E'\x01'"
MOST_COUNTED: Final = 1_000
"""How many entries of a list are counted at most."""


class Wanted:
    """What things are found by: each condition as an asking of the index, and as one of a row."""

    def __init__(self, row: str) -> None:
        """`row` is the alias of the row, `{d}` in conditions."""
        self._row = row
        self._asked: list[str] = []
        self.conditions: list[str] = []
        self.parameters: dict[str, Any] = {}
        self.due: tuple[int | None, int | None] = (None, None)
        self.statuses: list[int] = []
        self.home: Wanted | None = None
        self.nothing = False

    def text(self, text: str) -> None:
        """Their words begin with all of those of a text. Raises Refused (INVALID) for a NUL."""
        if not text:
            return
        _require_no_nul("text", text)
        beginnings = beginnings_of(text)
        self.nothing |= not beginnings  # signs alone are no words, and nothing is called by them
        for number, beginning in enumerate(beginnings):
            self._asked.append(f"{_quoted(WORD + beginning)}:*")
            one = f"beginning{number}"
            # A third of the time of looking at each term by itself; no text on a line has the sign that parts them.
            self.demand(f"strpos({_PARTED} || array_to_string({{d}}.terms, {_PARTED}), %({one})s) > 0", one, f"\x01{WORD}{beginning}")

    def any_of(self, kind: str, values: Iterable[str | int | Id], condition: str, name: str, parameter: Any = None) -> None:
        """One of their terms of a kind is one of some values; no values: whatever they are."""
        said = list(values)
        if not said:
            return
        for value in said:
            if isinstance(value, str):
                _require_no_nul(name, value)
        terms = (kind + (value.hex() if isinstance(value, bytes) else str(value)) for value in said)
        self._asked.append(f"({' | '.join(map(_quoted, terms))})")
        self.demand(condition, name, said if parameter is None else parameter)

    def demand(self, condition: str, name: str, parameter: Any) -> None:
        """A condition of the row, which no term says, or one does, too."""
        self.conditions.append(condition.format(d=self._row))
        self.parameters[name] = parameter

    def due_between(self, first: int | None, last: int | None, day: str) -> None:
        """The day `day`, in SQL, on which they are due lies between two, both included."""
        self.due = first, last
        self.conditions += [condition.format(d=self._row) for condition in self.due_conditions(day)]
        self.parameters |= {bound: value for bound, value in zip(("due_from", "due_to"), self.due, strict=True) if value is not None}

    def due_conditions(self, day: str) -> list[str]:
        """What `due_between` has asked for, of the day that is `day` in SQL."""
        first, last = self.due
        return [*([f"{day} >= %(due_from)s"] if first is not None else []), *([f"{day} <= %(due_to)s"] if last is not None else [])]

    def of_home(self, home: Wanted, row: str) -> None:
        """Their objective, which the statement `row` finds, is found by what `home` says of it, and the caller may see it.

        Else it would tell what a hidden objective says of whatever is seen from another one.
        """
        if home.conditions:
            self.home = home
            of_it = " AND ".join(f"({condition})" for condition in home.conditions)
            self.conditions.append(f"""EXISTS (SELECT FROM objective_now o CROSS JOIN LATERAL ({row.format(d=self._row)}) h
    WHERE o.objective_id = {self._row}.objective_id AND {of_it} AND {VISIBLE_ONE_BY_ONE})""")
            self.parameters |= home.parameters

    def status(self, statuses: Iterable[int], key: str) -> None:
        """The status that was last told of the row, whose id `key` is in SQL; what nothing was told of is not started."""
        self.statuses = list(statuses)
        if self.statuses:
            told = f"SELECT s.status FROM public.status_told s WHERE s.thing_id = {key}"
            self.demand(f"coalesce(({told}), {NOT_STARTED}) = ANY(%(statuses)s)", "statuses", SMALLINT.array(self.statuses))

    @property
    def terms(self) -> str | None:
        """What is asked of the index of terms; None: nothing."""
        return " & ".join(self._asked) or None


class Among(NamedTuple):
    """What a list looks among: `few` things that are all that pass, or None: it is walked."""

    few: Sequence[Id] | None
    named: Sequence[Id] | None
    """Those that the index has named, of more perhaps; None: nothing was asked of it."""

    def condition(self, of: str, parameters: dict[str, Any]) -> str:
        """Of a row whose id `of` is."""
        if self.few is None:
            return "true"
        parameters["few"] = UUID.array(sorted(self.few))
        return f"{of} = ANY(%(few)s)"

    def those_named(self) -> Among:
        """To look among those that were named alone, be there more or not: to count."""
        return Among(self.named, self.named)


async def among(cursor: Cursor, function: str, wanted: Wanted) -> Among:
    """Asks the index, which `function` (of `progress.projection.search`) does for the tenant that the connection shows."""
    if wanted.nothing:
        return Among((), ())
    first, last = wanted.due
    if (terms := wanted.terms) is None and first is None and last is None and not wanted.statuses and wanted.home is None:
        return Among(None, None)
    asked = [terms, first, last, SMALLINT.array(wanted.statuses) if wanted.statuses else None, FEW + 1]
    of_home = "" if wanted.home is None else ", %s::tsquery"
    if wanted.home is not None:
        asked.append(wanted.home.terms)
    statement = f"SELECT * FROM public.{function}(%s::tsquery, %s, %s, %s::smallint[], %s{of_home})"
    await cursor.execute(statement.encode(), asked, prepare=True)
    found = [row[0] for row in await cursor.fetchall()]
    return Among(None if len(found) > FEW else found, found)


class Total(NamedTuple):
    """How many entries a list has."""

    entries: int
    at_least: bool
    """Whether there are more: they are not counted."""


async def counted(cursor: Cursor, statement: str, parameters: dict[str, Any], found: Among) -> Total:
    """How many rows a statement has, as far as they are counted; it looks among those that were named, of which there may be more."""
    await cursor.execute(f"SELECT count(*) FROM ({statement} LIMIT {MOST_COUNTED + 1}) found".encode(), parameters)
    row = await cursor.fetchone()
    entries = 0 if row is None else int(row[0])
    return Total(min(entries, MOST_COUNTED), entries > MOST_COUNTED or (found.few is None and found.named is not None))


def _quoted(term: str) -> str:
    """A term as a text of a tsquery has it."""
    return "'{}'".format(term.replace("\\", "\\\\").replace("'", "''"))


def _require_no_nul(name: str, value: str) -> None:
    if "\0" in value:
        raise invalid(name, "a text without NUL is wanted")
