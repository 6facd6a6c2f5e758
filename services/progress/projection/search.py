# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""By what objectives and key results are found quickly: an index of terms, and a function that asks it for one tenant.

Row-level security keeps a query from every index of words: whether a text matches is asked of rows that the policy has let through
(docs/decisions, "What lists are found by"). So the owner asks, in a function that takes the tenant from where the policy does.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from chassis.ids import Id
from chassis.postgres import TENANT as TENANT_SETTING
from chassis.postgres import Connection
from progress.domain.status import NOT_STARTED
from progress.facts.found_by import TENANT, of_key_result, of_objective

BY_TERMS: Final = "USING gin (array_to_tsvector(terms))"
"""An index of terms."""

_AT_ONCE: Final = 2_000  # rows that are given their terms together


class _Objective(NamedTuple):
    """What an objective is found by, as it stood in its tables when they were given terms."""

    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    level: int
    owner_id: Id | None
    team_id: Id | None
    contributor_ids: tuple[Id, ...]
    kind: int
    visibility: int
    labels: tuple[str, ...]
    state: int

    @property
    def pillar_id(self) -> Id | None:
        """None: it came later."""
        return None


class _KeyResult(NamedTuple):
    """As an objective."""

    key_result_id: Id
    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    owner_ids: tuple[Id, ...]
    measure: int


def _function(name: str, table: str, key: str, due: str, *, of_home: bool) -> str:
    """Ids of a tenant's things that have some terms, are due between two days and were last told to have one of some statuses.

    At most so many; what is NULL is not asked. What nothing was told of yet is not started. Of things that have a home it can be asked
    that this one has some terms, too: whether it is asked are statements of their own, so that each has the plan that fits it.
    """
    answers = _answers(table, key, due)
    if of_home:
        homes = f"SELECT h.objective_id FROM objective_now h WHERE h.tenant_id = shown AND {_has_terms('h', 'of_home')}"
        of_homes = _answers(table, key, due, f"AND t.objective_id IN ({homes})")
        answers = f"IF of_home IS NULL THEN {answers} ELSE {of_homes} END IF;"
    home = ", of_home tsquery DEFAULT NULL" if of_home else ""
    return f"""
CREATE OR REPLACE FUNCTION public.{name}(wanted tsquery, due_from integer, due_to integer, statuses smallint[], most integer{home})
RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {{schema}}, pg_temp
SET plan_cache_mode = force_custom_plan AS $found$
DECLARE
  shown CONSTANT uuid := nullif(current_setting('{TENANT_SETTING}', true), '')::uuid;
BEGIN
  {answers}
END $found$;"""


def _answers(table: str, key: str, due: str, more: str = "") -> str:
    found = f"""RETURN QUERY SELECT t.{key} FROM {table} t WHERE t.tenant_id = shown AND t.cycle_id IS NOT NULL
    AND (wanted IS NULL OR {_has_terms("t", "wanted")})
    AND (due_from IS NULL OR {due} >= due_from) AND (due_to IS NULL OR {due} <= due_to) {more}"""
    told = "SELECT s.thing_id FROM public.status_told s WHERE s.tenant_id = shown AND s.status"
    return f"""IF statuses IS NULL THEN {found} LIMIT most;
  ELSIF {NOT_STARTED} = ANY(statuses) THEN {found} AND t.{key} NOT IN ({told} <> ALL(statuses)) LIMIT most;
  ELSE {found} AND t.{key} IN ({told} = ANY(statuses)) LIMIT most;
  END IF;"""


def _has_terms(row: str, terms: str) -> str:
    """Whether a row of the tenant has terms; the tenant is one of them, so that the index reads no other's."""
    return f"array_to_tsvector({row}.terms) @@ (('{TENANT}' || replace(shown::text, '-', ''))::tsquery && {terms})"


_OF_HOME: Final = "coalesce(nullif(t.due_day, 0), (SELECT h.due_day FROM objective_now h WHERE h.objective_id = t.objective_id))"
_FUNCTIONS: Final = _function("objectives_found", "objective_now", "objective_id", "t.due_day", of_home=False) + _function(
    "key_results_found", "key_result_now", "key_result_id", _OF_HOME, of_home=True
)


def found_functions(schema: str) -> str:
    """The statements that make the functions, which read the live tables of a schema, and what was told of them."""
    return _FUNCTIONS.format(schema=schema)


async def fill_found_by(connection: Connection, schema: str) -> None:
    """Gives rows that were there before what they are found by."""
    for table, columns in (
        ("objective", _Objective),
        ("objective_now", _Objective),
        ("key_result", _KeyResult),
        ("key_result_now", _KeyResult),
    ):
        await _fill(connection, f"{schema}.{table}", columns)


async def _fill(connection: Connection, table: str, columns: type[Any]) -> None:
    await connection.execute("CREATE TEMPORARY TABLE found (row tid, terms text[], title_key text, reference_key text) ON COMMIT DROP")
    async with connection.cursor(name="of_before") as rows, connection.cursor() as writer:
        names = ", ".join(columns._fields)
        await rows.execute(f"SELECT ctid::text, tenant_id, {names} FROM {table} WHERE cycle_id IS NOT NULL AND terms IS NULL".encode())
        while some := await rows.fetchmany(_AT_ONCE):
            async with writer.copy(b"COPY found FROM STDIN") as copy:
                for row_id, tenant_id, *values in some:
                    made = columns(*map(_as_folded, values))
                    found = of_objective(tenant_id.bytes, made) if columns is _Objective else of_key_result(tenant_id.bytes, made)
                    await copy.write_row((row_id, list(found.terms), found.title_key, found.reference_key))
    columns_set = "(terms, title_key, reference_key) = (f.terms, f.title_key, f.reference_key)"
    await connection.execute(f"UPDATE {table} t SET {columns_set} FROM found f WHERE t.ctid = f.row".encode())
    await connection.execute("DROP TABLE found")


def _as_folded(value: Any) -> Any:
    """A value of a row, as a fold has it: ids as bytes."""
    if isinstance(value, list):
        return tuple(map(_as_folded, value))
    return getattr(value, "bytes", value)
