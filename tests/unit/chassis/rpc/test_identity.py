"""The identity that the gateway hands on, and what a service makes of it."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import id_text, new_id
from chassis.rpc import IdentitySigner, IdentityVerifier
from shared.roles import CHAMPION, MEMBER

KEY = Ed25519PrivateKey.generate()
SIGNER, VERIFIER = IdentitySigner(KEY), IdentityVerifier(KEY.public_key())
ANN = Identity(new_id(), new_id(), frozenset({MEMBER, CHAMPION}), frozenset({new_id()}), "Pacific/Auckland")


def test_a_service_knows_who_calls_what_they_may_and_where_their_days_begin() -> None:
    known = VERIFIER.verify(SIGNER.sign(ANN, "goals"), "goals")
    assert (known.tenant_id, known.person_id, known.roles, known.team_ids, known.time_zone) == (
        ANN.tenant_id,
        ANN.person_id,
        ANN.roles,
        ANN.team_ids,
        "Pacific/Auckland",
    )


def test_an_identity_that_was_known_is_not_known_once_it_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    token = SIGNER.sign(ANN, "goals", lifetime=5)
    expires_at = VERIFIER.verify(token, "goals").expires_at
    monkeypatch.setattr("chassis.rpc.identity.time.time", lambda: expires_at + 0.1)
    with pytest.raises(Refused) as refused:
        VERIFIER.verify(token, "goals")
    assert (refused.value.kind, refused.value.reason) == (Kind.UNAUTHENTICATED, "IDENTITY_EXPIRED")


def test_an_identity_is_good_with_the_services_that_it_names_and_with_no_other() -> None:
    token = SIGNER.sign(ANN, "checkins", "goals")
    assert VERIFIER.verify(token, "checkins") is VERIFIER.verify(token, "goals")
    assert refusal_of(token, "audit") == "IDENTITY_OF_ANOTHER_SERVICE"


def test_an_identity_for_no_service_is_good_with_none() -> None:
    assert refusal_of(SIGNER.sign(ANN), "goals") == "IDENTITY_OF_ANOTHER_SERVICE"


def test_an_identity_that_does_not_say_for_which_services_it_is_is_none() -> None:
    claims = {"tenant": id_text(ANN.tenant_id), "person": id_text(ANN.person_id), "roles": [MEMBER], "teams": [], "exp": time.time() + 60}
    assert refusal_of(signed(claims), "goals") == "IDENTITY_INVALID"
    assert VERIFIER.verify(signed(claims | {"aud": ["goals"]}), "goals").person_id == ANN.person_id


def refusal_of(token: str, service: str) -> str:
    with pytest.raises(Refused) as refused:
        VERIFIER.verify(token, service)
    assert refused.value.kind is Kind.UNAUTHENTICATED
    return refused.value.reason


def signed(claims: dict[str, object]) -> str:
    payload = urlsafe_b64encode(orjson.dumps(claims)).rstrip(b"=")
    return (payload + b"." + urlsafe_b64encode(KEY.sign(payload)).rstrip(b"=")).decode()
