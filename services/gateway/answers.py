"""How answers are written: JSON, versions as ETags, positions as headers, lists by pages, streams by lines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from typing import Final

import grpc
import orjson
from google.protobuf.timestamp_pb2 import Timestamp
from starlette.responses import Response, StreamingResponse

from cairn.common.v1 import common_pb2
from chassis.days import instant_of
from chassis.errors import Refused
from chassis.ids import Id, id_text
from chassis.runtime import telemetry
from gateway.api import JSON, LINES, Visit
from gateway.fields import Answer, IdText, PositionText
from gateway.problems import of_refusal

POSITION_HEADER: Final = "Cairn-Position"
_RAW_POSITION: Final = POSITION_HEADER.lower().encode()

_log = telemetry.logger()


class Done(Answer):
    """A command was carried out, and its events are durable."""

    id: IdText
    """Of what the command was about; of what it made, if it made something."""
    version: int
    """Of the aggregate, after this command: what If-Match takes, as "<version>"."""
    positions: list[PositionText]
    """Where the events stand; handed back in Cairn-After, a question waits until they are folded in."""
    recorded_at: str | None
    """null: things were so already, and nothing was added."""
    repeated: bool
    """The Idempotency-Key was seen before: this is the first answer again, nothing was added."""


def json_answer(answer: Answer, status: int = 200, *, version: int | None = None) -> Response:
    """The answer as JSON, with its version as ETag."""
    response = Response(answer.__pydantic_serializer__.to_json(answer), status, media_type=JSON)
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    return response


def done(visit: Visit, subject: Id, appended: common_pb2.Appended) -> Response:
    """The answer to a command about `subject`."""
    positions = position_texts(appended.positions)
    body = {
        "id": id_text(subject),
        "version": appended.version,
        "positions": positions,
        "recorded_at": instant_text(appended.recorded_at) if positions else None,
        "repeated": appended.repeated_request,
    }
    response = Response(orjson.dumps(body), visit.operation.status, media_type=JSON)
    response.raw_headers += ((b"etag", b'"%d"' % appended.version), (_RAW_POSITION, ",".join(positions).encode()))
    return response


def position_texts(positions: Sequence[common_pb2.LogPosition]) -> list[str]:
    """Positions as JSON and headers write them."""
    return [f"{p.log}:{p.partition}:{p.position}" for p in positions]


def instant_text(instant: Timestamp) -> str:
    """An instant as RFC 3339 writes it, in UTC."""
    microseconds = instant.nanos // 1_000
    return f"{_second_text(instant.seconds)}.{microseconds:06}Z" if microseconds else f"{_second_text(instant.seconds)}Z"


@lru_cache(maxsize=1024)  # what is answered in one second was mostly recorded in it
def _second_text(seconds: int) -> str:
    return instant_of(seconds * 1_000_000).replace(tzinfo=None).isoformat()


def optional_instant(instant: Timestamp) -> str | None:
    """An instant, or None where it is unset."""
    return instant_text(instant) if instant.seconds or instant.nanos else None


def optional_id(value: Id) -> str | None:
    """An id as text, or None where it is empty."""
    return id_text(value) if value else None


async def lines(pages: AsyncIterator[bytes]) -> Response:
    """Lines of JSON, as they come. What is refused before the first one is a problem like any other."""
    first = await anext(pages, b"")
    return StreamingResponse(_then(first, pages), media_type=LINES)


async def _then(first: bytes, pages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    try:
        async for page in pages:
            yield page
    except (Refused, grpc.aio.AioRpcError) as error:
        # The status is sent already; the last line says that the stream is not whole.
        _log.warning("stream.cut_off", error=repr(error))
        reason = of_refusal(error).reason if isinstance(error, Refused) else "INTERNAL"
        yield orjson.dumps({"error": reason, "detail": "the stream ends here, before its end; ask again"}) + b"\n"
