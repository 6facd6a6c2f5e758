"""Identity between processes: a token that the gateway signs and every service verifies for itself (Ed25519).

A service holds only the public key, so none of them can speak for a person. The form is `payload.signature`, both
base64url; a verified token is remembered whole, signature included, until it expires.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import id_text, parse_id

IDENTITY_LIFETIME: Final = 1.0
"""Seconds that a token is good for; the gateway mints a new one at half of it. What a token says was so when it was made, so it is short:
decision 15."""

_REMEMBERED = 50_000


def _encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


class IdentitySigner:
    """Signs identities; only the gateway has one."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def from_file(cls, path: Path) -> IdentitySigner:
        """A signer with the PEM key at `path`. Raises OSError or ValueError when there is no such key."""
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path} holds no Ed25519 private key")
        return cls(key)

    def sign(self, identity: Identity, *services: str, lifetime: float = IDENTITY_LIFETIME) -> str:
        """A token that says who calls, good for `lifetime` seconds from now, and with these services alone."""
        claims = {
            "tenant": id_text(identity.tenant_id),
            "person": id_text(identity.person_id),
            "roles": sorted(identity.roles),
            "teams": sorted(map(id_text, identity.team_ids)),
            "time_zone": identity.time_zone,
            **({"settings": dict(identity.settings)} if identity.settings else {}),
            "exp": time.time() + lifetime,
            "aud": services,
        }
        payload = _encoded(orjson.dumps(claims))
        return (payload + b"." + _encoded(self._key.sign(payload))).decode()


class AddressedIdentity(str):
    """Who calls, where it is not known yet which service is called: each is told by a token of its own. As text it is no token."""

    __slots__ = ("token_for",)

    token_for: Callable[[str], str]
    """The token for a service."""

    def __new__(cls, token_for: Callable[[str], str]) -> AddressedIdentity:
        """Of what gives a token for a service."""
        made = super().__new__(cls)
        made.token_for = token_for
        return made


class _Verified(NamedTuple):
    identity: Identity
    audience: tuple[str, ...]


class IdentityVerifier:
    """Tells who calls, from a token; remembers what it has verified."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self._verified: OrderedDict[str, _Verified] = OrderedDict()  # as they came

    @classmethod
    def from_file(cls, path: Path) -> IdentityVerifier:
        """A verifier with the PEM key at `path`. Raises OSError or ValueError when there is no such key."""
        key = load_pem_public_key(path.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError(f"{path} holds no Ed25519 public key")
        return cls(key)

    def verify(self, token: str, service: str) -> Identity:
        """The identity that `token` carries to a service.

        Raises Refused (UNAUTHENTICATED) when the token is none, is signed by somebody else, does not say for which services it is, is for
        another service, or has expired.
        """
        now = time.time()
        verified = self._verified.get(token)
        if verified is None:
            verified = self._read(token)
            self._forget_expired(now)
            self._verified[token] = verified
        identity, audience = verified
        if service not in audience:
            message = f"the identity of this call is for {', '.join(audience) or 'no service'}, and not for {service}"
            raise Refused("IDENTITY_OF_ANOTHER_SERVICE", message, kind=Kind.UNAUTHENTICATED)
        if identity.expires_at < now:
            self._verified.pop(token, None)
            raise Refused("IDENTITY_EXPIRED", "the identity of this call has expired; sign in again", kind=Kind.UNAUTHENTICATED)
        return identity

    def _forget_expired(self, now: float) -> None:
        """Drops the oldest, as far as they have expired; one more when there are too many."""
        for token, (identity, _) in list(islice(self._verified.items(), 2)):  # two for each that comes: what expires does not gather
            if identity.expires_at < now or len(self._verified) >= _REMEMBERED:
                del self._verified[token]

    def _read(self, token: str) -> _Verified:
        payload, _, signature = token.encode("ascii", "replace").rpartition(b".")
        try:
            self._key.verify(_decoded(signature), payload)
            claims = orjson.loads(_decoded(payload))
            identity = Identity(
                tenant_id=parse_id(claims["tenant"]),
                person_id=parse_id(claims["person"]),
                roles=frozenset(claims["roles"]),
                team_ids=frozenset(map(parse_id, claims["teams"])),
                time_zone=str(claims.get("time_zone", "UTC")),
                expires_at=float(claims["exp"]),
                settings=tuple((str(name), str(value)) for name, value in claims.get("settings", {}).items()),
            )
            return _Verified(identity, tuple(claims["aud"]))
        except (InvalidSignature, binascii.Error, ValueError, KeyError, TypeError, AttributeError):
            raise Refused("IDENTITY_INVALID", "this call carries no identity signed by the gateway", kind=Kind.UNAUTHENTICATED) from None


def write_keys(private: Path, public: Path) -> None:
    """Makes a new pair of keys as PEM files, readable by their owner alone. Existing files are left as they are."""
    if private.exists() and public.exists():
        return
    key = Ed25519PrivateKey.generate()
    private.parent.mkdir(parents=True, exist_ok=True)
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
