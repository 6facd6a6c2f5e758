"""Sessions, and what they go on by: refresh tokens, or the secret in a browser's cookie. They are rows of directory's own database.

They are no events: what a session is good for ends by itself, and a log is for ever. That one was ended before its time is an event, since
tokens are refused by it. Of a refresh token and of a secret nothing is kept but its SHA-256.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from chassis.ids import Id, new_id
from chassis.postgres import Connection, Pool

SESSION_LIFETIME: Final = timedelta(days=14)
"""How long a session is refreshed before its person signs in anew."""

SESSIONS_DDL: Final = """
CREATE TABLE session (
    session_id uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    person_id  uuid NOT NULL,
    began_at   timestamptz NOT NULL,  -- by the machine's clock, as all here
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);
CREATE INDEX session_by_end ON session (expires_at);
CREATE TABLE refresh_token (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
    used_at    timestamptz           -- NULL: it is the one to use
);
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);
"""
SESSION_COOKIES_DDL: Final = """
CREATE TABLE session_cookie (
    secret_hash bytea PRIMARY KEY,
    session_id  uuid NOT NULL REFERENCES session ON DELETE CASCADE,
    used_at     timestamptz NOT NULL
);
CREATE INDEX session_cookie_by_session ON session_cookie (session_id);
"""
_PREFIX: Final = "cairn_refresh_"
_BYTES: Final = 32
_FORGET: Final = "DELETE FROM session WHERE session_id IN (SELECT session_id FROM session WHERE expires_at < %s LIMIT 100)"
_FIND: Final = """
SELECT session.session_id, tenant_id, person_id, began_at, expires_at, used_at IS NOT NULL
FROM refresh_token JOIN session USING (session_id) WHERE token_hash = %s FOR UPDATE
"""
_FIND_BY_COOKIE: Final = """
SELECT session.session_id, tenant_id, person_id, began_at, expires_at, used_at
FROM session_cookie JOIN session USING (session_id) WHERE secret_hash = %s FOR UPDATE
"""


class Session(NamedTuple):
    """Somebody's session."""

    session_id: Id
    tenant_id: Id
    person_id: Id
    began_at: datetime
    expires_at: datetime


class Refresh(NamedTuple):
    """What a refresh token was good for."""

    session: Session
    token: str
    """The next one; empty: this one had been used before, and its session is to be ended."""


class SessionStore:
    """Opens sessions, lets them go on, and ends them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def open(self, tenant_id: Id, person_id: Id, now: datetime) -> Refresh:
        """A new session of somebody, and its first refresh token. Forgets some that have expired."""
        session = Session(new_id(), tenant_id, person_id, now, now + SESSION_LIFETIME)
        token = _new_token()
        async with self._pool.connection() as connection, connection.transaction():
            await _insert(connection, session)
            insert = b"INSERT INTO refresh_token (token_hash, session_id) VALUES (%s, %s)"
            await connection.execute(insert, (_hash(token), UUID(bytes=session.session_id)))
        return Refresh(session, token)

    async def open_for_browser(self, tenant_id: Id, person_id: Id, now: datetime) -> tuple[Session, str]:
        """A new session of somebody in a browser, and the secret for its cookie, which stays the same to its end."""
        session = Session(new_id(), tenant_id, person_id, now, now + SESSION_LIFETIME)
        secret = secrets.token_urlsafe(_BYTES)
        async with self._pool.connection() as connection, connection.transaction():
            await _insert(connection, session)
            insert = b"INSERT INTO session_cookie (secret_hash, session_id, used_at) VALUES (%s, %s, %s)"
            await connection.execute(insert, (_hash(secret), UUID(bytes=session.session_id), now))
        return session, secret

    async def go_on(self, secret: str, now: datetime, idle: timedelta, *, unattended: bool) -> Session | None:
        """The session whose cookie bears a secret; None: there is none any more. Nobody used it for `idle`: that is its end.

        Asked for by a program that goes on by itself (`unattended`), it was not used.
        """
        async with self._pool.connection() as connection, connection.transaction():
            row = await (await connection.execute(_FIND_BY_COOKIE.encode(), (_hash(secret),))).fetchone()
            if row is None:
                return None
            session_id, tenant_id, person_id, began_at, expires_at, used_at = row
            if expires_at <= now or used_at + idle <= now:
                await connection.execute(b"DELETE FROM session WHERE session_id = %s", (session_id,))
                return None
            if not unattended:
                await connection.execute(b"UPDATE session_cookie SET used_at = %s WHERE secret_hash = %s", (now, _hash(secret)))
        return Session(session_id.bytes, tenant_id.bytes, person_id.bytes, began_at, expires_at)

    async def refresh(self, token: str, now: datetime) -> Refresh | None:
        """The next refresh token of the session that `token` belongs to; None: there is no such session any more.

        A token is good for one refresh. One that comes again is in two hands, and nobody can tell whose: its session is to be ended. It is
        there until it is, so that whoever is cut off in between ends it when the token comes once more.
        """
        async with self._pool.connection() as connection, connection.transaction():
            row = await (await connection.execute(_FIND.encode(), (_hash(token),))).fetchone()
            if row is None:
                return None
            session_id, tenant_id, person_id, began_at, expires_at, used = row
            session = Session(session_id.bytes, tenant_id.bytes, person_id.bytes, began_at, expires_at)
            if expires_at <= now:
                return None
            if used:
                return Refresh(session, "")
            following = _new_token()
            await connection.execute(b"UPDATE refresh_token SET used_at = %s WHERE token_hash = %s", (now, _hash(token)))
            await connection.execute(b"INSERT INTO refresh_token VALUES (%s, %s)", (_hash(following), session_id))
        return Refresh(session, following)

    async def end(self, tenant_id: Id, person_id: Id, session_id: Id) -> None:
        """Ends one session of a person, if it is theirs."""
        async with self._pool.connection() as connection:
            ids = (UUID(bytes=session_id), UUID(bytes=tenant_id), UUID(bytes=person_id))
            await connection.execute(b"DELETE FROM session WHERE session_id = %s AND tenant_id = %s AND person_id = %s", ids)

    async def end_all(self, tenant_id: Id, person_id: Id) -> None:
        """Ends every session of a person."""
        async with self._pool.connection() as connection:
            ids = (UUID(bytes=tenant_id), UUID(bytes=person_id))
            await connection.execute(b"DELETE FROM session WHERE tenant_id = %s AND person_id = %s", ids)


async def _insert(connection: Connection, session: Session) -> None:
    """Puts a new session there, and takes away some that have expired."""
    await connection.execute(_FORGET.encode(), (session.began_at,))
    insert = b"INSERT INTO session (session_id, tenant_id, person_id, began_at, expires_at) VALUES (%s, %s, %s, %s, %s)"
    ids = (UUID(bytes=session.session_id), UUID(bytes=session.tenant_id), UUID(bytes=session.person_id))
    await connection.execute(insert, (*ids, session.began_at, session.expires_at))


def _new_token() -> str:
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
