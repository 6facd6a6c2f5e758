"""JSON answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

from gateway.http.models import Answer

JSON: Final = "application/json"
LOCATION: Final = "Location"
"""Of what a command made."""
CONTENT_LOCATION: Final = "Content-Location"
"""Of what the answer shows."""
MERGE_PATCH: Final = "application/merge-patch+json"
"""What a change may be called, too (RFC 7396)."""
EVENT_STREAM: Final = "text/event-stream"
"""Server-sent events."""
LINES: Final = "application/x-ndjson"
"""A JSON document a line."""


class JsonResponse(Response):
    """A whole answer."""

    media_type = JSON
    version: int | None = None
    """Of the thing's definition: what If-Match takes."""
    tag: str = ""
    """Its entity tag, once somebody wanted to know it."""


def json_response(content: Answer | Mapping[str, Any], status: int = 200, *, version: int | None = None) -> JsonResponse:
    """The content as JSON, with the version of what it shows where that has one."""
    body = content.__pydantic_serializer__.to_json(content) if isinstance(content, Answer) else orjson.dumps(content)
    response = JsonResponse(body, status)
    response.version = version
    return response
