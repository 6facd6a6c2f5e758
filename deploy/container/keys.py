"""The keys of an installation in containers, made once: what the container `keys` runs before any service.

Three pairs: the one that the gateway signs identities with, and those of an issuer of bearer tokens, for people and for operators. The
issuer's private keys stay with whoever may run containers here (see `bearer_token.py`); the gateway is given their public halves as JWK
sets, as it would be any issuer's.

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


def issuer_of(settings: GatewaySettings) -> Issuer:
    """The issuer that signs with the keys that the settings name. Raises OSError or ValueError when there are none."""
    return Issuer(_private_key(settings.issuer_key), _private_key(settings.operator_issuer_key))


def _private_key(path: Path) -> Ed25519PrivateKey:
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return private


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
    for key in (settings.issuer_key, settings.operator_issuer_key):
        write_keys(key, key.with_suffix(".pub"))
    issuer = issuer_of(settings)
    if settings.oidc_keys is None:
        raise SystemExit("configuration: CAIRN_OIDC_KEYS names no file for the keys of people's tokens")
    settings.oidc_keys.write_text(json.dumps(issuer.jwks()))
    settings.operator_keys.write_text(json.dumps(issuer.operators_jwks()))
    for user in Path(os.environ["CAIRN_KAFKA_PASSWORDS"]).iterdir():
        write_password(user / "password")
    passwords(Path(os.environ["CAIRN_DATABASE_PASSWORDS"]))


if __name__ == "__main__":
    main()
