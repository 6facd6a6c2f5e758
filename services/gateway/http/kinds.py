"""Bodies of one of several kinds: each kind is a model of its own, and the document tells of them as `oneOf`.

class NewShape(OneOf):
    root: Annotated[Circle | Square, ByWord("shape")]     # each declares `shape: Literal["circle"]`, and so on

class Report(OneOf):
    root: Annotated[Value | Abstention, ByPresence()]     # each has one field that is needed, and that the others do not have

Which kind it is, is decided before anything else, so that whoever is wrong about one reads of that one alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, RootModel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import tagged_union_schema

WORD_WRONG: Final = "kind_word_wrong"
"""The error of a body whose word names no kind: `field` of its context bears the word, `words` are those that there are."""
PRESENCE_WRONG: Final = "kind_presence_wrong"
"""The error of a body that has not exactly one of `fields`."""
_MARK: Final = "="
"""Before a kind on the way to a fault; no field begins with it."""


class OneOf(RootModel[Any]):
    """A body that is of one of several kinds: `root`, which is what its handler gets."""

    model_config = ConfigDict(strict=True)
    root: Any


def is_kind(step: str | int) -> bool:
    """Whether a step on the way to a fault is no field, but a kind that was decided on."""
    return isinstance(step, str) and step.startswith(_MARK)


class ByWord:
    """The kind is what a field says in so many words."""

    def __init__(self, field: str) -> None:
        self._field: Final = field

    def _kind(self, body: Any) -> str | None:
        word = body.get(self._field) if isinstance(body, dict) else getattr(body, self._field, None)
        return f"{_MARK}{word}" if isinstance(word, str) else None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        models = {_word(model, self._field): model for model in _models(source)}
        return tagged_union_schema(
            {f"{_MARK}{word}": handler.generate_schema(model) for word, model in models.items()},
            self._kind,
            custom_error_type=WORD_WRONG,
            custom_error_message="no kind",
            custom_error_context={"field": self._field, "words": ", ".join(models)},
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        written = handler(schema)
        mapping = {kind.removeprefix(_MARK): part["$ref"] for kind, part in zip(schema["choices"], written["oneOf"], strict=True)}
        return {**written, "discriminator": {"propertyName": self._field, "mapping": mapping}}


class ByPresence:
    """The kind is which field is there: the one that each model needs and the others do not have."""

    def __init__(self) -> None:
        self._fields: tuple[str, ...] = ()

    def _kind(self, body: Any) -> str | None:
        names = body.keys() if isinstance(body, dict) else body.model_fields_set if isinstance(body, BaseModel) else ()
        there = [field for field in self._fields if field in names]
        if len(there) > 1 and isinstance(body, dict):  # what is null beside what says something is told by its name
            there = [field for field in there if body[field] is not None]
        return f"{_MARK}{there[0]}" if len(there) == 1 else None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        models = _by_own_field(_models(source))
        self._fields = tuple(models)
        return tagged_union_schema(
            {f"{_MARK}{field}": handler.generate_schema(model) for field, model in models.items()},
            self._kind,
            custom_error_type=PRESENCE_WRONG,
            custom_error_message="no kind",
            custom_error_context={"fields": " and ".join((", ".join(self._fields[:-1]), self._fields[-1]))},
        )


def _models(source: Any) -> tuple[type[BaseModel], ...]:
    return get_args(source)


def _word(model: type[BaseModel], field: str) -> str:
    """The one word that a model declares for a field. Raises TypeError."""
    declared = model.model_fields[field].annotation
    words = get_args(declared) if get_origin(declared) is Literal else ()
    if len(words) != 1:
        raise TypeError(f"{model.__name__}.{field} must be a Literal of one word")
    return str(words[0])


def _by_own_field(models: tuple[type[BaseModel], ...]) -> Mapping[str, type[BaseModel]]:
    """Each model by the field that it alone has and needs. Raises TypeError where that is not one."""
    found: dict[str, type[BaseModel]] = {}
    for model in models:
        of_others = {name for other in models if other is not model for name in other.model_fields}
        own = [name for name, field in model.model_fields.items() if field.is_required() and name not in of_others]
        if len(own) != 1:
            raise TypeError(f"{model.__name__} must have one field that is needed and that the others do not have, not {own}")
        found[own[0]] = model
    return found
