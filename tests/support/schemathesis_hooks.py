"""What schemathesis has to be told of this API: SCHEMATHESIS_HOOKS names this module."""

from __future__ import annotations

import os
from typing import Any

import schemathesis

from gateway.catalogues.reasons import REASONS
from gateway.routes.table import API
from tests.support.measures import EXAMPLES

STEP_BY_STEP = "CAIRN_SCHEMATHESIS_STEP_BY_STEP"
"""Set: one step is to lead to the next. Conditions that a made-up request does not meet are left out, and bodies name what is there."""
_CONDITIONS = {"Cairn-After", "If-Match", "If-None-Match", "Idempotency-Key"}
LASTING = {operation.path for operation in API.operations if operation.lasts}
_THERE: dict[str, Any] = {
    "cycle": "now",
    "enclosing_cycle": "now",
    "objective": "O1",
    "key_result": "O1/1",
    "owner": "admin",
    "on_behalf_of": "admin",
}
_THERE |= {"owners": ["admin"], "contributors": ["admin"], "named_people": ["admin"], "counts_for": ["O2"]}
"""In a company as `found_company` founds it with two objectives."""
_DAYS = {"first_day": "2001-01-01", "last_day": "2001-03-31"} | dict.fromkeys(("start_day", "due_day", "holds_from", "as_of", "graded_on"))
_OF_MEASURES = {name: None for example in EXAMPLES.values() for name in example.definition}


@schemathesis.serializer("application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def packed(_context: Any, value: Any) -> bytes:
    """Bytes go as they are; they are a zip or a workbook or, more often, neither."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Makes steps of what would be refused nearly always; what lasts ends at once."""
    if case.path in LASTING:
        case.query = {**(case.query or {}), "once": "true"}
    if os.environ.get(STEP_BY_STEP):
        for name in _CONDITIONS & set(case.headers or ()):
            del case.headers[name]
        case.body = _naming_what_is_there(case.body)


def _naming_what_is_there(body: Any) -> Any:
    """The body with references, days and measures that fit a company, where it says any."""
    if isinstance(body, list):
        return [_naming_what_is_there(item) for item in body]
    if not isinstance(body, dict):
        return body
    fitting = {**_THERE, **_DAYS}
    if body.get("measure") in EXAMPLES:
        fitting |= _OF_MEASURES | EXAMPLES[body["measure"]].definition
    named = {name: fitting[name] if value and name in fitting else _naming_what_is_there(value) for name, value in body.items()}
    return {name: value for name, value in named.items() if value is not None or name not in fitting}


@schemathesis.check
def refused_for_a_reason_of_the_catalogue(_context: Any, response: Any, _case: Any) -> None:
    """Whatever is refused, is for a reason that GET /v1/reasons tells, with the status that it tells."""
    if response.status_code >= 400 and response.content:
        reason = response.json().get("reason")
        assert reason in REASONS, f"{reason} is in no catalogue"
        assert response.status_code in REASONS[reason].statuses, f"{reason} comes with {response.status_code}"
