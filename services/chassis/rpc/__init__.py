"""gRPC, the one way that services are asked: servers, clients, and what a refusal looks like on the wire.

This is what the room offers; its modules are its own affair. To load it loads gRPC and the validation of messages (0.25 s).
"""

from chassis.rpc.answers import (
    appended_message,
    edits_message,
    position_message,
    position_messages,
    positions_of,
    timestamp,
    write_appended,
)
from chassis.rpc.changed_since import FollowedPage, following_token, instant_since, place_and_positions, since_of
from chassis.rpc.client import DEADLINE, Metadata, addressed, asked, channel, handed_on, metadata, streamed
from chassis.rpc.credentials import channel_credentials, server_credentials
from chassis.rpc.identity import IDENTITY_LIFETIME, AddressedIdentity, IdentitySigner, IdentityVerifier, write_keys
from chassis.rpc.methods import Method, UseCases, command, first_aggregate, first_event, query
from chassis.rpc.pages import PAGE_BYTES, fitting, fitting_columns
from chassis.rpc.server import (
    Servicer,
    fingerprint,
    handler,
    open_handler,
    require_well_formed,
    rows_handler,
    rows_stream_handler,
    serving,
    stream_handler,
)
from chassis.rpc.status import CODES, DETAILS, InvalidRequest, from_bytes, from_error, to_bytes, to_status
from chassis.rpc.wire import AFTER, CAUSATION, CORRELATION, IDEMPOTENCY, IDENTITY

__all__ = [
    "AFTER",
    "CAUSATION",
    "CODES",
    "CORRELATION",
    "DEADLINE",
    "DETAILS",
    "IDEMPOTENCY",
    "IDENTITY",
    "IDENTITY_LIFETIME",
    "PAGE_BYTES",
    "AddressedIdentity",
    "FollowedPage",
    "IdentitySigner",
    "IdentityVerifier",
    "InvalidRequest",
    "Metadata",
    "Method",
    "Servicer",
    "UseCases",
    "addressed",
    "appended_message",
    "asked",
    "channel",
    "channel_credentials",
    "command",
    "edits_message",
    "fingerprint",
    "first_aggregate",
    "first_event",
    "fitting",
    "fitting_columns",
    "following_token",
    "from_bytes",
    "from_error",
    "handed_on",
    "handler",
    "instant_since",
    "metadata",
    "open_handler",
    "place_and_positions",
    "position_message",
    "position_messages",
    "positions_of",
    "query",
    "require_well_formed",
    "rows_handler",
    "rows_stream_handler",
    "server_credentials",
    "serving",
    "since_of",
    "stream_handler",
    "streamed",
    "timestamp",
    "to_bytes",
    "to_status",
    "write_appended",
    "write_keys",
]
