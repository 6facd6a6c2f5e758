"""JSON answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

from gateway.http.models import Answer

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
"""What a change may be called, too (RFC 7396)."""
LINES: Final = "application/x-ndjson"
"""A JSON document a line."""


def json_response(content: Answer | Mapping[str, Any], status: int = 200, *, version: int | None = None) -> Response:
    """The content as JSON, with its version as ETag where it has one."""
    body = content.__pydantic_serializer__.to_json(content) if isinstance(content, Answer) else orjson.dumps(content)
    response = Response(body, status, media_type=JSON)
    if version is not None:
        response.raw_headers.append((b"etag", b'"%d"' % version))
    return response
