"""Exports: everything of a tenant as the tables that an import reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import orjson
from starlette.responses import Response

from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_TABLES_EXPORTED
from gateway.exporting import Export
from gateway.http import LINES
from gateway.routes.limits import EXPORTS
from gateway.routes.mentions import shown
from gateway.routes.request import Request, Resource
from gateway.routes.responses import line_response
from shared.roles import ADMIN

exports: Final = Resource("Exports", "Everything of a tenant as tables.")

_EXAMPLE: Final = (
    '{"file":"objectives.csv","text":"objective,title,starts_on,ends_on,…\\nJ1,Expand the team,2026-07-01,2026-09-30,…\\n"}\n'
    '{"report":{"tables":[{"file":"objectives.csv","rows":1}],"left_out":[],"left_out_count":0}}\n'
)


@exports.get("/v1/export-tables", at_once=EXPORTS, media_type=LINES, answer_example=_EXAMPLE)
async def export_tables(request: Request) -> Response:
    """Export the tenant as the tables that an import reads. For admins.

    Imported into an empty tenant they give the same numbers on every day, as far as is known now. Each line is {"file", "text"}: rows as
    CSV, to be put behind what the lines before say of that file; the last one is {"report"}: the rows of each table, and what is left out,
    because an end has cut it off, or because the tables have no word for it. A text that begins with = + - @ bears an apostrophe before
    it, which an import takes away. That the tables were taken is a security event.
    """
    request.identity.require(ADMIN)
    response = await line_response(request, _lines(request))
    request.note(SECURITY_EVENT_KIND_TABLES_EXPORTED)
    return response


async def _lines(request: Request) -> AsyncIterator[bytes]:
    export = Export(request, shown)
    async for line in export.lines():
        yield orjson.dumps(line._asdict()) + b"\n"
    yield orjson.dumps({"report": export.report()}) + b"\n"
