"""What can be what people write: a reason, a comment, why an objective is worth it."""

from __future__ import annotations

from chassis.errors import invalid


def require_text(field: str, text: str, at_most: int) -> None:
    """Raises Refused (INVALID) unless `text` can be stored and shown: no NUL, no more than `at_most` characters."""
    if "\x00" in text:
        raise invalid(field, "text must not hold the character NUL (U+0000)")
    if len(text) > at_most:
        raise invalid(field, f"at most {at_most} characters; this has {len(text)}")
