"""What is personal, sealed: each profile under the person's own key, kept here and nowhere else. Without its key it is forgotten.

The log holds the sealed profile only; the keys, and the secret that names are hidden with, are rows of directory's own database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from cairn.directory.v1.events_pb2 import PersonProfile
from chassis.ids import Id, id_of_name
from chassis.postgres import migrate
from directory.domain.names import folded

_NONCE_BYTES: Final = 12
_KEY_BITS: Final = 256

_DDL: Final = """
CREATE TABLE IF NOT EXISTS person_key (person_id uuid PRIMARY KEY, key bytea NOT NULL);
CREATE TABLE IF NOT EXISTS name_secret (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), secret bytea NOT NULL);
"""


class Vault:
    """Encrypts profiles and decrypts them, each under its person's key, and turns names into ids that do not tell them."""

    def __init__(self, database_url: str, pool: AsyncConnectionPool[AsyncConnection[Any]]) -> None:
        self._database_url = database_url
        self._pool = pool
        self._secret = b""

    async def create(self) -> None:
        """Brings the tables to their newest version, and makes the secret where it is missing.

        Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
        """
        await migrate(self._database_url, "directory", [_DDL])
        async with self._pool.connection() as connection:
            await connection.execute("INSERT INTO name_secret (secret) VALUES (%s) ON CONFLICT DO NOTHING", (secrets.token_bytes(32),))
            row = await (await connection.execute("SELECT secret FROM name_secret")).fetchone()
        if row is None:
            raise AssertionError("the secret was inserted before")
        self._secret = bytes(row[0])

    def handle_id(self, tenant_id: Id, handle: str) -> Id:
        """The aggregate of a handle in a tenant. Whoever reads the log cannot tell from it which handle it is, nor try handles out."""
        seal = hmac.new(self._secret, tenant_id + folded(handle).encode(), hashlib.sha256).digest()
        return id_of_name("handle", seal)

    async def sealed(self, tenant_id: Id, person_id: Id, profile: PersonProfile) -> bytes:
        """The profile under a new key of the person's own; the key is durable when this returns."""
        key = AESGCM.generate_key(_KEY_BITS)
        async with self._pool.connection() as connection:
            await connection.execute("INSERT INTO person_key (person_id, key) VALUES (%s, %s)", (UUID(bytes=person_id), key))
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, profile.SerializeToString(), tenant_id + person_id)

    async def opened(self, tenant_id: Id, sealed: dict[Id, bytes]) -> dict[Id, PersonProfile]:
        """The profiles of these people of a tenant; an empty one for whoever is forgotten."""
        keys = await self._keys(sealed.keys())
        return {person_id: _opened(tenant_id, person_id, keys.get(person_id), profile) for person_id, profile in sealed.items()}

    async def _keys(self, person_ids: Collection[Id]) -> dict[Id, bytes]:
        async with self._pool.connection() as connection:
            ids = [UUID(bytes=person_id) for person_id in person_ids]
            cursor = await connection.execute("SELECT person_id, key FROM person_key WHERE person_id = ANY(%s)", (ids,), prepare=True)
            return {person_id.bytes: bytes(key) for person_id, key in await cursor.fetchall()}


def _opened(tenant_id: Id, person_id: Id, key: bytes | None, sealed: bytes) -> PersonProfile:
    if key is None:
        return PersonProfile()
    try:
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return PersonProfile.FromString(AESGCM(key).decrypt(nonce, ciphertext, tenant_id + person_id))
    except InvalidTag:
        raise ValueError(f"the profile of person {person_id.hex()} is not what was sealed") from None
