"""What bodies, queries and answers derive from: pydantic models that are checked strictly, straight from the bytes that came in.

A model whose name in the OpenAPI document is another one than its class's says so with `title=`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """The JSON of a request. Unknown fields, numbers as text, NaN and infinities are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


def _as_a_change(schema: dict[str, Any]) -> None:
    """A change names something; and nothing is put in for what it leaves out: a default would be another thing than what stands."""
    schema["minProperties"] = 1
    for part in schema.get("properties", {}).values():
        part.pop("default", None)


class Change(Body):
    """A body that changes a thing (a merge patch, RFC 7396): what is left out stays, null empties what can be empty."""

    model_config = ConfigDict(json_schema_extra=_as_a_change)


class Query(BaseModel):
    """The parameters behind the question mark. Unknown ones are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class Answer(BaseModel):
    """The JSON of an answer."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, json_schema_serialization_defaults_required=True)
