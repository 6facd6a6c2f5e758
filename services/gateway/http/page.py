"""The OpenAPI document as a page to read; what it looks like stands in page.html."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

import orjson

from gateway.http.openapi.document import document
from gateway.http.responses import JSON
from gateway.http.routing import Api

_FRAGMENT: Final = re.compile(r"<!-- fragment: (\w+) -->\n(.*?)\n?(?=<!-- fragment: |\Z)", re.DOTALL)
_FRAGMENTS: Final = {
    name: Template(text) for name, text in _FRAGMENT.findall(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
}

Described = Mapping[str, Any]
"""A part of the document."""


@cache
def page(api: Api) -> str:
    """The page, as HTML."""
    return _Page(document(api)).html()


class _Page:
    """Fills the fragments of page.html with a document. Whatever is handed to a fragment is HTML already."""

    def __init__(self, whole: Described) -> None:
        self._document: Final = whole

    def html(self) -> str:
        info = self._document["info"]
        tags = [(tag, self._operations(tag["name"])) for tag in self._document["tags"]]
        return _filled(
            "page",
            title=escape(info["title"]),
            version=escape(info["version"]),
            description=_text(info["description"]),
            links="".join(_links(tag, operations) for tag, operations in tags),
            sections="".join(self._section(tag, operations) for tag, operations in tags),
        )

    def _operations(self, tag: str) -> list[tuple[str, str, Described]]:
        paths = self._document["paths"].items()
        return [(path, method, said) for path, methods in paths for method, said in methods.items() if tag in said["tags"]]

    def _section(self, tag: Described, operations: list[tuple[str, str, Described]]) -> str:
        articles = "".join(self._operation(path, method, said) for path, method, said in operations)
        return _filled("section", tag=escape(tag["name"]), description=_text(tag["description"]), operations=articles)

    def _operation(self, path: str, method: str, said: Described) -> str:
        return _filled(
            "operation",
            id=said["operationId"],
            summary=escape(said["summary"]),
            method=method,
            verb=method.upper(),
            path=escape(path),
            parts="".join(self._parts(said)),
        )

    def _parts(self, said: Described) -> Iterable[str]:
        if "description" in said:
            yield _filled("description", description=_text(said["description"]))
        if not said["security"]:
            yield _filled("no_token")
        if said["parameters"]:
            rows = [
                _row(given["name"], f"{self._kind(given['schema'])} {given['in']}", given["description"], required=given["required"])
                for given in said["parameters"]
            ]
            yield _filled("parameters", table=_filled("table", rows="".join(rows)))
        if "requestBody" in said:
            content = said["requestBody"]["content"][JSON]
            yield _filled("body", example=_example(content), fields=self._fields(content["schema"]))
        problems = []
        for status, answer in said["responses"].items():
            if "content" not in answer:
                problems.append(_filled("problem", status=status, title=escape(self._resolved(answer)["description"], quote=True)))
            else:
                content = next(iter(answer["content"].values()))
                yield _filled(
                    "answer",
                    status=status,
                    description=_text(answer["description"]),
                    example=_example(content),
                    fields=self._fields(content["schema"]),
                )
        yield _filled("problems", problems="".join(problems))

    def _fields(self, schema: Described) -> str:
        described = self._resolved(schema)
        if "oneOf" in described:
            return "".join(_filled("kind", name=self._kind(kind), fields=self._fields(kind)) for kind in described["oneOf"])
        required = described.get("required", ())
        rows = [
            _row(name, self._kind(part), part.get("description", ""), required=name in required)
            for name, part in described.get("properties", {}).items()
        ]
        return _filled("fields", table=_filled("table", rows="".join(rows))) if rows else ""

    def _resolved(self, part: Described) -> Described:
        """The part itself, or what it refers to."""
        found = part
        if "$ref" in part:
            found = self._document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
        return found

    def _kind(self, schema: Described) -> str:
        if "$ref" in schema:
            return escape(str(schema["$ref"]).rpartition("/")[2])
        if "enum" in schema:
            return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
        if "const" in schema:
            return f"<code>{escape(str(schema['const']))}</code>"
        if "anyOf" in schema:
            return " or ".join(self._kind(part) for part in schema["anyOf"])
        if schema.get("type") == "array":
            return f"list of {self._kind(schema.get('items', {}))}"
        return escape(str(schema.get("format") or schema.get("type") or "anything"))


def _filled(fragment: str, **values: str) -> str:
    return _FRAGMENTS[fragment].substitute(values)


def _links(tag: Described, operations: list[tuple[str, str, Described]]) -> str:
    links = "".join(_filled("link", id=said["operationId"], summary=escape(said["summary"])) for _, _, said in operations)
    return _filled("links", tag=escape(tag["name"]), links=links)


def _row(name: str, kind: str, description: str, *, required: bool) -> str:
    shown = _filled("required") if required else ""
    return _filled("row", name=escape(name), required=shown, kind=kind, description=_text(description))


def _example(content: Described) -> str:
    value = content["examples"]["example"]["value"]
    text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    return _filled("example", text=escape(text))


def _text(text: str) -> str:
    """Prose in which `backquotes` mark code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
