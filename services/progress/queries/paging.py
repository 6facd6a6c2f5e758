"""Where the next page begins, as a token."""

from __future__ import annotations

import base64
import binascii

from chassis.errors import invalid


def page_token(*parts: str | int) -> str:
    """Where the next page begins; opaque to who hands it back."""
    return base64.urlsafe_b64encode(":".join(map(str, parts)).encode()).decode().rstrip("=")


def read_page_token(token: str, parts: int) -> list[str]:
    """What page_token wrote. Raises Refused (INVALID) when the token is none of ours."""
    try:
        read = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(":")
    except (binascii.Error, ValueError):
        read = []
    if len(read) != parts:
        raise invalid("page_token", f"{token[:60]!r} is not a token that an earlier page gave", "PAGE_TOKEN_MALFORMED")
    return read
