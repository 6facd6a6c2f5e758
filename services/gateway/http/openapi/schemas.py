"""The schemas of bodies, queries and answers, and examples that fit them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from gateway.http.problems import ProblemDocument
from gateway.http.routing import Operation

Schema = dict[str, Any]
_PREFIX: Final = "#/components/schemas/"
_EXAMPLES: Final = {"uuid": "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10", "date": "2026-03-31", "date-time": "2026-03-31T12:00:00Z"}
"""Of a text, by its format."""


class Schemas:
    """Every schema of an API: `components`, by name, as its document shows them, and the queries, which it spreads over parameters."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        operations = list(operations)
        bodies: set[type[BaseModel]] = {o.body for o in operations if o.body is not None}
        queries: set[type[BaseModel]] = {o.query for o in operations if o.query is not None}
        answers = {o.answer for o in operations if o.answer is not None} | {ProblemDocument}
        models: list[tuple[type[BaseModel], JsonSchemaMode]] = [
            (model, "validation") for model in sorted(bodies | queries, key=_class_name)
        ]
        models += [(model, "serialization") for model in sorted(answers, key=_class_name)]
        references, definitions = models_json_schema(models, ref_template=_PREFIX + "{model}")
        names = {name: schema.get("title", name) for name, schema in definitions["$defs"].items()}
        if several := sorted(name for name, models in Counter(names.values()).items() if models > 1):
            raise ValueError(f"several models go by one name, and the document would tell of one alone: {', '.join(several)}")
        self.components: Final[dict[str, Schema]] = {
            names[name]: _tidy(schema, names) for name, schema in sorted(definitions["$defs"].items(), key=lambda item: names[item[0]])
        }
        by_model: dict[Any, Schema] = {model: _tidy(reference, names) for (model, _), reference in references.items()}
        self._queries: Final = {query: self.components.pop(_name(by_model[query])) for query in queries - bodies}
        self._references: Final = by_model

    def reference(self, model: type[BaseModel]) -> Schema:
        """Where the schema of a body or an answer stands."""
        return self._references[model]

    def query(self, query: type[BaseModel]) -> Schema:
        """The schema of a query."""
        return self._queries[query]

    def example(self, schema: Mapping[str, Any]) -> Any:
        """A plausible value of a schema: its own example, else one made from its parts."""
        if "$ref" in schema:
            return self.example(self.components[_name(schema)])
        if schema.get("examples"):
            return schema["examples"][0]
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return self.example(schema[choice][0])
        return self._example_of_type(schema)

    def _example_of_type(self, schema: Mapping[str, Any]) -> Any:
        match schema.get("type"):
            case "object":
                return {name: self.example(part) for name, part in schema.get("properties", {}).items()}
            case "array":
                return [self.example(schema.get("items", {}))]
            case "integer":
                return schema.get("minimum", 1)
            case "number":
                return 0.5
            case "boolean":
                return False
            case "null":
                return None
            case _:
                return _EXAMPLES.get(schema.get("format", ""), "…")


def _class_name(model: type[BaseModel]) -> str:
    return model.__name__


def _named(reference: str, names: Mapping[str, str]) -> str:
    return _PREFIX + names[reference.removeprefix(_PREFIX)]


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).removeprefix(_PREFIX)


def _tidy(schema: Any, names: Mapping[str, str]) -> Any:
    """The schema without the titles that only repeat a field's name, and with the names that its document uses."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        tidy = {key: _tidy(value, names) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
        if isinstance(properties, dict):
            tidy["properties"] = {name: _tidy(value, names) for name, value in properties.items()}
        if isinstance(schema.get("$ref"), str):
            tidy["$ref"] = _named(schema["$ref"], names)
        if "mapping" in schema.get("discriminator", ()):
            mapping = schema["discriminator"]["mapping"]
            tidy["discriminator"]["mapping"] = {word: _named(reference, names) for word, reference in mapping.items()}
        return tidy
    return [_tidy(item, names) for item in schema] if isinstance(schema, list) else schema
