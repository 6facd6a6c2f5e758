"""Imports: the tables of a company, brought in at once, with a report of what became of every row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

import orjson
from pydantic import AfterValidator, Field, WithJsonSchema
from starlette.responses import Response

from gateway.http import LINES, Body, Problem, Query
from gateway.importing import (
    MOST_BYTES,
    DryRunServices,
    Import,
    Notation,
    Services,
    TableUnreadable,
    Upload,
    checked_date_format,
    read_plan,
)
from gateway.importing.comments import Worded
from gateway.importing.plan import ImportPlan
from gateway.routes.limits import IMPORTS
from gateway.routes.mentions import readers_of, words_of
from gateway.routes.new_key_results import unreachable
from gateway.routes.request import Request, Resource
from gateway.routes.responses import line_response
from gateway.routes.service_status import caught_up, taken_in_by
from shared.roles import ADMIN, SERVICE
from shared.tables import Locale, TableName

imports: Final = Resource("Imports", "Tables of objectives, key results, KPIs, work, check-ins, grades and comments, brought in at once.")

ZIP: Final = "application/zip"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXAMPLE: Final = {
    "tables": {
        "objectives.csv": "objective,cycle,title,starts_on,ends_on\nJ1,2026-Q3,Expand the team,2026-07-01,2026-09-30\n",
        "key_results.csv": "objective,number,title,kind,start,target\nJ1,1,Hire three developers,number,0,3\n",
        "checkins.csv": "objective,key_result,date,by,score,value,note\nJ1,1,2026-08-31,martin,,2,Two have signed.\n",
    }
}
_REPORT_EXAMPLE: Final = (
    '{"step":"objectives","done":0,"total":1}\n'
    '{"report":{"dry_run":false,"tables":[{"file":"objectives.csv","encoding":"utf-8","delimiter":"comma"},'
    '{"file":"key_results.csv","encoding":"utf-8","delimiter":"comma"},{"file":"checkins.csv","encoding":"utf-8","delimiter":"comma"}],'
    '"new":4,"corrected":0,"already_there":0,'
    '"settings":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"cycles":{"new":1,"corrected":0,"already_there":0,"refused":0},'
    '"people":{"new":1,"corrected":0,"already_there":0,"refused":0},'
    '"teams":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"pillars":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"objectives":{"new":1,"corrected":0,"already_there":0,"refused":0},'
    '"key_results":{"new":1,"corrected":0,"already_there":0,"refused":0},'
    '"kpis":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"initiatives":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"tasks":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"milestones":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"check_ins":{"new":0,"corrected":0,"already_there":0,"refused":1},'
    '"kpi_values":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"grades":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"comments":{"new":0,"corrected":0,"already_there":0,"refused":0},'
    '"by_objective":[{"ref":"J1","title":"Expand the team","verdict":"created","new_key_results":1,"new_check_ins":0,"new_grades":0,'
    '"changes":[],"changes_count":0}],"by_objective_count":1,'
    '"refused":[{"file":"checkins.csv","line":2,"column":"value","reason":"\'two\' is not a number; one looks like 0.75",'
    '"consequences":[]}],"refused_count":1,'
    '"repeated":[],"repeated_count":0,"implausible":[],"implausible_count":0,"changes":[],"changes_count":0,'
    '"different":[],"left_out":[],"left_out_count":0,'
    '"published_totals":[]}}\n'
)


class ImportedTables(Body):
    """The tables of a folder, as text."""

    tables: Annotated[dict[TableName, Annotated[bytes, WithJsonSchema({"type": "string"})]], Field(min_length=1)]
    """By their names. objectives.csv and key_results.csv are needed."""

    def taken(self) -> dict[str, bytes]:
        """The tables, which are held here no longer."""
        tables = {str(name): table for name, table in self.tables.items()}
        self.tables = {}
        return tables


class Notated(Query):
    """How tables are written."""

    locale: Locale | None = None
    """Whose numbers and days the tables are written with: decimal commas, thousands, days. Without it, what could be either is refused."""
    date_format: Annotated[str, Field(max_length=20, examples=["dd.mm.yyyy"]), AfterValidator(checked_date_format)] | None = None
    """How days are written: dd, mm and yyyy in their order. It goes before the locale's; YYYY-MM-DD is always read."""


class ImportQuery(Notated):
    """How to import."""

    dry_run: bool = False
    """Tell what would become of every row, and change nothing."""


@imports.post(
    "/v1/imports",
    body=ImportedTables,
    other_bodies={ZIP: "The tables of a folder, packed.", XLSX: "The same as a workbook: each table is a sheet, called as its file."},
    body_limit=MOST_BYTES,
    at_once=IMPORTS,
    example=_EXAMPLE,
    query=ImportQuery,
    media_type=LINES,
    answer_example=_REPORT_EXAMPLE,
)
async def import_tables(request: Request, body: ImportedTables | None) -> Response:
    """Import the tables of a folder: as JSON, packed in a zip, or as the sheets of a workbook (XLSX). For admins and services.

    What the tables hold is told in examples/README.md; at most 200,000 rows and 16 MiB, packed or not. A line for each step: {"step",
    "done", "total"}; the last one is {"report"}: how each table was read, how much of each kind is new, corrected or there already, what
    becomes of each objective (created, changed, unchanged or refused; what is new under it; each field that changes, before and after), and
    which fields of KPIs, work, milestones and comments change,
    each row that was refused with its file, line, column, why, and how many others for nothing else, which rows say the same as one before,
    which have a value that lies more than 50 times as far from the start as the target does (both count all the same), what is otherwise in
    Cairn and was left so, and what earlier imports said and no row says any more. A dry run tells the same, and changes nothing. A row of
    check-ins is about the check-in of its key result, day and person that has its place, whatever it says; so the same tables sent again
    change nothing, changed rows correct what they said, and no Idempotency-Key is needed. An import that broke off is sent again.
    """
    request.identity.require(ADMIN, SERVICE)
    query = request.query(ImportQuery)
    plan = await planned(request, body, query)
    return await line_response(request, _lines(request, plan, query.dry_run))


async def planned(request: Request, body: ImportedTables | None, notated: Notated) -> ImportPlan:
    """What the tables of a request say; they are not held any longer than they need be. Raises Problem (TABLES_UNREADABLE)."""
    notation = Notation(notated.locale, notated.date_format)
    packed, request.body = request.body, b""  # what is read need not be held for as long as the request is under way
    try:
        return await read_plan(Upload(packed if body is None else body.taken(), notation))
    except TableUnreadable as unreadable:
        field = "body" if body is None else "tables"
        raise Problem(422, "TABLES_UNREADABLE", str(unreadable), [(field, str(unreadable))]) from None


async def _lines(request: Request, plan: ImportPlan, dry_run: bool) -> AsyncIterator[bytes]:
    services = (DryRunServices if dry_run else Services)(request, lambda: caught_up(request), lambda: taken_in_by(request, "checkins"))

    async def wording(text: str) -> Worded:
        words = await words_of(request, text)
        return Worded(words, await readers_of(request, [mention.person_id for mention in words.mentions]))

    importing = Import(services, plan, lambda reference: unreachable(request.api, reference), wording, dry_run=dry_run)
    async for step in importing.run():
        yield orjson.dumps({"step": step.what, "done": step.done, "total": step.total}) + b"\n"
    yield await asyncio.to_thread(lambda: orjson.dumps({"report": importing.report.as_json()}) + b"\n")
