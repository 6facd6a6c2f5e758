"""The keys of an installation in containers, made once: what the container `keys` runs before any service.

Two pairs: the one that the gateway signs identities with, and the one of an issuer of bearer tokens. The issuer's private key stays with
whoever may run containers here (see `bearer_token.py`); the gateway is given its public half as a JWK set, as it would be any issuer's.

And a password for every user of Kafka that has a folder in CAIRN_KAFKA_PASSWORDS, and for every role in the databases, in the folders of
CAIRN_DATABASE_PASSWORDS.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chassis.rpc import write_keys
from chassis.runtime import load
from gateway.auth import Issuer
from gateway.main import GatewaySettings
from stack.database_roles import passwords


def issuer_of(key: Path) -> Issuer:
    """The issuer that signs with the PEM file `key`. Raises OSError or ValueError when there is no such key."""
    private = load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{key} holds no Ed25519 key")
    return Issuer(private)


def write_password(path: Path) -> None:
    """A new password for its owner alone, unless the file is there."""
    if not path.exists():
        scratch = path.with_suffix(".new")
        scratch.touch(mode=0o600)
        scratch.write_text(secrets.token_urlsafe(24))
        scratch.replace(path)


def main() -> None:
    """Writes the files that the gateway's settings name, unless they are there."""
    settings = load(GatewaySettings)
    write_keys(settings.identity_private_key, settings.identity_public_key)
    write_keys(settings.issuer_key, settings.issuer_key.with_suffix(".pub"))
    settings.oidc_keys.write_text(json.dumps(issuer_of(settings.issuer_key).jwks()))
    for user in Path(os.environ["CAIRN_KAFKA_PASSWORDS"]).iterdir():
        write_password(user / "password")
    passwords(Path(os.environ["CAIRN_DATABASE_PASSWORDS"]))


if __name__ == "__main__":
    main()
