"""What a caller relies on in an OpenAPI document, a line each: operations, statuses, parameters, and the fields of what is named.

    GET /v1/people                          an operation
    GET /v1/people 200                      a status that it may answer
    GET /v1/people ?cursor string           a parameter of the query; a header stands behind #
    Person.left boolean                     a field of an answer or a body; of a body of several kinds, as any of them has it

`python -m tests.support.relied_on DOCUMENT` prints them, as `contracts/openapi/3f77cd7.txt` keeps those of the release.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

Json = dict[str, Any]
_PLACES = {"query": "?", "header": "#", "path": "/"}


def relied_on(document: Json) -> dict[str, str]:
    """The type of each thing, by its name; empty where it has none."""
    schemas: Json = document["components"]["schemas"]
    found: dict[str, str] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method not in ("head", "options"):
                found |= _of_operation(f"{method.upper()} {path}", operation, schemas)
    for name, schema in schemas.items():
        if fields := list(_fields(schema, schemas)):
            found[name] = ""
            for field, said in fields:
                types = {found.get(f"{name}.{field}", said), said}  # of several kinds each
                found[f"{name}.{field}"] = " or ".join(sorted(types))
    return found


def _of_operation(name: str, operation: Json, schemas: Json) -> dict[str, str]:
    found = {name: ""} | {f"{name} {status}": "" for status in operation["responses"]}
    for parameter in operation.get("parameters", ()):
        found[f"{name} {_PLACES[parameter['in']]}{parameter['name']}"] = _type(parameter["schema"], schemas)
    return found


def _fields(schema: Json, schemas: Json) -> Iterator[tuple[str, str]]:
    for kind in schema.get("oneOf", ()):
        yield from _fields(schemas[_name(kind)], schemas)
    for field, said in schema.get("properties", {}).items():
        yield field, _type(said, schemas)


def _name(reference: Json) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _type(schema: Json, schemas: Json) -> str:
    """As it stands on the wire: a choice by its words, whatever its schema is called."""
    if "$ref" in schema:
        named = schemas[_name(schema)]
        return _name(schema) if "properties" in named or "oneOf" in named else _type(named, schemas)
    if kinds := schema.get("anyOf") or schema.get("oneOf"):
        return "|".join(sorted({_type(kind, schemas) for kind in kinds}))
    if words := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return "|".join(sorted(f"'{word}'" for word in words))
    if schema.get("type") == "array":
        return f"[{_type(schema['items'], schemas)}]"
    return str(schema.get("type", "anything"))


def lines(found: dict[str, str]) -> Iterator[str]:
    """As they are kept."""
    return (f"{name}\t{said}".rstrip() for name, said in found.items())


if __name__ == "__main__":
    print("\n".join(lines(relied_on(orjson.loads(Path(sys.argv[1]).read_bytes())))))
