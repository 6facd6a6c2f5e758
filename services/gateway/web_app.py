"""The web application: what a build of services/web left in a folder, served from memory under the addresses that are not the API's.

Everything is read once, when the gateway starts, and found by its whole path: no request leads to a file that was not there then.
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

from starlette.responses import Response

from chassis.runtime import telemetry
from gateway.http import Api

NONCE_PLACE: Final = b"__CSP_NONCE__"
"""What stands in index.html where an answer's nonce goes."""
MOST_BYTES: Final = 64 << 20
"""That a build may have, with what it has compressed."""

_INDEX: Final = "/index.html"
_ASSETS: Final = "/assets/"
"""Below it names change with what is in a file."""
_MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Of files that are served; others are not."""
_ENCODINGS: Final[Mapping[str, str]] = {"br": ".br", "gzip": ".gz"}
"""By their names in headers, the best first: what a compressed file's name ends with."""
_WITHOUT_WISHES: Final = (b'<html lang="en">', b'content="light dark"')
"""What stands in index.html of its language, and of the colours that a page has before it shows anything."""
_LANGUAGES: Final = frozenset({"en", "de", "fr", "it"})
_SCHEMES: Final = frozenset({"light", "dark"})
_NOT_ACCEPTED: Final = re.compile(r"q=0(?:\.0*)?$")

# Trusted Types let no text become markup or a script but by the one policy that the application declares. A style that is set by script
# needs no permission; an element with styles has the nonce.
_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types default"
)
_PAGE_HEADERS: Final = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
_FILE_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
_NOT_BUILT: Final = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Cairn</title>
<h1>Cairn runs; its web application was not built</h1>
<p>Build it, and start the gateway again: <code>make up</code> does both. It is looked for in <code>services/web/dist</code>, or where
<code>CAIRN_WEB</code> says.</p>
<p>The API is there: <a href="/docs">what it offers</a>.</p></html>
"""

_log = telemetry.logger()


@dataclass(frozen=True)
class _File:
    content: bytes
    media_type: str
    tag: str
    compressed: dict[str, bytes] = field(default_factory=dict)
    """By encoding."""


class WebApp:
    """A build of the web application, beside an API."""

    def __init__(self, folder: Path, api: Api) -> None:
        """Raises SystemExit with one line for a folder that holds too much to be a build."""
        self._files: Final = _read(folder)
        self._of_api: Final = {_first_word(operation.path) for operation in api.operations}
        _log.info("web_app.read", folder=str(folder), files=len(self._files))

    def answer(self, path: str, headers: Mapping[bytes, bytes]) -> Response | None:
        """A file, or the page for whoever goes to an address with a browser; None: nothing of the application is there."""
        if _first_word(path) in self._of_api:
            return None
        if path != _INDEX and (file := self._files.get(path)) is not None:
            return _file_response(path, file, headers)
        if path.startswith(_ASSETS) or not _is_navigation(headers):
            return None
        index = self._files.get(_INDEX)
        return _not_built() if index is None else _page(index, headers)


def _read(folder: Path) -> dict[str, _File]:
    """What there is to serve, by its path; nothing where nothing was built."""
    root = folder.resolve()
    found = {path for path in root.rglob("*") if path.is_file() and path.resolve().is_relative_to(root)} if root.is_dir() else set()
    if sum(path.stat().st_size for path in found) > MOST_BYTES:
        raise SystemExit(f"configuration: CAIRN_WEB={str(folder)!r} holds more than {MOST_BYTES >> 20} MiB; it is no build of services/web")
    files = {}
    for path in sorted(found):
        if path.suffix in _MEDIA_TYPES:
            content = path.read_bytes()
            beside = {encoding: path.with_name(path.name + ending) for encoding, ending in _ENCODINGS.items()}
            compressed = {encoding: other.read_bytes() for encoding, other in beside.items() if other in found}
            files[f"/{path.relative_to(root).as_posix()}"] = _File(content, _MEDIA_TYPES[path.suffix], _tag_of(content), compressed)
    return files


def _file_response(path: str, file: _File, headers: Mapping[bytes, bytes]) -> Response:
    accepted = _accepted(headers.get(b"accept-encoding", b"").decode("latin-1"))
    encoding = next((encoding for encoding in _ENCODINGS if encoding in file.compressed and encoding in accepted), "")
    said = {
        "Cache-Control": "public, max-age=31536000, immutable" if path.startswith(_ASSETS) else "no-cache",
        "ETag": f'"{file.tag}{"-" if encoding else ""}{encoding}"',
        "Vary": "Accept-Encoding",
        # Of a picture or a text that somebody opens by itself nothing runs.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        **_FILE_HEADERS,
    }
    if said["ETag"].strip('"') in _tags_known(headers):
        return Response(status_code=304, headers=said)
    content = file.compressed[encoding] if encoding else file.content
    return Response(content, headers=said | ({"Content-Encoding": encoding} if encoding else {}), media_type=file.media_type)


def _page(index: _File, headers: Mapping[bytes, bytes]) -> Response:
    """The page of the application, with a nonce of its own. One that the browser has keeps the policy that it came with."""
    language, scheme = _wish("cairn_language", _LANGUAGES, headers), _wish("cairn_scheme", _SCHEMES, headers)
    tag = "-".join(filter(None, (index.tag, language, scheme)))
    said = {"Cache-Control": "no-cache", "ETag": f'"{tag}"', "Vary": "Cookie", **_FILE_HEADERS, **_PAGE_HEADERS}
    if tag in _tags_known(headers):
        return Response(status_code=304, headers=said)
    nonce = secrets.token_urlsafe(16)
    said["Content-Security-Policy"] = _POLICY % nonce
    content = _as_wished(index.content, language, scheme).replace(NONCE_PLACE, nonce.encode())
    return Response(content, headers=said, media_type=index.media_type)


def _as_wished(page: bytes, language: str, scheme: str) -> bytes:
    """The page in the language and the colours that its reader chose: the application's first moment is not in others."""
    plain_language, plain_scheme = _WITHOUT_WISHES
    if language:
        page = page.replace(plain_language, f'<html lang="{language}">'.encode(), 1)
    return page.replace(plain_scheme, f'content="{scheme}"'.encode(), 1) if scheme else page


def _wish(name: str, known: Set[str], headers: Mapping[bytes, bytes]) -> str:
    """What a reader chose, which the application keeps in a cookie; empty: nothing that is known."""
    pairs = (pair.strip().partition("=") for pair in headers.get(b"cookie", b"").decode("latin-1").split(";"))
    return next((value for own, _, value in pairs if own == name and value in known), "")


def _not_built() -> Response:
    policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    said = {"Cache-Control": "no-store", "Content-Security-Policy": policy, **_FILE_HEADERS, **_PAGE_HEADERS}
    return Response(_NOT_BUILT, 503, headers=said, media_type=_MEDIA_TYPES[".html"])


def _is_navigation(headers: Mapping[bytes, bytes]) -> bool:
    """Whether somebody goes to an address, rather than a program asking for what is there."""
    mode = headers.get(b"sec-fetch-mode")
    return mode == b"navigate" if mode is not None else b"text/html" in headers.get(b"accept", b"")


def _accepted(text: str) -> set[str]:
    """The encodings of an Accept-Encoding, but for those that it rules out."""
    said = (part.strip().partition(";") for part in text.split(","))
    return {name.strip().lower() for name, _, weight in said if not _NOT_ACCEPTED.search(weight.replace(" ", ""))}


def _tags_known(headers: Mapping[bytes, bytes]) -> list[str]:
    """The tags that a browser has."""
    return [tag.strip().removeprefix("W/").strip('"') for tag in headers.get(b"if-none-match", b"").decode("latin-1").split(",")]


def _first_word(path: str) -> str:
    return path.split("/", 2)[1] if "/" in path else path


def _tag_of(content: bytes) -> str:
    return urlsafe_b64encode(blake2b(content, digest_size=9).digest()).decode()
