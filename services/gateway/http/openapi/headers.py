"""The headers that any API of ours takes and bears, as a document tells of them."""

from __future__ import annotations

from typing import Final

from gateway.http.routing import Header, Operation

CORRELATION_ID: Final = Header("X-Correlation-Id", "Names this request in the logs and in the audit.", {"type": "string", "format": "uuid"})
ETAG: Final = Header(
    "ETag",
    "Another whenever the answer shows something else: for If-None-Match. Of what has a version it begins with that, which is all that "
    "If-Match heeds; a command answers the version alone.",
    {"type": "string", "examples": ['"7.p3Xk0aQZb1rD"']},
)
CACHE_CONTROL: Final = Header("Cache-Control", "Who may keep the answer, and that it is asked for anew all the same.", {"type": "string"})
VARY: Final = Header("Vary", "What else the answer depends on: who asks.", {"type": "string"})
LOCATION: Final = Header("Location", "Where what was made is found.", {"type": "string", "format": "uri-reference"})
CONTENT_LOCATION: Final = Header(
    "Content-Location",
    "Where what was changed is found; with Preference-Applied, what the body shows.",
    {"type": "string", "format": "uri-reference"},
)
PREFERENCE_APPLIED: Final = Header("Preference-Applied", "That the body is the resource, as was preferred.", {"type": "string"})
RATE_LIMIT: Final = Header(
    "RateLimit",
    "Where requests are limited: how many this person and their tenant have left (r), and after how many seconds all are there again (t).",
    {"type": "string", "examples": ['"person";r=199;t=1, "tenant";r=1999;t=1']},
)
RATE_LIMIT_POLICY: Final = Header(
    "RateLimit-Policy",
    "The limit itself: so many requests at once (q), filled up again within so many seconds (w).",
    {"type": "string", "examples": ['"person";q=200;w=2, "tenant";q=2000;w=2']},
)
RETRY_AFTER: Final = Header("Retry-After", "Seconds to wait before asking again.", {"type": "string"})
WWW_AUTHENTICATE: Final = Header("WWW-Authenticate", "How to say who you are.", {"type": "string"})

_CORRELATION_ID_GIVEN: Final = Header(
    CORRELATION_ID.name,
    "Names this request in the logs and in the audit; made when it is left out. A UUID, not the one of zeros.",
    # A pattern, not `format: uuid`: of that, generated Python makes an object which no HTTP client takes for a header.
    {"type": "string", "pattern": "^(?!0{8}-(0{4}-){3}0{12}$)[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$"},
)
_TRACEPARENT: Final = Header(
    "traceparent",
    "Your trace (W3C Trace Context): its id is this request's correlation id where you give none.",
    {"type": "string", "pattern": "^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$"},
)
_IDEMPOTENCY_KEY: Final = Header(
    "Idempotency-Key",
    "Your own name for this very request: sent again with it, the first answer comes again and nothing is added.",
    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[\\x21-\\x7e]+$"},
)
_IF_MATCH: Final = Header(
    "If-Match",
    "The ETag that you decided on; refused (412) when the thing has changed since.",
    {"type": "string", "pattern": '^("[1-9][0-9]{0,17}(\\.[0-9A-Za-z_-]{1,64})?"|\\*)$', "examples": ['"3"']},
)

_IF_NONE_MATCH: Final = Header(
    "If-None-Match",
    "The ETag of an answer that you have: where nothing else would be shown, the answer is 304, without a body.",
    {"type": "string", "examples": ['"7.p3Xk0aQZb1rD"']},
)
PREFER: Final = Header(
    "Prefer",
    "return=representation: the body is the resource, once it shows what was done (RFC 7240). Any other preference is passed over.",
    {"type": "string", "examples": ["return=representation"]},
)


def of_request(operation: Operation) -> list[Header]:
    """The headers that an operation takes."""
    headers = [_CORRELATION_ID_GIVEN, _TRACEPARENT]
    if operation.command:
        headers.append(_IDEMPOTENCY_KEY)
        if operation.versioned:
            headers.append(_IF_MATCH)
        if operation.resource:
            headers.append(PREFER)
    if operation.tagged:
        headers.append(_IF_NONE_MATCH)
    return [*headers, *operation.request_headers]


def of_answer(operation: Operation) -> list[Header]:
    """The headers that an operation's answer bears."""
    headers = [CORRELATION_ID, CACHE_CONTROL]
    if operation.signed_in:
        headers += [RATE_LIMIT, RATE_LIMIT_POLICY, VARY]
    if operation.versioned or operation.tagged:
        headers.append(ETAG)
    if operation.resource:
        headers += [*((LOCATION,) if operation.status == 201 else ()), CONTENT_LOCATION, PREFERENCE_APPLIED]
    return [*headers, *operation.response_headers]


def of_problem(status: int) -> list[Header]:
    """The headers that a problem of this status bears."""
    match status:
        case 401:
            return [CORRELATION_ID, WWW_AUTHENTICATE]
        case 429:
            return [CORRELATION_ID, RETRY_AFTER, RATE_LIMIT, RATE_LIMIT_POLICY]
        case 503:
            return [CORRELATION_ID, RETRY_AFTER]
        case _:
            return [CORRELATION_ID]
