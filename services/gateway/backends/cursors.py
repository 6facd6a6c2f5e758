"""Cursors: where the next page begins, opaque to callers, good only for the list that they came from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

from gateway.http import Problem, malformed

_SIGNATURE_BYTES: Final = 12


class Cursors:
    """Signs the page tokens of the services (HMAC), so that a service sees only tokens that it gave out, for the same list."""

    def __init__(self, secret: bytes) -> None:
        self._secret: Final = secret

    def cursor_of(self, listing: str, page_token: str) -> str | None:
        """The cursor of the page that a service names `page_token`, in the list that `listing` names; None when there is no next page."""
        if not page_token:
            return None
        token = page_token.encode()
        return base64.urlsafe_b64encode(self._signature(listing, token) + token).rstrip(b"=").decode()

    def page_token_of(self, listing: str, cursor: str) -> str:
        """The page token in `cursor`; empty for an empty one.

        Raises Problem (400) when it was not given out for this list.
        """
        if not cursor:
            return ""
        try:
            raw = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            signature, token = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
            if hmac.compare_digest(signature, self._signature(listing, token)):
                return token.decode()
        except (binascii.Error, ValueError):
            raise _foreign() from None
        raise _foreign()

    def _signature(self, listing: str, token: bytes) -> bytes:
        return hmac.new(self._secret, listing.encode() + b"\0" + token, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _foreign() -> Problem:
    return malformed("CURSOR_FOREIGN", "this cursor was not given out for this list with these filters; begin without one", "cursor")
