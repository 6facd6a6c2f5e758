"""The gateway about itself: alive, empty, and its own document."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Final, Literal

import orjson
from pydantic import WithJsonSchema
from starlette.responses import HTMLResponse, Response

from gateway.answers import json_answer
from gateway.api import JSON, Routes, Visit
from gateway.fields import Answer
from gateway.openapi import document_bytes
from gateway.page import page

about: Final = Routes("About", "The gateway about itself.")

HTML: Final = "text/html; charset=utf-8"


class Health(Answer):
    """The gateway is alive; /v1/status says how the services are."""

    status: Annotated[Literal["ok"], WithJsonSchema({"const": "ok", "type": "string"})]


class Empty(Answer):
    """Nothing."""


@about.get("/health", answer=Health, signed_in=False, local=True)
async def get_health(_: Visit) -> Response:
    """Tell whether the gateway is alive."""
    return json_answer(Health(status="ok"))


@about.get("/v1/empty", answer=Empty, local=True)
async def get_empty(_: Visit) -> Response:
    """Answer nothing.

    Everything that stands before an operation and after it, and no operation: what the others are measured against.
    """
    return Response(b"{}", media_type=JSON)


@about.get("/openapi.json", media_type=JSON, signed_in=False, local=True)
async def get_openapi(visit: Visit) -> Response:
    """Get this document (OpenAPI 3.1)."""
    return Response(document_bytes(visit.resources), media_type=JSON)


@about.get("/docs", media_type="text/html", signed_in=False, local=True)
async def get_docs(visit: Visit) -> Response:
    """Get this document as a page to read."""
    return HTMLResponse(_page(visit.resources))


@cache
def _page(resources: tuple[Routes, ...]) -> str:
    return page(orjson.loads(document_bytes(resources)))
