"""The one id scheme: UUIDs as 16 bytes, version 7 where an id is new, version 5 where it follows from a name."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

import uuid_utils

Id = bytes

NIL: Final[Id] = bytes(16)
"""The id of nobody and nothing (RFC 9562, 5.9), where an id has to stand: nothing is ever given it."""

_NAMES = UUID("6f0c2a3e-6d0b-5a53-9c1f-0d4a3c1e7b11")  # Cairn's own namespace for version 5


def new_id() -> Id:
    """A new id; ids made later sort later (UUIDv7)."""
    return uuid_utils.uuid7().bytes


def id_of_name(*parts: str | Id) -> Id:
    """The id that follows from a name: the same parts give the same id, on any machine, for ever (UUIDv5)."""
    return uuid5(_NAMES, "\x1f".join(p.hex() if isinstance(p, bytes) else p for p in parts)).bytes


def id_text(value: Id) -> str:
    """`value` as people and JSON write it: 8-4-4-4-12 hex digits."""
    h = value.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def parse_id(text: str) -> Id:
    """The id that `text` writes.

    Raises ValueError when it is not a UUID in its canonical form.
    """
    value = bytes.fromhex(text.replace("-", ""))
    if len(value) != 16 or id_text(value) != text.lower():
        raise ValueError(f"{text!r} is not a UUID of the form 8-4-4-4-12")
    return value


def is_id(text: str) -> bool:
    """Whether `text` writes an id."""
    try:
        parse_id(text)
    except ValueError:
        return False
    return True
