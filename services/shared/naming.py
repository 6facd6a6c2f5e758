"""What can be what people call a thing or a person: asked by whoever keeps the name, and by whoever tells beforehand what will be taken."""

from __future__ import annotations

from typing import Final

from chassis.errors import invalid
from chassis.ids import is_id
from chassis.texts import can_be_a_name

LONGEST_CYCLE_NAME: Final = 100
LONGEST_REFERENCE: Final = 50
"""Of an objective or a key result."""
_LONGEST_HANDLE: Final = 100
_STEPS: Final = (".", "..")
"""Whoever resolves a path takes them out of it."""


def require_handle(handle: str) -> None:
    """Raises Refused (INVALID) unless `handle` can be what others type to name a person, and be told from an id."""
    if not handle or len(handle) > _LONGEST_HANDLE or not can_be_a_name(handle) or "/" in handle:
        message = f"{handle[:40]!r} cannot be a handle; one has 1 to {_LONGEST_HANDLE} characters on a line, no / and no space around it"
        raise invalid("handle", message, "HANDLE_INVALID")
    if is_id(handle) or handle in _STEPS:
        raise invalid("handle", f"{handle!r} cannot be a handle: it looks like an id, or like a step in a path", "HANDLE_INVALID")


def require_name(field: str, name: str, at_most: int) -> None:
    """Raises Refused (INVALID) unless `name` can be typed, stand in a path, and be told from an id.

    One line of what is seen, no space at its ends, not a UUID, and no part between slashes that is empty, "." or "..".
    """
    if len(name) > at_most:
        raise invalid(field, f"at most {at_most} characters; this has {len(name)}")
    if not can_be_a_name(name):
        raise invalid(field, f"{name!r} must be one line, something of it seen, and neither begin nor end with a space")
    if is_id(name):
        raise invalid(field, f"{name!r} looks like an id; choose a name that people would say")
    if any(part in ("", *_STEPS) for part in name.split("/")):
        raise invalid(field, f"{name!r} cannot stand in a path: what is between slashes must be there, and be neither . nor ..")
