"""The whole document, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import orjson

from gateway.http.cookies import CSRF_HEADER, SESSION_COOKIE
from gateway.http.openapi import headers
from gateway.http.openapi.schemas import Schema, Schemas
from gateway.http.problems import MEDIA_TYPE, TITLES, ProblemDocument, problem_type
from gateway.http.responses import JSON
from gateway.http.routing import Api, Header, Operation, ProblemExample

_EVENT: Final[Schema] = {
    "type": "object",
    "description": "One server-sent event.",
    "properties": {
        "event": {"type": "string", "description": "What kind of event it is."},
        "data": {"type": "string", "contentMediaType": JSON, "description": "What it says."},
        "id": {"type": "string", "description": "The place behind it: Last-Event-ID, to go on from there."},
        "retry": {"type": "integer", "description": "Milliseconds after which to connect again."},
    },
    "required": ["event", "data"],
}
_NAME_IN_A_PATH: Final = {"type": "string", "minLength": 1, "maxLength": 100}


@cache
def document_bytes(api: Api) -> bytes:
    """The whole document, as it is served."""
    return orjson.dumps(document(api), option=orjson.OPT_INDENT_2)


def document(api: Api) -> Schema:
    """The whole document."""
    schemas = Schemas(api.operations)
    statuses = {status for operation in api.operations for status in problems_of(operation)}
    paths: dict[str, Schema] = {}
    for operation in api.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(api, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": api.version,
            "summary": api.summary,
            "description": api.description,
            "license": {"name": api.license, "identifier": api.license},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": resource.tag, "description": resource.description} for resource in api.resources],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": api.token_description},
                "cookie": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": api.cookie_description},
                "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER, "description": api.csrf_description},
            },
            "headers": _headers(api, statuses),
            "responses": {f"Problem{status}": _problem(api, status, schemas) for status in TITLES if status in statuses},
        },
    }


def problems_of(operation: Operation) -> list[int]:
    """Every status of a problem that an operation can have."""
    statuses = {400, 422, 431, 500} if operation.any_host else {400, 403, 421, 422, 431, 500}
    has_path, has_body = "{" in operation.path, operation.body is not None
    if operation.signed_in:
        statuses |= {401, 403, 429}
    if not operation.signed_in and has_body:
        statuses |= {401, 404, 429}
    if not operation.local:
        statuses |= {503}
    if not operation.local and (has_path or has_body or operation.query is not None):
        statuses |= {404}
    if operation.command:
        statuses |= {404, 409, 412}
    if operation.method != "GET":
        statuses |= {408, 413}
    if has_body:
        statuses |= {415}
    return sorted(statuses)


def _headers(api: Api, problems: Iterable[int]) -> dict[str, Schema]:
    """Every header that an answer or a problem bears, by name."""
    borne = [header for operation in api.operations for header in headers.of_answer(operation)]
    borne += [header for status in problems for header in headers.of_problem(status)]
    return {header.name: {"description": header.description, "schema": header.schema} for header in borne}


def _operation(api: Api, operation: Operation, schemas: Schemas) -> Schema:
    described: Schema = {"operationId": operation.name, "tags": [operation.tag], "summary": operation.summary}
    described["description"] = operation.description
    described["security"] = _security(operation)
    described["parameters"] = [
        *_path_parameters(api, operation),
        *_query_parameters(operation, schemas),
        *(_header_parameter(header) for header in headers.of_request(operation)),
    ]
    if operation.body is not None:
        content: dict[str, Schema] = {
            media_type: {"schema": schemas.reference(operation.body), "examples": _example(operation.example)}
            for media_type in operation.json_types
        }
        for media_type, words in operation.other_bodies.items():
            # `format` is older than 3.1, and what generators know bytes by.
            schema = {"type": "string", "format": "binary", "contentMediaType": media_type, "description": words}
            content[media_type] = {"schema": schema, "examples": _example(f"the bytes of {media_type}")}
        described["requestBody"] = {"required": not operation.body_optional, "content": content}
    described["responses"] = (
        {str(operation.status): _answer(api, operation, schemas)}
        | _unchanged(operation)
        | {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in problems_of(operation)}
    )
    return described


def _security(operation: Operation) -> list[Schema]:
    """What is shown of who asks, one or the other."""
    if operation.signed_in:
        return [{"bearer": []}, {"cookie": []} if operation.method == "GET" else {"cookie": [], "csrf": []}]
    if operation.personal:
        return [{}, {"cookie": []}] if operation.method == "GET" else [{"csrf": []}, {"cookie": [], "csrf": []}]
    return []


def _path_parameters(api: Api, operation: Operation) -> Iterable[Schema]:
    for name in re.findall(r"{(\w+)}", operation.path):
        parameter = api.path_parameters[name]
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": parameter.description,
            "schema": _NAME_IN_A_PATH,
            "example": parameter.example,
        }


def _query_parameters(operation: Operation, schemas: Schemas) -> Iterable[Schema]:
    if operation.query is None:
        return
    query = schemas.query(operation.query)
    for name, schema in query["properties"].items():
        yield {
            "name": name,
            "in": "query",
            "required": name in query.get("required", ()),
            "description": schema.get("description", ""),
            "schema": _without_null(schema),
        }


def _without_null(schema: Schema) -> Schema:
    """The schema of a parameter that is given: one that is not is left out, and never null."""
    given = {key: value for key, value in schema.items() if key != "description" and not (key == "default" and value is None)}
    kinds = [kind for kind in given.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del given["anyOf"]
        given |= kinds[0]
    return given


def _header_parameter(header: Header) -> Schema:
    return {"name": header.name, "in": "header", "required": False, "description": header.description, "schema": header.schema}


def _resource_of(api: Api, operation: Operation) -> Operation | None:
    """What shows the thing that a command is about, where a path leads to it."""
    shown_at = re.sub(r"{\w+}", "{}", operation.resource)
    return next((o for o in api.operations if o.method == "GET" and re.sub(r"{\w+}", "{}", o.path) == shown_at), None)


def _answer(api: Api, operation: Operation, schemas: Schemas) -> Schema:
    answer: Schema = {
        "description": operation.answer.__doc__ if operation.answer is not None else operation.summary,
        "headers": _header_references(headers.of_answer(operation)),
    }
    if operation.answer is not None:
        schema = schemas.reference(operation.answer)
        example = schemas.example(schema)
        if (resource := _resource_of(api, operation)) is not None and resource.answer is not None:
            schema = {"anyOf": [schema, schemas.reference(resource.answer)]}  # as Prefer has it
        answer["content"] = {JSON: {"schema": schema, "examples": _example(example)}}
    elif operation.media_type == JSON:
        answer["content"] = {JSON: {"schema": {"type": "object"}, "examples": _example({"openapi": "3.1.0"})}}
    elif operation.lasts:
        answer["content"] = {operation.media_type: {"schema": _EVENT, "examples": _example(operation.answer_example)}}
    else:
        answer["content"] = {operation.media_type: {"schema": {"type": "string"}, "examples": _example(operation.answer_example)}}
    if links := _links(api, operation):
        answer["links"] = links
    return answer


def _links(api: Api, operation: Operation) -> Schema:
    """What can be done with what a command has made: every operation at its place and below it, by name."""
    if operation.status != 201 or not operation.resource.endswith(("{id}", "{made}")):
        return {}
    inside, _, name = operation.resource.rpartition("/")
    said = [f"$request.path.{parameter}" for parameter in re.findall(r"{(\w+)}", operation.path)] if name == "{made}" else []
    said.append("$response.body#/id")
    place = re.compile("/".join(re.sub(r"{\w+}", r"{\\w+}", part) for part in (inside, name)) + "(?:/[a-z-]+)*")
    return {
        at.name: {"operationId": at.name, "parameters": dict(zip(re.findall(r"{(\w+)}", at.path), said, strict=True))}
        for at in api.operations
        if place.fullmatch(at.path)
    }


def _unchanged(operation: Operation) -> Schema:
    if not operation.tagged:
        return {}
    return {"304": {"description": "You have this answer already.", "headers": _header_references(headers.of_answer(operation))}}


def _problem(api: Api, status: int, schemas: Schemas) -> Schema:
    if status == 431:  # sent by whoever stopped reading: the server itself, as soon as its buffer is full, or we
        return {"description": f"{TITLES[status]}. A problem, or nothing where the server read no further."}
    reference = schemas.reference(ProblemDocument)
    example = schemas.example(reference) | _problem_example(api, status)
    return {
        "description": TITLES[status],
        "headers": _header_references(headers.of_problem(status)),
        "content": {MEDIA_TYPE: {"schema": reference, "examples": _example(example)}},
    }


def _problem_example(api: Api, status: int) -> Schema:
    reason, detail, field = api.problem_examples.get(status, ProblemExample("EXAMPLE", TITLES[status]))
    errors = [{"field": field, "message": detail}] if field else []
    named = {"type": problem_type(api.namespace, reason), "title": TITLES[status], "status": status}
    return named | {"detail": detail, "reason": reason, "errors": errors}


def _header_references(listed: Iterable[Header]) -> Schema:
    return {header.name: {"$ref": f"#/components/headers/{header.name}"} for header in listed}


def _example(value: Mapping[str, Any] | str | None) -> Schema:
    return {"example": {"value": value}}
