"""How a service says no: one exception, one table of what kind of no it is."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Kind(Enum):
    """What kind of no; `rpc.status` and the gateway's problems map each to a code, in one table each."""

    INVALID = "invalid"  # the request itself is wrong, whatever the state
    UNAUTHENTICATED = "unauthenticated"  # nobody known is asking
    FORBIDDEN = "forbidden"  # somebody known may not
    UNKNOWN = "unknown"  # there is no such thing, or none that the caller may see
    TAKEN = "taken"  # there is one already
    REFUSED = "refused"  # the state of things does not allow it
    STALE = "stale"  # the caller decided on a version that is no longer the newest
    BUSY = "busy"  # too much at once; the same request may be sent again
    UNAVAILABLE = "unavailable"  # something that is needed does not answer now


class Refused(Exception):  # noqa: N818 - the word that the domain uses
    """A command or query that was understood and is not carried out.

    `reason` is stable and machine-readable ("CHECK_IN_UNKNOWN"); `message` says what was wrong, with what value,
    and what would be right; `field` names the field of the request that it is about, if one is.
    """

    def __init__(self, reason: str, message: str, *, kind: Kind = Kind.REFUSED, field: str = "") -> None:
        super().__init__(message)
        self.reason: Final = reason
        self.message: Final = message
        self.kind: Final = kind
        self.field: Final = field
        self.row: int | None = None  # of a batch: which of its rows said no, from 0

    def __repr__(self) -> str:
        return f"Refused({self.reason!r}, {self.message!r}, kind={self.kind}, field={self.field!r})"


def invalid(field: str, message: str, reason: str = "INVALID_ARGUMENT") -> Refused:
    """A request with a wrong value in `field`."""
    return Refused(reason, message, kind=Kind.INVALID, field=field)
