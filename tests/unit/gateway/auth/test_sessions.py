"""Bearer tokens: only those that a known issuer signed, for us, and not expired."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import id_text, new_id
from chassis.rpc import IdentitySigner, IdentityVerifier
from chassis.runtime import Settings
from gateway.auth import AUDIENCE, ISSUER, Issuer, Session, Sessions, may_issue
from shared.roles import ADMIN

KEY = Ed25519PrivateKey.generate()
ISSUED = Issuer(KEY)
ANNA = Identity(new_id(), new_id(), frozenset({ADMIN}), frozenset({"core"}))


def sessions() -> Sessions:
    return Sessions({ISSUED.key_id: ISSUED.public_key}, ISSUER, IdentitySigner(KEY))


def claims(**changed: Any) -> dict[str, Any]:
    now = time.time()
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": id_text(ANNA.person_id), "tenant": id_text(ANNA.tenant_id), "iat": now, "exp": now + 60}
    return {name: value for name, value in (said | changed).items() if value is not None}


def signed(said: dict[str, Any], key: Ed25519PrivateKey = KEY, key_id: str = ISSUED.key_id) -> str:
    return jwt.encode(said, key, algorithm="EdDSA", headers={"kid": key_id})


def refused(token: str) -> Refused:
    with pytest.raises(Refused) as error:
        sessions().session_of(token)
    assert error.value.kind is Kind.UNAUTHENTICATED
    return error.value


def test_who_signed_in_is_known() -> None:
    identity = sessions().session_of(ISSUED.token(ANNA)).identity
    assert (identity.tenant_id, identity.person_id, identity.roles, identity.teams) == (
        ANNA.tenant_id,
        ANNA.person_id,
        ANNA.roles,
        ANNA.teams,
    )


def test_no_token_is_nobody() -> None:
    assert refused("").reason == "TOKEN_MISSING"


def test_an_expired_token_is_nobody() -> None:
    assert refused(ISSUED.token(ANNA, lifetime=-1)).reason == "TOKEN_EXPIRED"


def test_a_token_that_expires_after_it_was_seen_is_nobody_then(monkeypatch: pytest.MonkeyPatch) -> None:
    known, token, now = sessions(), ISSUED.token(ANNA, lifetime=30), time.time()
    known.session_of(token)
    monkeypatch.setattr("gateway.auth.sessions.time.time", lambda: now + 31)
    with pytest.raises(Refused, match="expired"):
        known.session_of(token)


def test_a_token_of_another_key_is_forged() -> None:
    assert refused(signed(claims(), Ed25519PrivateKey.generate())).reason == "TOKEN_INVALID"


def test_a_token_of_an_unknown_key_is_forged() -> None:
    other = Ed25519PrivateKey.generate()
    assert refused(Issuer(other).token(ANNA)).reason == "TOKEN_INVALID"


def test_a_token_without_a_signature_is_forged() -> None:
    header = {"alg": "none", "typ": "JWT", "kid": ISSUED.key_id}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims())]
    assert refused(".".join([*parts, ""])).reason == "TOKEN_INVALID"


def test_a_token_signed_with_the_public_key_as_a_password_is_forged() -> None:
    token = jwt.encode(claims(), ISSUED.public_key.public_bytes_raw(), algorithm="HS256", headers={"kid": ISSUED.key_id})
    assert refused(token).reason == "TOKEN_INVALID"


def test_a_token_whose_claims_were_changed_is_forged() -> None:
    header, payload, signature = ISSUED.token(ANNA).split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=="))
    said["roles"] = ["operator"]
    payload = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    assert refused(f"{header}.{payload}.{signature}").reason == "TOKEN_INVALID"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"iss": "https://elsewhere"},
        {"exp": None},
        {"aud": None},
        {"tenant": None},
        {"tenant": "demo"},
        {"sub": "anna"},
    ],
)
def test_a_token_that_is_not_for_us_is_refused(changed: dict[str, Any]) -> None:
    assert refused(signed(claims(**changed))).reason == "TOKEN_INVALID"


def test_a_token_from_the_future_is_refused() -> None:
    assert refused(signed(claims(iat=time.time() + 600))).reason == "TOKEN_INVALID"


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "....", "é", "\x00", "e30.e30.e30", "W10.W10.W10"])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert refused(token).reason == "TOKEN_INVALID"


def test_the_identity_handed_on_is_the_one_that_came_in() -> None:
    known = sessions()
    session = known.session_of(ISSUED.token(ANNA))
    inside = IdentityVerifier(KEY.public_key()).verify(known.internal_token(session))
    assert (inside.tenant_id, inside.person_id, inside.roles, inside.teams) == (ANNA.tenant_id, ANNA.person_id, ANNA.roles, ANNA.teams)


def test_the_identity_handed_on_is_minted_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    known, session, now = sessions(), Session(ANNA), time.time()
    first = known.internal_token(session)
    assert known.internal_token(session) == first
    monkeypatch.setattr("gateway.auth.sessions.time.time", lambda: now + 61)
    assert known.internal_token(session) != first


@pytest.mark.parametrize(
    ("environment", "host", "may"),
    [
        ("embedded", "127.0.0.1", True),
        ("embedded", "localhost", True),
        ("embedded", "::1", True),
        ("embedded", "0.0.0.0", False),
        ("embedded", "10.0.0.7", False),
        ("production", "127.0.0.1", False),
    ],
)
def test_the_built_in_issuer_runs_only_where_nobody_else_can_reach_it(environment: str, host: str, may: bool) -> None:
    assert may_issue(Settings.model_validate({"environment": environment, "host": host})) is may
