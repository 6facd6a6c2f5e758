"""The OpenAPI 3.1 document, written from the table of operations: what is declared there is checked, answered and documented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.api import JSON, Operation, Routes
from gateway.problems import MEDIA_TYPE, TITLES, ProblemDocument

VERSION: Final = "1.0.0"

_ABOUT: Final = (
    "Objectives and key results as events: every command is durable when it is answered, every number can be had as of any day, "
    "as far as it was known at any instant.\n\n"
    "An id is a UUID. Wherever the id of an objective, key result, cycle or person stands, its reference is accepted too "
    "(J1, J1/3, a cycle's name, a handle). A command answers with the positions of its events; handed back in `Cairn-After`, "
    "a question waits until they are folded in. `ETag` and `If-Match` keep two people from overwriting each other, "
    "`Idempotency-Key` makes a command safe to send again. Where an installation limits how much one person may ask for, every answer to "
    "them carries `RateLimit` and `RateLimit-Policy`. What goes wrong is a problem (RFC 9457) with a stable `reason`."
)

_PATH_PARAMETERS: Final[Mapping[str, tuple[str, str]]] = {
    "ref": ("Its id, or its reference. A slash in it may stand as it is, or as %2F.", "J1"),
    "person": ("A person's id or handle.", "admin"),
    "cycle": ("A cycle's id or name.", "2026-Q1"),
    "objective": ("The other objective's id or reference.", "J2"),
    "check_in": ("A check-in's id.", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"),
}

_HEADERS_IN: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "X-Correlation-Id": (
        "Names this request in the logs and in the audit; made when it is left out.",
        {"type": "string", "format": "uuid"},
    ),
    "Idempotency-Key": (
        "Your own name for this very request: sent again with it, the first answer comes again and nothing is added.",
        {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[\\x21-\\x7e]+$"},
    ),
    "If-Match": (
        "The ETag that you decided on; refused (412) when the thing has changed since.",
        {"type": "string", "pattern": '^("[1-9][0-9]{0,17}"|\\*)$', "examples": ['"3"']},
    ),
    "Cairn-After": (
        "Positions of events (from Cairn-Position, of as many answers as wished): the answer waits until it has folded in all of them.",
        {"type": "string", "pattern": "^[a-z]{1,20}:[0-9]{1,4}:[0-9]{1,18}(,[a-z]{1,20}:[0-9]{1,4}:[0-9]{1,18})*$"},
    ),
}

_HEADERS_OUT: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "X-Correlation-Id": ("Names this request in the logs and in the audit.", {"type": "string", "format": "uuid"}),
    "ETag": ("The version, for If-Match.", {"type": "string"}),
    "Cairn-Position": ("Where the events stand, for Cairn-After: log:partition:position, separated by commas.", {"type": "string"}),
    "Allow": ("The methods that there are.", {"type": "string"}),
    "RateLimit": (
        "Where requests are limited: how many this person has left (r), and after how many seconds all of them are there again (t).",
        {"type": "string", "examples": ['"person";r=199;t=1']},
    ),
    "RateLimit-Policy": (
        "The limit itself: so many requests at once (q), filled up again within so many seconds (w).",
        {"type": "string", "examples": ['"person";q=200;w=2']},
    ),
    "Retry-After": ("Seconds to wait before asking again.", {"type": "string"}),
    "WWW-Authenticate": ("How to say who you are.", {"type": "string"}),
}


@cache
def document_bytes(resources: tuple[Routes, ...]) -> bytes:
    """The whole document, as it is served."""
    return orjson.dumps(document(resources), option=orjson.OPT_INDENT_2)


def document(resources: Iterable[Routes]) -> dict[str, Any]:
    """The whole document."""
    resources = tuple(resources)
    operations = [operation for routes in resources for operation in routes.operations]
    schemas, refs = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cairn",
            "version": VERSION,
            "summary": "Objectives and key results, event-sourced.",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": routes.tag, "description": routes.about} for routes in resources],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An EdDSA JWT; POST /v1/sign-in gives one on the embedded default.",
                }
            },
            "headers": {name: {"description": text, "schema": schema} for name, (text, schema) in _HEADERS_OUT.items()},
            "responses": {f"Problem{status}": _problem(status, schemas) for status in TITLES if status != 405},
        },
    }


def problems_of(operation: Operation) -> list[int]:
    """Every status of a problem that an operation can have."""
    statuses = {400, 500}
    has_path, has_body = "{" in operation.path, operation.body is not None
    if operation.signed_in:
        statuses |= {401, 403, 429}
    if not operation.signed_in and has_body:
        statuses |= {403, 404}
    if not operation.local:
        statuses |= {503}
    if not operation.local and (has_path or has_body or operation.query is not None):
        statuses |= {404}
    if operation.command:
        statuses |= {404, 409, 412, 422}
    if operation.method != "GET":
        statuses |= {413}
    if has_body:
        statuses |= {415}
    return sorted(statuses | {422})


def _schemas(operations: list[Operation]) -> tuple[dict[str, Any], dict[type[BaseModel], dict[str, Any]]]:
    bodies = {o.body for o in operations if o.body is not None} | {o.query for o in operations if o.query is not None}
    answers = {o.answer for o in operations if o.answer is not None} | {ProblemDocument}
    models = [(model, "validation") for model in sorted(bodies, key=_name)] + [
        (model, "serialization") for model in sorted(answers, key=_name)
    ]
    refs, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    schemas = {name: _tidy(schema) for name, schema in sorted(definitions["$defs"].items())}
    queries = {o.query for o in operations if o.query is not None}
    by_model = {model: ref for (model, _), ref in refs.items()}
    for query in queries - {o.body for o in operations}:
        if query is not None:
            by_model[query] = schemas.pop(by_model[query]["$ref"].rpartition("/")[2])
    return schemas, by_model  # type: ignore[return-value]


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _tidy(schema: Any) -> Any:
    """Without the titles that only repeat a field's name."""
    if isinstance(schema, dict):
        named = schema.get("properties")
        tidy = {key: _tidy(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
        if isinstance(named, dict):
            tidy["properties"] = {name: _tidy(value) for name, value in named.items()}
        return tidy
    return [_tidy(item) for item in schema] if isinstance(schema, list) else schema


def _operation(operation: Operation, schemas: Mapping[str, Any], refs: Mapping[type[BaseModel], dict[str, Any]]) -> dict[str, Any]:
    said: dict[str, Any] = {"operationId": operation.name, "tags": [operation.tag], "summary": operation.summary}
    if operation.description:
        said["description"] = operation.description
    said["security"] = [{"bearer": []}] if operation.signed_in else []
    said["parameters"] = _parameters(operation, refs)
    if operation.body is not None:
        content = {"schema": refs[operation.body], "examples": {"example": {"value": operation.example}}}
        said["requestBody"] = {"required": not operation.body_optional, "content": {JSON: content}}
    said["responses"] = {str(operation.status): _answer(operation, schemas, refs)} | {
        str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in problems_of(operation)
    }
    return said


def _parameters(operation: Operation, refs: Mapping[type[BaseModel], dict[str, Any]]) -> list[dict[str, Any]]:
    parameters = []
    for name in re.findall(r"{(\w+)}", operation.path):
        text, example = _PATH_PARAMETERS[name]
        schema = {"type": "string", "minLength": 1, "maxLength": 100}
        parameters.append({"name": name, "in": "path", "required": True, "description": text, "schema": schema, "example": example})
    if operation.query is not None:
        query = refs[operation.query]
        for name, schema in query["properties"].items():
            description = schema.pop("description", "")
            parameters.append(
                {
                    "name": name,
                    "in": "query",
                    "required": name in query.get("required", ()),
                    "description": description,
                    "schema": _given(schema),
                }
            )
    headers = ["X-Correlation-Id"]
    if operation.command:
        headers.append("Idempotency-Key")
    if operation.command and operation.versioned:
        headers.append("If-Match")
    if operation.waits:
        headers.append("Cairn-After")
    for name in headers:
        text, schema = _HEADERS_IN[name]
        parameters.append({"name": name, "in": "header", "required": False, "description": text, "schema": schema})
    return parameters


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter that is given: one that is not is left out, and never null."""
    schema = {key: value for key, value in schema.items() if not (key == "default" and value is None)}
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]
    return schema


def _answer(operation: Operation, schemas: Mapping[str, Any], refs: Mapping[type[BaseModel], dict[str, Any]]) -> dict[str, Any]:
    names = ["X-Correlation-Id"]
    if operation.signed_in:
        names += ["RateLimit", "RateLimit-Policy"]
    if operation.versioned:
        names.append("ETag")
    if operation.command:
        names.append("Cairn-Position")
    answer: dict[str, Any] = {
        "description": operation.answer.__doc__ if operation.answer is not None else operation.summary,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    if operation.answer is not None:
        schema = refs[operation.answer]
        answer["content"] = {JSON: {"schema": schema, "examples": {"example": {"value": example_of(schema, schemas)}}}}
    else:
        schema = {"type": "object"} if operation.media_type == JSON else {"type": "string"}
        example: Any = {"openapi": "3.1.0"} if operation.media_type == JSON else _STREAM_EXAMPLES.get(operation.name, "<!doctype html>…")
        answer["content"] = {operation.media_type: {"schema": schema, "examples": {"example": {"value": example}}}}
    return answer


_STREAM_EXAMPLES: Final = {
    "rebuild_progress": '{"phase":"events","events":250000,"total":1000000}\n{"phase":"done","events":1000000,"total":1000000}\n',
    "export_log": '{"log":"goals","position":1,"event_type":"cairn.goals.v1.CycleDefined","…":"…"}\n',
}


def _problem(status: int, schemas: Mapping[str, Any]) -> dict[str, Any]:
    names = ["X-Correlation-Id"]
    names += {401: ["WWW-Authenticate"], 429: ["Retry-After", "RateLimit", "RateLimit-Policy"], 503: ["Retry-After"]}.get(status, [])
    example = example_of({"$ref": "#/components/schemas/ProblemDocument"}, schemas)
    example |= {"status": status, "title": TITLES[status]} | _PROBLEM_EXAMPLES[status]
    example["type"] = f"urn:cairn:problem:{example['reason'].lower().replace('_', '-')}"
    content = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}, "examples": {"example": {"value": example}}}
    return {
        "description": TITLES[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {MEDIA_TYPE: content},
    }


def _example_problem(reason: str, detail: str, field: str = "") -> dict[str, Any]:
    return {"reason": reason, "detail": detail, "errors": [{"field": field, "message": detail}] if field else []}


_PROBLEM_EXAMPLES: Final = {
    400: _example_problem("JSON_MALFORMED", "the body is not JSON: expected value at line 1 column 11", "body"),
    401: _example_problem("TOKEN_EXPIRED", "this token has expired; sign in again"),
    403: _example_problem("ROLE_REQUIRED", "this needs the role admin; you have member"),
    404: _example_problem("OBJECTIVE_UNKNOWN", "there is no objective 'J9' in this tenant; give its id or its reference"),
    409: _example_problem("OBJECTIVE_CLOSED", "this objective is closed; it takes no check-ins"),
    412: _example_problem("STALE_VERSION", "you decided on version 3, the newest is 4; read it again"),
    413: _example_problem("BODY_TOO_LARGE", "a body here has at most 1048576 bytes; send less, or in several requests"),
    415: _example_problem("NOT_JSON", "the body must be application/json, this one is text/plain"),
    422: _example_problem("INVALID_ARGUMENT", "title: String should have at least 1 character; got ''", "title"),
    429: _example_problem("TOO_MANY_REQUESTS", "one person may make 100 requests a second here; ask again in 1 s"),
    500: _example_problem("INTERNAL", "this was not your fault; the correlation id names it in our logs"),
    503: _example_problem("UNAVAILABLE", "a service does not answer"),
}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A plausible value of a schema: its own example, else one made from its parts."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    match schema.get("type"):
        case "object":
            return {name: example_of(part, schemas) for name, part in schema.get("properties", {}).items()}
        case "array":
            return [example_of(schema.get("items", {}), schemas)]
        case "integer":
            return schema.get("minimum", 1)
        case "number":
            return 0.5
        case "boolean":
            return False
        case "null":
            return None
        case _:
            return "…"
