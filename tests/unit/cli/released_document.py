"""The released OpenAPI document, as what a fake of the gateway is held to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jsonschema_rs import Validator, validator_for

Json = dict[str, Any]
RELEASED = Path(__file__).parents[3] / "contracts" / "openapi" / "gateway.json"
DOCUMENT: Json = orjson.loads(RELEASED.read_bytes())
COMPONENTS: Json = DOCUMENT["components"]
OPERATIONS: dict[str, Json] = {said["operationId"]: said for methods in DOCUMENT["paths"].values() for said in methods.values()}


def answer(operation: str, answered: Json) -> tuple[int, Json]:
    """The status and the JSON of an operation that was carried out: what is told of it, and an example for each field that is not.

    Raises AssertionError where something is told that the document does not promise.
    """
    status, response = next((status, response) for status, response in OPERATIONS[operation]["responses"].items() if "content" in response)
    schema = response["content"]["application/json"]["schema"]
    return int(status), _checked(f"{operation} {status}", schema, answered)


def problem(operation: str, status: int, **told: Any) -> Json:
    """The JSON of a problem. Raises AssertionError where the operation has no such one."""
    response = OPERATIONS[operation]["responses"].get(str(status))
    assert response is not None, f"{operation} never answers {status}"
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    document: Json = _checked(f"{operation} {status}", schema, {"status": status, **told})
    return document


def require_body(operation: str, body: Any) -> None:
    """Raises AssertionError where an operation was carried out with a body that does not fit the document."""
    said = OPERATIONS[operation].get("requestBody")
    if said is None:
        assert body is None, f"{operation} takes no body"
    elif body is not None or said["required"]:
        _check(operation, said["content"]["application/json"]["schema"], body)


def require_headers(operation: str, sent: Iterable[str]) -> None:
    """Raises AssertionError where a header was sent that has no effect on the operation."""
    parameters = [COMPONENTS["parameters"][p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in OPERATIONS[operation]["parameters"]]
    useless = {"cairn-after", "if-match"} & {*sent} - {parameter["name"].lower() for parameter in parameters}
    assert not useless, f"{', '.join(useless)} has no effect on {operation}"


def _checked(what: str, schema: Json, told: Any) -> Any:
    completed = _completed(what, schema, told)
    _check(what, schema, completed)
    return completed


def _check(what: str, schema: Json, value: Any) -> None:
    error = next(_validator(orjson.dumps(schema)).iter_errors(value), None)
    assert error is None, f"{what}: {error}"


@cache
def _validator(schema: bytes) -> Validator:
    return validator_for({**orjson.loads(schema), "components": COMPONENTS})


def _completed(what: str, schema: Json, told: Any) -> Any:
    schema = _of_value(schema)
    if isinstance(told, list) and "items" in schema:
        return [_completed(what, schema["items"], item) for item in told]
    if not isinstance(told, dict) or "properties" not in schema:
        return told
    unknown = told.keys() - schema["properties"].keys()
    assert not unknown, f"{what}: the document knows no {', '.join(unknown)}"
    return {
        name: _completed(what, part, told[name]) if name in told else _example(part)
        for name, part in schema["properties"].items()
        if name in told or name in schema.get("required", ())
    }


def _of_value(schema: Json) -> Json:
    """The schema itself, where it is referred to, and of what is not null, where it may be null."""
    if "$ref" in schema:
        return _of_value(COMPONENTS["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return _of_value(next(kind for kind in schema["anyOf"] if kind != {"type": "null"}))
    return schema


def _example(schema: Json) -> Any:
    """null or nothing where that is allowed, else something plausible."""
    if {"type": "null"} in schema.get("anyOf", ()):
        return None
    schema = _of_value(schema)
    if "enum" in schema or "examples" in schema or "const" in schema:
        return schema.get("const", (*schema.get("enum", ()), *schema.get("examples", ()), None)[0])
    match schema["type"]:
        case "object":
            return {name: _example(part) for name, part in schema.get("properties", {}).items()}
        case "array":
            return []
        case "integer" | "number":
            return 0
        case "boolean":
            return False
        case _:
            return ""
