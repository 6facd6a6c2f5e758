"""What a reader who has an answer already has to be sent: entity tags, conditional questions, what caches may keep (RFC 9110, RFC 9111).

A tag says what the answer shows, and nothing of what it rests on: that changes with what is hidden from the reader, too. Of what has a
version the tag begins with it, and a dot: that is what If-Match heeds.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Final

from starlette.responses import Response, StreamingResponse

from gateway.http.problems import malformed
from gateway.http.responses import JsonResponse

_RAW_TAG: Final = b"etag"
_CONTENT_BYTES: Final = 9
_TAGS: Final = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"(?:\s*,\s*(?=[W"])|$)')
_OF_CONTENT: Final = frozenset({b"content-length", b"content-type"})


def tags_given(text: str) -> list[str]:
    """What stands between the quotes of each tag of an If-None-Match; `*` for any. Raises Problem (400)."""
    text = text.strip()
    if text == "*":
        return ["*"]
    tags, end = [], 0
    for match in _TAGS.finditer(text):
        if match.start() != end:
            break
        tags.append(match[1])
        end = match.end()
    if not tags or end != len(text):
        wrong = f'{text[:60]!r} is no list of ETags; one looks like "7.p3Xk0aQZb1rD", quotes included'
        raise malformed("IF_NONE_MATCH_MALFORMED", wrong, "If-None-Match")
    return tags


def not_modified(tag: str) -> Response:
    """The reader has the answer already."""
    return Response(status_code=304, headers={"ETag": f'"{tag}"'})


def shown(response: Response, tags: list[str]) -> Response:
    """An answer to a question with its tag; without its body, where the reader has it by one of `tags`."""
    if response.status_code != 200 or isinstance(response, StreamingResponse):
        return response
    tag = tag_of(response)
    response.raw_headers.append((_RAW_TAG, f'"{tag}"'.encode()))
    if tags != ["*"] and tag not in tags:
        return response
    unchanged = not_modified(tag)
    unchanged.raw_headers = [(name, value) for name, value in response.raw_headers if name not in _OF_CONTENT]
    return unchanged


def tag_of(response: Response) -> str:
    """The tag of a whole answer."""
    if isinstance(response, JsonResponse) and response.tag:
        return response.tag
    content = urlsafe_b64encode(blake2b(response.body, digest_size=_CONTENT_BYTES).digest()).decode()
    if not isinstance(response, JsonResponse):
        return content
    response.tag = content if response.version is None else f"{response.version}.{content}"
    return response.tag


def say_who_may_keep(response: Response, *, tagged: bool, private: bool) -> None:
    """What bears a tag for readers is asked anew each time, and kept by nobody but who asked where it is `private`; else it is not kept."""
    kept = tagged and response.status_code in (200, 304)
    response.raw_headers.append((b"cache-control", b"no-store" if not kept else b"private, no-cache" if private else b"no-cache"))
    if private:
        response.raw_headers.append((b"vary", b"Authorization, Cookie"))
