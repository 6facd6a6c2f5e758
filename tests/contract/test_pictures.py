"""The pictures that README.md shows are there, are pictures, and are no larger than a reader should wait for."""

from __future__ import annotations

import re

import pytest

from stack.layout import ROOT
from tests.pictures.__main__ import FOLDER, MOST_BYTES

_NAMED = sorted(set(re.findall(r"docs/pictures/([\w-]+\.webp)", (ROOT / "README.md").read_text())))
_LEAST_BYTES = 15_000
"""A page with nothing on it takes less."""
_LEAST_WIDTH = 1440


def test_the_readme_shows_pictures_and_every_picture_is_shown() -> None:
    assert len(_NAMED) >= 7
    assert sorted(it.name for it in FOLDER.iterdir()) == _NAMED, "`make pictures` takes them"


@pytest.mark.parametrize("name", _NAMED)
def test_a_picture_is_one(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    assert (content[:4], content[8:15]) == (b"RIFF", b"WEBPVP8"), "WebP (RFC 9649, 2.4)"
    assert _LEAST_BYTES < len(content) <= MOST_BYTES
    assert _width(content) >= _LEAST_WIDTH


def _width(webp: bytes) -> int:
    """In pixels (RFC 9649, 2.5 and 2.7; RFC 6386, 9.1)."""
    if webp[12:16] == b"VP8X":
        return int.from_bytes(webp[24:27], "little") + 1
    if webp[12:16] == b"VP8 ":
        return int.from_bytes(webp[26:28], "little") & 0x3FFF
    raise AssertionError(f"a kind of WebP that is not taken here: {webp[12:16]!r}")
