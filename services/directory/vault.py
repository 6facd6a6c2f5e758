"""What is personal, sealed: each profile and each saved view under the person's own key, kept here and nowhere else. Without it, forgotten.

The log holds what is sealed only; the keys, and the secret that names are hidden with, are rows of directory's own database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from typing import Any, Final, TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import Message
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from cairn.directory.v1.events_pb2 import NameReserved, PersonAdded, PersonProfile, SavedView, TenantRegistered
from chassis.ids import Id, id_of_name
from chassis.postgres import Connection, migrate
from chassis.texts import fully_folded, name_key
from directory.aggregates import EVENT_TYPES
from directory.session_store import SESSION_COOKIES_DDL, SESSIONS_DDL
from shared.earlier_names import EarlierNames, note_earlier_names

Sealed = TypeVar("Sealed", bound=Message)
_NONCE_BYTES: Final = 12
_KEY_BITS: Final = 256

_DDL: Final = """
CREATE TABLE IF NOT EXISTS person_key (person_id uuid PRIMARY KEY, key bytea NOT NULL);
CREATE TABLE IF NOT EXISTS name_secret (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), secret bytea NOT NULL);
"""
_KEY_OF: Final = """
INSERT INTO person_key (person_id, key) VALUES (%s, %s) ON CONFLICT (person_id) DO UPDATE SET key = person_key.key RETURNING key
"""
_NAMES: Final = f"""
SELECT uuid_send(tenant_id), uuid_send(aggregate_id), event_type, payload FROM event
WHERE event_type IN ('{NameReserved.DESCRIPTOR.full_name}', '{TenantRegistered.DESCRIPTOR.full_name}', '{PersonAdded.DESCRIPTOR.full_name}')
ORDER BY position
"""  # noqa: S608


class PersonKey:
    """A person's own key, and that it is theirs: what is sealed under it opens as nobody else's."""

    def __init__(self, key: bytes, tenant_id: Id, person_id: Id) -> None:
        self._key: Final = AESGCM(key)
        self._whose: Final = tenant_id + person_id

    def sealed(self, said: Message) -> bytes:
        """A profile or a view, unreadable without the key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._key.encrypt(nonce, said.SerializeToString(), self._whose)

    def opened(self, sealed: bytes) -> PersonProfile:
        """What was sealed under this key; an empty profile for all else: the key that it opens with was lost, and this one came after."""
        return self._opened(sealed, PersonProfile)

    def opened_view(self, sealed: bytes) -> SavedView:
        """As of a profile."""
        return self._opened(sealed, SavedView)

    def _opened(self, sealed: bytes, what: type[Sealed]) -> Sealed:
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return what.FromString(self._key.decrypt(nonce, ciphertext, self._whose))
        except (InvalidTag, ValueError):
            return what()


class Vault:
    """Encrypts profiles and decrypts them, each under its person's key, and turns names into ids that do not tell them.

    `database_url` connects as the owner of the tables.
    """

    def __init__(self, database_url: str, pool: AsyncConnectionPool[AsyncConnection[Any]]) -> None:
        self._database_url = database_url
        self._pool = pool
        self._secret = b""
        self._earlier_names = EarlierNames()

    async def create(self) -> None:
        """Brings the tables to their newest version (the log's must be there), and makes the secret where it is missing.

        Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
        """
        await migrate(self._database_url, "directory", [_DDL, _note_names, SESSIONS_DDL, SESSION_COOKIES_DDL])
        async with self._pool.connection() as connection:
            await self._earlier_names.load(connection)
            await connection.execute("INSERT INTO name_secret (secret) VALUES (%s) ON CONFLICT DO NOTHING", (secrets.token_bytes(32),))
            row = await (await connection.execute("SELECT secret FROM name_secret")).fetchone()
        if row is None:
            raise AssertionError("the secret was inserted before")
        self._secret = bytes(row[0])

    def tenant_name_id(self, name: str) -> Id:
        """The aggregate of a tenant's name, taken or free: Acme and acme are one name."""
        return self._earlier_names.aggregate_of(_tenant_name_id(name), _earlier_tenant_name_id(name))

    def handle_id(self, tenant_id: Id, handle: str) -> Id:
        """The aggregate of a handle in a tenant, taken or free: Martin and martin are one handle.

        Whoever reads the log cannot tell from it which handle it is, nor try handles out.
        """
        now, then = (follow(self._secret, tenant_id, handle) for follow in (_handle_id, _earlier_handle_id))
        return self._earlier_names.aggregate_of(now, then)

    async def key_of(self, tenant_id: Id, person_id: Id) -> PersonKey:
        """The person's own key, a new one where there is none; it is durable when this returns."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_KEY_OF, (UUID(bytes=person_id), AESGCM.generate_key(_KEY_BITS)))).fetchone()
        if row is None:
            raise AssertionError("the key was inserted, or was there before")
        return PersonKey(bytes(row[0]), tenant_id, person_id)

    async def opened(self, tenant_id: Id, sealed: dict[Id, bytes]) -> dict[Id, PersonProfile]:
        """The profiles of these people of a tenant; an empty one for whoever is forgotten: no key is left that it opens with."""
        keys = await self.keys(tenant_id, sealed.keys())
        return {i: keys[i].opened(profile) if i in keys else PersonProfile() for i, profile in sealed.items()}

    async def keys(self, tenant_id: Id, person_ids: Collection[Id]) -> dict[Id, PersonKey]:
        """The keys of these people, of those who have one."""
        async with self._pool.connection() as connection:
            ids = [UUID(bytes=person_id) for person_id in person_ids]
            cursor = await connection.execute("SELECT person_id, key FROM person_key WHERE person_id = ANY(%s)", (ids,), prepare=True)
            return {row_id.bytes: PersonKey(bytes(key), tenant_id, row_id.bytes) for row_id, key in await cursor.fetchall()}


def _tenant_name_id(name: str) -> Id:
    return id_of_name("tenant's name", name_key(name))


def _earlier_tenant_name_id(name: str) -> Id:
    """What followed from a tenant's name while Acme and acme were two."""
    return id_of_name("tenant", name)


def _handle_id(secret: bytes, tenant_id: Id, handle: str) -> Id:
    return id_of_name("person's handle", _seal(secret, tenant_id, name_key(handle)))


def _earlier_handle_id(secret: bytes, tenant_id: Id, handle: str) -> Id:
    """What followed from a handle while Weiß and Weiss were one."""
    return id_of_name("handle", _seal(secret, tenant_id, fully_folded(handle)))


def _seal(secret: bytes, tenant_id: Id, text: str) -> bytes:
    return hmac.new(secret, tenant_id + text.encode(), hashlib.sha256).digest()


async def _note_names(connection: Connection) -> None:
    """Notes the names that were reserved while names were compared otherwise: those of tenants as they were, those of people fully folded.

    A person who was forgotten has no name any more.
    """
    row = await (await connection.execute("SELECT secret FROM name_secret")).fetchone()
    secret = bytes(row[0]) if row else b""  # then nobody has a name either
    rows = await (await connection.execute("SELECT uuid_send(person_id), key FROM person_key")).fetchall()
    keys = {bytes(person_id): bytes(key) for person_id, key in rows}
    held: dict[Id, Id] = {}
    name_ids: dict[Id, Id] = {}
    for tenant_id, aggregate_id, event_type, payload in await (await connection.execute(_NAMES)).fetchall():
        event = EVENT_TYPES.decode(event_type, payload)
        match event:
            case NameReserved():
                held[event.holder_id] = aggregate_id
            case TenantRegistered():
                name_ids[event.tenant_id] = _tenant_name_id(event.name)
            case PersonAdded():
                key = keys.get(event.person_id)
                profile = PersonKey(key, tenant_id, event.person_id).opened(event.sealed_profile) if key else PersonProfile()
                if profile.handle:
                    name_ids[event.person_id] = _handle_id(secret, tenant_id, profile.handle)
            case _:
                raise TypeError(f"{event_type} was not asked for")
    names = [(name_ids[holder_id], aggregate_id) for holder_id, aggregate_id in held.items() if holder_id in name_ids]
    await note_earlier_names(connection, names)
