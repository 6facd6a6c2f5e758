"""The gateway about itself: whether it is alive, and its own document."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import WithJsonSchema
from starlette.responses import HTMLResponse, Response

from gateway.backends import BackendName
from gateway.http import JSON, Answer, Problem, document_bytes, json_response, page
from gateway.routes.request import Request, Resource

_STYLES_ALONE: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

about: Final = Resource("About", "The gateway about itself.")


class Health(Answer):
    """The gateway is alive; /v1/status says how the services are."""

    status: Annotated[Literal["ok"], WithJsonSchema({"const": "ok", "type": "string"})]


@about.get("/health", answer=Health, signed_in=False, local=True, any_host=True)
async def get_health(_: Request) -> Response:
    """Tell whether the gateway is alive.

    The same as GET /health/live, for whoever knows only this name. It asks nothing else.
    """
    return json_response(Health(status="ok"))


class Ready(Answer):
    """The gateway takes requests."""

    status: Annotated[Literal["ready"], WithJsonSchema({"const": "ready", "type": "string"})]
    away: list[BackendName]
    """Services that do not answer, or lack their database or Kafka: what needs them is refused (503), all else goes on."""


@about.get("/health/live", answer=Health, signed_in=False, local=True, any_host=True)
async def get_liveness(_: Request) -> Response:
    """Tell whether the gateway is alive, and nothing more.

    A process that does not answer is to be started anew; whatever else is away, this one is not.
    """
    return json_response(Health(status="ok"))


@about.get("/health/ready", answer=Ready, signed_in=False, any_host=True)
async def get_readiness(request: Request) -> Response:
    """Tell whether the gateway takes requests.

    It does while directory is ready, without which nobody is known; then it says which of the other services are not.
    """
    away = await request.backends.ready.away()
    if "directory" in away:
        raise Problem(503, "NOT_READY", f"away now: {', '.join(away)}; without directory nobody can be let in")
    return json_response(Ready(status="ready", away=away))


@about.get("/openapi.json", media_type=JSON, signed_in=False, local=True)
async def get_openapi(request: Request) -> Response:
    """Get this document (OpenAPI 3.1).

    Clients are generated from it; it is the same for everybody.
    """
    return Response(document_bytes(request.api), media_type=JSON)


@about.get("/docs", media_type="text/html", answer_example="<!doctype html>…", signed_in=False, local=True)
async def get_docs(request: Request) -> Response:
    """Get this document as a page to read.

    It takes nothing from other hosts and runs no script.
    """
    return HTMLResponse(page(request.api), headers={"Content-Security-Policy": _STYLES_ALONE})
