"""The identity that the gateway hands on, and what a service makes of it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import new_id
from chassis.rpc import IdentitySigner, IdentityVerifier
from shared.roles import CHAMPION, MEMBER

KEY = Ed25519PrivateKey.generate()
SIGNER, VERIFIER = IdentitySigner(KEY), IdentityVerifier(KEY.public_key())
ANN = Identity(new_id(), new_id(), frozenset({MEMBER, CHAMPION}), frozenset({"core"}), "Pacific/Auckland")


def test_a_service_knows_who_calls_what_they_may_and_where_their_days_begin() -> None:
    known = VERIFIER.verify(SIGNER.sign(ANN), "goals")
    assert (known.tenant_id, known.person_id, known.roles, known.teams, known.time_zone) == (
        ANN.tenant_id,
        ANN.person_id,
        ANN.roles,
        ANN.teams,
        "Pacific/Auckland",
    )


def test_an_identity_that_was_known_is_not_known_once_it_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    token = SIGNER.sign(ANN, lifetime=5)
    expires_at = VERIFIER.verify(token, "goals").expires_at
    monkeypatch.setattr("chassis.rpc.identity.time.time", lambda: expires_at + 0.1)
    with pytest.raises(Refused) as refused:
        VERIFIER.verify(token, "goals")
    assert (refused.value.kind, refused.value.reason) == (Kind.UNAUTHENTICATED, "IDENTITY_EXPIRED")
