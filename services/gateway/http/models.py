"""What bodies, queries and answers derive from: pydantic models that are checked strictly, straight from the bytes that came in.

A model whose name in the OpenAPI document is another one than its class's says so with `title=`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeVar, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from gateway.http.attribute_docstrings import docstrings_of_attributes

_T = TypeVar("_T")


class _Described(BaseModel):
    """A model whose fields are described by the docstrings under them.

    pydantic's `use_attribute_docstrings` does the same when a class is made: before Python 3.13 it looks for each class through the
    whole stack, which took three of the five seconds of a gateway's start. Only the OpenAPI document needs the words.
    """

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, words in docstrings_of_attributes(cls).items():
            if name in cls.model_fields:
                properties[cls.model_fields[name].alias or name].setdefault("description", words)
        return schema


class Body(_Described):
    """The JSON of a request. Unknown fields, numbers as text, NaN and infinities are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


def _as_a_change(schema: dict[str, Any]) -> None:
    """A change names something; and nothing is put in for what it leaves out: a default would be another thing than what stands."""
    schema["minProperties"] = 1
    for part in schema.get("properties", {}).values():
        part.pop("default", None)


class Change(Body):
    """A body that changes a thing (a merge patch, RFC 7396): what is left out stays, null empties what can be empty."""

    model_config = ConfigDict(json_schema_extra=_as_a_change)


class Query(_Described):
    """The parameters behind the question mark. Unknown ones are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def may_repeat(cls, name: str) -> bool:
        """Whether a parameter may be given more than once."""
        field = cls.model_fields.get(name)
        return field is not None and get_origin(field.annotation) is list


def _each(values: Any) -> Any:
    return values.split(SEPARATOR) if isinstance(values, str) else values


AnyOf = Annotated[list[_T], BeforeValidator(_each), Field(max_length=100)]
"""A parameter that may be given more than once: any of its values will do."""

SEPARATOR: Final = "\x1f"
"""Between the values of such a parameter on their way to its model: pydantic takes one text a name. In no text that we take."""


class Answer(_Described):
    """The JSON of an answer."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)
