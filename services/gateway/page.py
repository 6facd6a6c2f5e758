"""The OpenAPI document as a page to read: one file, no script, nothing fetched from anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any, Final

_STYLE: Final = """
:root{--ink:#1d2733;--soft:#5b6878;--line:#dfe4ea;--paper:#fff;--wash:#f5f7f9;
  --link:#0b63b5;--get:#0b6e4f;--post:#0b56a4;--put:#8a5300;--patch:#6a3fa0;--delete:#a3242b}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9ef;--soft:#9aa7b5;--line:#2d3742;--paper:#12171d;--wash:#1a2129;
  --link:#6cb2f5;--get:#5fd0a5;--post:#7ab8f5;--put:#e2b15e;--patch:#c3a3ee;--delete:#f08d92}}
*{box-sizing:border-box}html{scroll-behavior:smooth}
body{margin:0;font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:var(--paper)}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
.frame{display:grid;grid-template-columns:290px minmax(0,1fr);max-width:1280px;margin:0 auto}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:24px 16px;border-right:1px solid var(--line);font-size:13.5px}
nav h2{font-size:12px;margin:18px 0 4px;text-transform:uppercase;letter-spacing:.06em;color:var(--soft)}
nav ul{list-style:none;margin:0;padding:0}nav li a{display:block;padding:2px 6px;border-radius:4px;color:var(--ink)}
nav li a:hover{background:var(--wash)}
main{padding:32px 40px 80px}h1{margin:0;font-size:30px}h2.tag{margin:52px 0 4px;font-size:22px}
.about{color:var(--soft);max-width:72ch;white-space:pre-line}
article{border:1px solid var(--line);border-radius:8px;margin:16px 0;scroll-margin-top:16px}
article>header{padding:12px 18px;background:var(--wash);border-radius:8px 8px 0 0;border-bottom:1px solid var(--line)}
article h3{margin:0 0 4px;font-size:16px}article .inside{padding:6px 18px 16px}
.way{font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
.verb{font-weight:700;margin-right:8px}.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}.delete{color:var(--delete)}
h4{margin:16px 0 6px;font-size:13px;color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:14px}td{padding:5px 12px 5px 0;border-top:1px solid var(--line);vertical-align:top}
td:first-child{white-space:nowrap}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{background:var(--wash);border:1px solid var(--line);border-radius:6px;padding:10px 12px;overflow:auto;margin:6px 0;max-height:360px}
.kind{color:var(--soft)}.must{color:var(--delete);font-size:12px;margin-left:6px}
.statuses{display:flex;flex-wrap:wrap;gap:6px}
.statuses span{border:1px solid var(--line);border-radius:12px;padding:1px 9px;font-size:12.5px;color:var(--soft)}
summary{cursor:pointer;color:var(--link);font-size:14px;margin-top:8px}
@media(max-width:860px){.frame{display:block}
  nav{position:static;height:auto;border:0;border-bottom:1px solid var(--line)}main{padding:24px 18px}td:first-child{white-space:normal}}
"""


def page(document: Mapping[str, Any]) -> str:
    """The page."""
    told = [
        (
            tag,
            [
                (path, method, said)
                for path, methods in document["paths"].items()
                for method, said in methods.items()
                if tag["name"] in said["tags"]
            ],
        )
        for tag in document["tags"]
    ]
    info = document["info"]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style></head><body><div class=frame>"
        f"<nav aria-label=Operations><strong>{escape(info['title'])} API {escape(info['version'])}</strong>"
        f"{''.join(_links(tag, operations) for tag, operations in told)}"
        f'<h2>For programs</h2><ul><li><a href="/openapi.json">openapi.json</a></li></ul></nav><main>'
        f"<h1>{escape(info['title'])} API</h1><p class=about>{_text(info['description'])}</p>"
        f"{''.join(_section(tag, operations, document) for tag, operations in told)}</main></div></body></html>"
    )


Told = list[tuple[str, str, Mapping[str, Any]]]


def _links(tag: Mapping[str, Any], operations: Told) -> str:
    links = "".join(f'<li><a href="#{said["operationId"]}">{escape(said["summary"])}</a></li>' for _, _, said in operations)
    return f"<h2>{escape(tag['name'])}</h2><ul>{links}</ul>"


def _section(tag: Mapping[str, Any], operations: Told, document: Mapping[str, Any]) -> str:
    articles = "".join(_article(path, method, said, document) for path, method, said in operations)
    return f"<section><h2 class=tag>{escape(tag['name'])}</h2><p class=about>{_text(tag['description'])}</p>{articles}</section>"


def _article(path: str, method: str, said: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    parts = [
        (
            f'<article id="{said["operationId"]}"><header><h3>{escape(said["summary"])}</h3>'
            f'<div class=way><span class="verb {method}">{method.upper()}</span>{escape(path)}</div></header><div class=inside>'
        )
    ]
    if "description" in said:
        parts.append(f"<p>{_text(said['description'])}</p>")
    if not said["security"]:
        parts.append("<p class=kind>Needs no token.</p>")
    if said["parameters"]:
        parts.append(
            "<h4>Parameters</h4>"
            + _rows((_named(p), f"{_kind(p['schema'], document)} {p['in']}", p["description"]) for p in said["parameters"])
        )
    if "requestBody" in said:
        content = said["requestBody"]["content"]["application/json"]
        parts.append("<h4>Body</h4>" + _example(content) + _fields(content["schema"], document))
    for status, answer in said["responses"].items():
        if "content" in answer:
            content = next(iter(answer["content"].values()))
            parts.append(
                f"<h4>Answer {status}</h4><p>{_text(answer['description'])}</p>{_example(content)}{_fields(content['schema'], document)}"
            )
    problems = "".join(
        f'<span title="{escape(_response(answer, document)["description"], quote=True)}">{status}</span>'
        for status, answer in said["responses"].items()
        if "$ref" in answer
    )
    parts.append(f"<h4>Problems</h4><div class=statuses>{problems}</div></div></article>")
    return "".join(parts)


def _response(answer: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return found


def _named(parameter: Mapping[str, Any]) -> str:
    must = "<span class=must>required</span>" if parameter["required"] else ""
    return f"<code>{escape(parameter['name'])}</code>{must}"


def _rows(rows: Any) -> str:
    return "<table>" + "".join(f"<tr><td>{a}</td><td class=kind>{b}</td><td>{_text(c)}</td></tr>" for a, b, c in rows) + "</table>"


def _example(content: Mapping[str, Any]) -> str:
    value = content["examples"]["example"]["value"]
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return f"<pre>{escape(text)}</pre>"


def _fields(schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    described = _resolved(schema, document)
    if not described.get("properties"):
        return ""
    required = described.get("required", ())
    rows = (
        (_named({"name": name, "required": name in required}), _kind(part, document), part.get("description", ""))
        for name, part in described["properties"].items()
    )
    return f"<details><summary>Fields</summary>{_rows(rows)}</details>"


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _kind(schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return escape(str(schema["$ref"]).rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if "anyOf" in schema:
        return " or ".join(_kind(part, document) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}), document)}"
    return escape(str(schema.get("format") or schema.get("type") or "anything"))


def _text(text: str) -> str:
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
