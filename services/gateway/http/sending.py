"""Answers on their way to readers who may not read: nothing more of a large one is handed to the server than has been taken."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any, Final

from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from chassis.runtime import telemetry

SECONDS_TO_TAKE: Final = 30.0
"""That a reader may take for each part of an answer, of 64 KiB of one that is whole; then the connection is closed."""
_PART: Final = 64 << 10

_log = telemetry.logger()


async def send_answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Sends an answer; one that is not taken in time is cut off, so that its end is missing at the other end, too."""
    whole = not isinstance(response, StreamingResponse)
    if scope["method"] == "HEAD":
        await _send_head(response, send)
        return
    if whole and len(response.body) <= _PART:
        await response(scope, receive, send)
        return

    async def in_time(message: MutableMapping[str, Any]) -> None:
        try:
            async with asyncio.timeout(SECONDS_TO_TAKE):
                await send(message)
        except TimeoutError:
            raise ClientDisconnect from None

    try:
        if whole:
            await _send_in_parts(response, in_time)
        else:
            await response(scope, receive, in_time)
    except ClientDisconnect:
        _log.warning("answer.not_taken", seconds=SECONDS_TO_TAKE)
    finally:
        if isinstance(response, StreamingResponse) and (close := getattr(response.body_iterator, "aclose", None)) is not None:
            await close()


async def _send_head(response: Response, send: Send) -> None:
    """All but the body (RFC 9110, 9.3.2)."""
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": b""})
    if isinstance(response, StreamingResponse) and (close := getattr(response.body_iterator, "aclose", None)) is not None:
        await close()


async def _send_in_parts(response: Response, send: Send) -> None:
    body = memoryview(response.body)
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    for start in range(0, len(body), _PART):
        await send({"type": "http.response.body", "body": bytes(body[start : start + _PART]), "more_body": start + _PART < len(body)})
