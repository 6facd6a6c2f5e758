"""The keys that issuers sign tokens with, as they publish them: a JWK set (RFC 7517)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWKSet
from jwt.exceptions import PyJWTError

_SMALLEST_RSA: Final = 2048
"""Bits. Smaller ones can be broken."""
_CURVES: Final = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_OF_RSA: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})


class VerifyingKey(NamedTuple):
    """A public key, and the one algorithm that it verifies: a token does not choose."""

    algorithm: str
    key: Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey


def verifying_keys(jwk_set: Mapping[str, Any]) -> dict[str, VerifyingKey]:
    """The keys of a JWK set that signatures are verified with, by `kid`. Others (secrets, small ones, those for encryption) are left out.

    Raises ValueError for what is no JWK set, or has none.
    """
    try:
        keys = PyJWKSet.from_dict(dict(jwk_set)).keys
    except (PyJWTError, TypeError, AttributeError, KeyError):
        raise ValueError("it is no JWK set, or none of its keys is of a kind known here") from None
    known: dict[str, VerifyingKey] = {}
    for key in keys:
        algorithm = _algorithm(key.key, key.algorithm_name)
        if key.key_id and algorithm and key.public_key_use in (None, "sig"):
            known[key.key_id] = VerifyingKey(algorithm, key.key)
    return known


def _algorithm(key: Any, said: str) -> str:
    """What a key is used with; empty: not here."""
    if isinstance(key, Ed25519PublicKey):
        return "EdDSA"
    if isinstance(key, EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, "")
    if isinstance(key, RSAPublicKey) and key.key_size >= _SMALLEST_RSA:
        return said if said in _OF_RSA else "RS256"
    return ""
