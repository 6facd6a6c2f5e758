"""What ended of a person's sessions: tokens that were issued before, or in one of them, are no longer taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import SessionsRevoked, SignedOut
from chassis.ids import Id

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(slots=True)
class Sessions:
    """Folded from the events of one person's sessions. Instants are the machine's clock, as those in tokens are."""

    revoked_before: datetime = _EPOCH
    signed_out: dict[Id, datetime] = field(default_factory=dict)
    """By session: when the last of its tokens expires. What had expired when another one was ended is not kept: no token of it is taken
    anyway. So there are at most as many as were ended within the life of a token."""

    def ended_at(self, now: datetime) -> list[Id]:
        """The sessions that were signed out of and of which tokens may still be about."""
        return [session_id for session_id, valid_until in self.signed_out.items() if valid_until > now]

    def forget_expired(self, now: datetime) -> None:
        """Drops the sessions of which no token is good any more."""
        self.signed_out = {session_id: valid_until for session_id, valid_until in self.signed_out.items() if valid_until > now}


def copy(sessions: Sessions) -> Sessions:
    """An independent copy."""
    return Sessions(sessions.revoked_before, dict(sessions.signed_out))


def apply(sessions: Sessions, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case SignedOut():
            sessions.signed_out[event.session_id] = event.valid_until.ToDatetime(UTC)
            sessions.forget_expired(event.signed_out_at.ToDatetime(UTC))
        case SessionsRevoked():
            sessions.revoked_before = max(sessions.revoked_before, event.issued_before.ToDatetime(UTC))
            sessions.forget_expired(sessions.revoked_before)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a person's sessions")


def sign_out(sessions: Sessions, person_id: Id, session_id: Id, valid_until: datetime, now: datetime) -> SignedOut | tuple[()]:
    """End one session, of which tokens may be about until an instant; nothing, when it is ended, or has expired."""
    if session_id in sessions.signed_out or valid_until <= now:
        return ()
    signed_out = SignedOut(person_id=person_id, session_id=session_id)
    signed_out.valid_until.FromDatetime(valid_until)
    signed_out.signed_out_at.FromDatetime(now)
    return signed_out


def revoke(person_id: Id, now: datetime) -> SessionsRevoked:
    """End every session that began before now."""
    revoked = SessionsRevoked(person_id=person_id)
    revoked.issued_before.FromDatetime(now)
    return revoked
