"""A refusal on the wire: google.rpc.Status with ErrorInfo and BadRequest, in one table, both ways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import grpc
from google.rpc import code_pb2, error_details_pb2, status_pb2

from chassis.errors import Kind, Refused
from chassis.runtime import telemetry

_log = telemetry.logger()

DOMAIN: Final = "cairn"
DETAILS: Final = "grpc-status-details-bin"

CODES: Final[dict[Kind, grpc.StatusCode]] = {
    Kind.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Kind.FORBIDDEN: grpc.StatusCode.PERMISSION_DENIED,
    Kind.UNKNOWN: grpc.StatusCode.NOT_FOUND,
    Kind.TAKEN: grpc.StatusCode.ALREADY_EXISTS,
    Kind.REFUSED: grpc.StatusCode.FAILED_PRECONDITION,
    Kind.STALE: grpc.StatusCode.ABORTED,
    Kind.BUSY: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Kind.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
}
_KINDS: Final = {code: kind for kind, code in CODES.items()} | {
    grpc.StatusCode.DEADLINE_EXCEEDED: Kind.UNAVAILABLE,
    grpc.StatusCode.CANCELLED: Kind.UNAVAILABLE,  # by the server, which ends
}
_KINDS_BY_NUMBER: Final = {int(code.value[0]): kind for code, kind in _KINDS.items()}


class InvalidRequest(Refused):
    """A request with more than one wrong field: `violations` are (field, message)."""

    def __init__(self, violations: Iterable[tuple[str, str]]) -> None:
        self.violations: Final = tuple(violations)
        field, message = self.violations[0]
        super().__init__("INVALID_ARGUMENT", "; ".join(f"{f}: {m}" if f else m for f, m in self.violations), kind=Kind.INVALID, field=field)
        self.first_message: Final = message


def to_status(refusal: Refused) -> status_pb2.Status:
    """The refusal as a google.rpc.Status."""
    code = CODES[refusal.kind]
    status = status_pb2.Status(code=code.value[0], message=refusal.message)
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=refusal.reason, domain=DOMAIN))
    violations = refusal.violations if isinstance(refusal, InvalidRequest) else ((refusal.field, refusal.message),) if refusal.field else ()
    if violations:
        bad = error_details_pb2.BadRequest()
        for field, message in violations:
            bad.field_violations.add(field=field, description=message)
        status.details.add().Pack(bad)
    return status


def to_bytes(refusal: Refused) -> bytes:
    """The refusal as the bytes of a google.rpc.Status."""
    return bytes(to_status(refusal).SerializeToString())


def from_bytes(status: bytes) -> Refused:
    """The refusal that such bytes tell of."""
    return from_status(status_pb2.Status.FromString(status))


def from_error(error: grpc.aio.AioRpcError) -> Refused:
    """The refusal that a server sent; a fault of the transport is one too, of kind UNAVAILABLE.

    Raises the error itself when it is neither: the server's own fault.
    """
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS and isinstance(value, bytes):
            return from_bytes(value)
    if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:  # of gRPC itself: what is sent again would be as large
        _log.error("rpc.message_too_large", reason=error.details())
        message = "more would have to travel at once than can; ask for less at a time: a lower limit, fewer rows"
        return Refused("MESSAGE_TOO_LARGE", message, kind=Kind.INVALID)
    kind = _KINDS.get(error.code())
    if kind is None:
        raise error
    if kind is Kind.UNAVAILABLE:  # what gRPC says of it names addresses, which are nobody's business further on
        _log.warning("rpc.away", code=error.code().name, reason=error.details())
        return Refused("UNAVAILABLE", "a service that this needs does not answer now; send the same request again", kind=kind)
    return Refused(error.code().name, error.details() or error.code().name, kind=kind)


def from_status(status: status_pb2.Status) -> Refused:
    """The refusal that a status tells of."""
    kind = _KINDS_BY_NUMBER.get(status.code, Kind.UNAVAILABLE)
    reason, violations = code_name(status), []
    for detail in status.details:
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo()
            detail.Unpack(info)
            reason = info.reason
        elif detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            bad = error_details_pb2.BadRequest()
            detail.Unpack(bad)
            violations = [(v.field, v.description) for v in bad.field_violations]
    if kind is Kind.INVALID and len(violations) > 1:
        return InvalidRequest(violations)
    return Refused(reason, status.message, kind=kind, field=violations[0][0] if violations else "")


def code_name(status: status_pb2.Status) -> str:
    """The canonical name of a status' code: "NOT_FOUND"."""
    return str(code_pb2.Code.Name(status.code))
