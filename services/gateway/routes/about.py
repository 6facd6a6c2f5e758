"""The gateway about itself: whether it is alive, and its own document."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import WithJsonSchema
from starlette.responses import HTMLResponse, Response

from gateway.http import JSON, Answer, document_bytes, json_response, page
from gateway.routes.request import Request, Resource

about: Final = Resource("About", "The gateway about itself.")


class Health(Answer):
    """The gateway is alive; /v1/status says how the services are."""

    status: Annotated[Literal["ok"], WithJsonSchema({"const": "ok", "type": "string"})]


@about.get("/health", answer=Health, signed_in=False, local=True, any_host=True)
async def get_health(_: Request) -> Response:
    """Tell whether the gateway is alive."""
    return json_response(Health(status="ok"))


@about.get("/openapi.json", media_type=JSON, signed_in=False, local=True)
async def get_openapi(request: Request) -> Response:
    """Get this document (OpenAPI 3.1)."""
    return Response(document_bytes(request.api), media_type=JSON)


@about.get("/docs", media_type="text/html", answer_example="<!doctype html>…", signed_in=False, local=True)
async def get_docs(request: Request) -> Response:
    """Get this document as a page to read."""
    return HTMLResponse(page(request.api))
