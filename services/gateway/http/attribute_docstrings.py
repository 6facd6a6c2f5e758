"""The docstrings that stand under the attributes of classes."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise


def docstrings_of_attributes(cls: type) -> Mapping[str, str]:
    """Of each annotated attribute of a class and its bases, the text under it. A generic model with its parameters has those without."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        found |= _of_module(base.__module__).get(base.__qualname__.partition("[")[0], {})
    return found


@cache
def _of_module(name: str) -> Mapping[str, Mapping[str, str]]:
    """By class."""
    try:
        source = inspect.getsource(sys.modules[name])
    except (OSError, TypeError):  # built into the interpreter
        return {}
    return {node.name: dict(_docstrings(node)) for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


def _docstrings(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for attribute, under in pairwise(node.body):
        match attribute, under:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, inspect.cleandoc(words)
