"""How an API says no: problems (RFC 9457), each with a stable reason, what was wrong with which value, and what would be right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

import orjson
from pydantic import ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails
from starlette.responses import Response

from gateway.http.kinds import PRESENCE_WRONG, WORD_WRONG, is_kind
from gateway.http.models import Answer

MEDIA_TYPE: Final = "application/problem+json"

TITLES: Final[Mapping[int, str]] = {
    400: "The request is malformed",
    401: "Nobody known is asking",
    403: "You may not do this",
    404: "There is no such thing",
    405: "This path has no such method",
    408: "The body did not come in time",
    409: "The state of things does not allow this",
    412: "The thing has changed since you read it",
    413: "The body is too large",
    415: "The body is not JSON",
    421: "This is not called so",
    422: "The request holds a wrong value",
    429: "Too much at once",
    431: "The request line and its headers are too large",
    499: "Whoever asked has gone",
    500: "Something went wrong here",
    503: "Something that this needs does not answer now",
}
"""Every status that a problem can have, and its title."""

_RETRY_AFTER: Final = {429: "1", 503: "1"}
"""Seconds to wait, by status, where the problem itself does not say."""
_MOST_FIELDS: Final = 50
_MOST_FIELDS_IN_DETAIL: Final = 5
_LONGEST_VALUE_SHOWN: Final = 60
_A_NAME: Final = "[key]"
"""What pydantic adds to the way to a fault where that is the name of an object's field."""

_TEXT: Final = "constrained-str"
"""What pydantic calls the form that is a text."""

_PLACE: Final = re.compile(r"line (\d+) column (\d+)")
_A_DAY: Final = "must be a day, as 2026-01-31"
_AN_INSTANT: Final = "must be an instant with its zone, as 2026-01-31T12:00:00Z"
_WHOLE: Final = "must be a whole number"
_WORDS: Final[Mapping[str, str]] = {
    "extra_forbidden": "there is no such field here",
    "missing": "is missing",
    "string_type": "must be a text",
    "bytes_type": "must be a text",  # kept as it came, in UTF-8
    "string_unicode": "must be a text in UTF-8",
    "string_too_short": "must have {min_length} or more characters",
    "string_too_long": "must have at most {max_length} characters",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "must be a smaller whole number",
    "int_from_float": _WHOLE,
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be {le} or less",
    "list_type": "must be a list",
    "too_short": "must have {min_length} or more entries; it has {actual_length}",
    "too_long": "must have at most {max_length} entries",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "date_type": _A_DAY,
    "date_parsing": _A_DAY,
    "date_from_datetime_parsing": _A_DAY,
    "date_from_datetime_inexact": _A_DAY,
    "datetime_type": _AN_INSTANT,
    "datetime_parsing": _AN_INSTANT,
    "datetime_from_date_parsing": _AN_INSTANT,
    "datetime_object_invalid": _AN_INSTANT,
    "timezone_aware": _AN_INSTANT,
}
"""What is wrong and what would be right, by pydantic's name for it: its own sentences are written for whoever writes the model."""


class FieldError(Answer):
    """One field that is wrong."""

    field: str
    """Where it stands: a path with dots, or the name of a header."""
    message: str
    """What is wrong with it, and what would be right."""


class ProblemDocument(Answer):
    """What went wrong (RFC 9457)."""

    type: str
    """A stable URI of the reason."""
    title: str
    status: int
    detail: str
    """What was wrong, with what value, and what would be right."""
    reason: str
    """Stable and machine-readable: CHECK_IN_UNKNOWN. `GET /v1/reasons` tells what each means, and what to do."""
    errors: list[FieldError]
    """The fields that are wrong, where fields are."""
    correlation_id: Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
    """Names this request in the logs and in the audit."""


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """Why a request is not carried out. `headers` are those of its answer beside, or instead of, what its status brings."""

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail)
        self.status: Final = status
        self.reason: Final = reason
        self.detail: Final = detail
        self.errors: Final = tuple(errors)
        """(field, message) of each field that is wrong."""
        self.headers: Final = headers

    def response(self, namespace: str, correlation_id: str) -> Response:
        """The problem as an answer; `namespace` is the API's, in its type and as the realm of its tokens."""
        document = {
            "type": problem_type(namespace, self.reason),
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
            "reason": self.reason,
            "errors": [{"field": field, "message": message} for field, message in self.errors],
            "correlation_id": correlation_id,
        }
        response = Response(orjson.dumps(document), self.status, media_type=MEDIA_TYPE)
        if self.status in _RETRY_AFTER:
            response.headers["Retry-After"] = _RETRY_AFTER[self.status]
        if self.status == 401:
            response.headers["WWW-Authenticate"] = f'Bearer realm="{namespace}", error="invalid_token"'
        response.headers.update(self.headers)
        return response


def problem_type(namespace: str, reason: str) -> str:
    """The URI of a reason."""
    return f"urn:{namespace}:problem:{reason.lower().replace('_', '-')}"


def malformed(reason: str, detail: str, field: str) -> Problem:
    """A request that cannot be read at all (400)."""
    return Problem(400, reason, detail, [(field, detail)])


def problem_of_validation(error: ValidationError, where: str, pattern_words: Mapping[str, str]) -> Problem:
    """The problem of a body or a query that does not fit its model: 400 when it is no JSON, else 422 with every field that is wrong.

    `pattern_words` says in words what a text is that fits each pattern of the models.
    """
    faults = error.errors(include_url=False)
    if faults[0]["type"] == "json_invalid":
        place = _PLACE.search(faults[0]["msg"])
        detail = f"line {place[1]}, column {place[2]} cannot be read as JSON" if place else "it cannot be read"
        return malformed("JSON_MALFORMED", f"the {where} is not JSON: {detail}", where)
    meant = [fault for fault in faults if not _is_of_another_form(fault)] or faults
    errors = [(_field(fault) or where, _message(fault, pattern_words)) for fault in meant[:_MOST_FIELDS]]
    detail = "; ".join(f"{field}: {message}" for field, message in errors[:_MOST_FIELDS_IN_DETAIL])
    return Problem(422, "INVALID_ARGUMENT", detail, errors)


def _is_of_another_form(fault: ErrorDetails) -> bool:
    """Whether a fault is that of a form which was not meant, where a name and an object are both taken: an object is no name."""
    form = fault["loc"][-1] if fault["loc"] else ""
    given = fault["input"]
    return _is_form(form) and (isinstance(given, dict) if form == _TEXT else isinstance(given, str))


def _is_form(step: int | str) -> bool:
    """Whether a step to a fault is the name that pydantic gives to one of several forms, and no field's."""
    return isinstance(step, str) and (step == _TEXT or step[:1].isupper())


def _field(fault: ErrorDetails) -> str:
    """Where a fault is, as services say it, too: check_ins[17].value."""
    place = [step for step in fault["loc"] if step != _A_NAME and not is_kind(step) and not _is_form(step)]
    if fault["type"] == WORD_WRONG and isinstance(fault["input"], dict):
        place.append(fault["ctx"]["field"])
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def _message(fault: ErrorDetails, pattern_words: Mapping[str, str]) -> str:
    kind, about = fault["type"], fault.get("ctx", {})
    if kind in (WORD_WRONG, PRESENCE_WRONG):
        return _message_of_kind(fault["input"], about)
    match kind:
        case "extra_forbidden" if fault["input"] is None:
            return f"{_WORDS[kind]}; leave it out"
        case "extra_forbidden" | "missing":
            return _WORDS[kind]
        case "value_error":
            message = str(about["error"])
        case "string_pattern_mismatch":
            message = f"must be {pattern_words[about['pattern']]}"
        case _:
            message = _WORDS.get(kind, "does not fit here").format(**about)
    return message if isinstance(fault["input"], dict | list) else f"{message}; got {_shown(fault['input'])}"


def _message_of_kind(body: Any, wanted: Mapping[str, str]) -> str:
    if not isinstance(body, dict):
        return f"{_WORDS['dict_type']}; got {_shown(body)}"
    if "fields" in wanted:
        return f"give exactly one of {wanted['fields']}"
    words, field = f"must be one of {wanted['words']}", wanted["field"]
    return f"{words}; got {_shown(body[field])}" if field in body else f"is missing; it {words}"


def _shown(value: Any) -> str:
    """A value as a caller writes it."""
    shown = f"'{value}'" if isinstance(value, str) else json.dumps(value, default=str)  # of numbers that orjson cannot write, too
    return shown if len(shown) <= _LONGEST_VALUE_SHOWN else shown[:_LONGEST_VALUE_SHOWN] + "…"
