"""Values that a JSON schema allows, and that are another than the one at hand: what a request is probed with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]
_PREFIX: Final = "#/components/schemas/"


def probe_of(schema: Schema, components: Mapping[str, Schema], at_hand: Any = None) -> Any:
    """A value that fits the schema and is another than `at_hand`; of a choice, its first kind that is not null."""
    if "$ref" in schema:
        return probe_of(components[schema["$ref"].removeprefix(_PREFIX)], components, at_hand)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return next(word for word in reversed(schema["enum"]) if word not in (at_hand, schema.get("default")))
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return probe_of(next(kind for kind in schema[choice] if kind.get("type") != "null"), components, at_hand)
    return _of_type(schema, components, at_hand)


def _of_type(schema: Schema, components: Mapping[str, Schema], at_hand: Any) -> Any:
    match schema["type"]:
        case "object":
            if "properties" not in schema:
                (value,) = schema.get("patternProperties", {"": schema.get("additionalProperties")}).values()
                return {name: probe_of(value, components) for name in schema["propertyNames"].get("enum", ["probe"])[:1]}
            parts: Mapping[str, Schema] = schema["properties"]
            return {name: probe_of(part, components) for name, part in parts.items() if name in schema.get("required", list(parts)[:1])}
        case "array":
            return [probe_of(schema["items"], components)]
        case "boolean":
            return not (schema.get("default", False) if at_hand is None else at_hand)
        case "integer" | "number":
            lowest = schema.get("minimum", schema.get("exclusiveMinimum", 0))
            return next(number for number in (lowest + 1, lowest + 2) if number not in (at_hand, schema.get("default")))
        case "string":
            return _text(schema)
        case other:
            raise AssertionError(f"nobody says what a probe of type {other} is")


def _text(schema: Schema) -> str:
    match schema.get("format"):
        case "date":
            return "2026-02-03"
        case "date-time":
            return "2026-02-03T12:00:00Z"
        case "uuid":
            return "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"
    return "probe"
