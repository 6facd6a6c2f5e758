"""Bearer tokens: only those that a known issuer signed, for us, and not expired; and each issuer only for its own."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.errors import Kind, Refused
from chassis.ids import id_text, new_id
from gateway.auth import AUDIENCE, ISSUER, LIFETIME, NO_TENANT, OPERATOR_ID, OPERATORS_ISSUER, Issuer, Issuers, TrustedIssuer, is_loopback

KEY, OPERATORS_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
ISSUED = Issuer(KEY, OPERATORS_KEY)
PEOPLE, OPERATORS = ISSUED.trusted
(KEY_ID,), (OPERATORS_KEY_ID,) = PEOPLE.keys, OPERATORS.keys
ISSUERS = Issuers(PEOPLE, OPERATORS)
TENANT, ANN = new_id(), new_id()


def claims(**changed: Any) -> dict[str, Any]:
    now = time.time()
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": id_text(ANN), "tenant": id_text(TENANT), "iat": now, "exp": now + 60}
    return {name: value for name, value in (said | changed).items() if value is not None}


def signed(said: dict[str, Any], key: Ed25519PrivateKey = KEY, key_id: str = KEY_ID) -> str:
    return jwt.encode(said, key, algorithm="EdDSA", headers={"kid": key_id})


def refused(token: str, issuers: Issuers = ISSUERS) -> Refused:
    with pytest.raises(Refused) as error:
        issuers.claimed(token)
    assert error.value.kind is Kind.UNAUTHENTICATED
    return error.value


def test_who_signed_in_is_known_with_their_session_and_for_a_quarter_of_an_hour() -> None:
    session = new_id()
    claimed = ISSUERS.claimed(ISSUED.token(TENANT, ANN, session))
    assert (claimed.tenant, claimed.person, claimed.session_id, claimed.is_operator) == (id_text(TENANT), id_text(ANN), session, False)
    assert claimed.expires_at - claimed.issued_at == pytest.approx(LIFETIME) == 15 * 60


def test_no_token_is_nobody() -> None:
    assert refused("").reason == "TOKEN_MISSING"


def test_a_token_of_another_key_is_forged() -> None:
    assert refused(signed(claims(), Ed25519PrivateKey.generate())).reason == "TOKEN_INVALID"


def test_a_token_of_an_unknown_key_is_forged() -> None:
    other = Issuer(Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate())
    assert refused(other.token(TENANT, ANN)).reason == "TOKEN_INVALID"


def test_a_token_without_a_signature_is_forged() -> None:
    header = {"alg": "none", "typ": "JWT", "kid": KEY_ID}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims())]
    assert refused(".".join([*parts, ""])).reason == "TOKEN_INVALID"


def test_a_token_signed_with_the_public_key_as_a_password_is_forged() -> None:
    token = jwt.encode(claims(), KEY.public_key().public_bytes_raw(), algorithm="HS256", headers={"kid": KEY_ID})
    assert refused(token).reason == "TOKEN_INVALID"


def test_a_token_whose_claims_were_changed_is_forged() -> None:
    header, payload, signature = ISSUED.token(TENANT, ANN).split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=="))
    said["sub"] = id_text(new_id())
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
        {"sub": None},
        {"sub": "x" * 201},
    ],
)
def test_a_token_that_is_not_for_us_is_refused(changed: dict[str, Any]) -> None:
    assert refused(signed(claims(**changed))).reason == "TOKEN_INVALID"


@pytest.mark.parametrize("name", ["exp", "iat"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, 10**15, 10**400, True, "1", [], {}], ids=lambda value: repr(value)[:20])
def test_an_instant_that_is_none_is_refused_whoever_signed_it(name: str, value: object) -> None:
    said = {"iat": 1.0, "exp": time.time() + 60} | {name: value}
    for token in (signed(claims(**said)), signed(claims(iss=OPERATORS_ISSUER, **said), OPERATORS_KEY, OPERATORS_KEY_ID)):
        assert refused(token).reason == "TOKEN_INVALID"


@pytest.mark.parametrize("name", ["\ud800", "I\u202eda", "a\nb", "a\x00b"], ids=ascii)
@pytest.mark.parametrize("claim", ["sub", "tenant"])
def test_a_name_that_nobody_can_have_is_refused_whoever_signed_it(claim: str, name: str) -> None:
    assert refused(signed(claims(**{claim: name}))).reason == "TOKEN_INVALID"


@pytest.mark.parametrize("claim", ["sub", "sid", "jti"])
def test_half_of_a_surrogate_pair_is_refused_in_whatever_an_id_is_made_of(claim: str) -> None:
    token = signed(claims(iss=OPERATORS_ISSUER, **{claim: "\ud800"}), OPERATORS_KEY, OPERATORS_KEY_ID)
    assert refused(token).reason == "TOKEN_INVALID"


def test_a_header_too_deep_to_be_read_is_no_token() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    assert refused(f"{deep}.e30.e30").reason == "TOKEN_INVALID"


def test_a_token_of_the_future_is_refused() -> None:
    assert refused(signed(claims(iat=time.time() + 600, exp=time.time() + 660))).reason == "TOKEN_INVALID"


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "....", "é", "\x00", "e30.e30.e30", "W10.W10.W10"])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert refused(token).reason == "TOKEN_INVALID"


def test_operators_come_from_an_issuer_of_their_own() -> None:
    claimed = ISSUERS.claimed(ISSUED.token(NO_TENANT, OPERATOR_ID))
    assert (claimed.is_operator, claimed.person) == (True, id_text(OPERATOR_ID))
    named = ISSUERS.claimed(signed(claims(iss=OPERATORS_ISSUER, sub="olga@example.com"), OPERATORS_KEY, OPERATORS_KEY_ID))
    assert named.is_operator
    assert named.person not in (id_text(OPERATOR_ID), id_text(ANN))


@pytest.mark.parametrize("claimed", [{"roles": ["operator"]}, {"roles": ["member", "operator"]}, {"tenant": id_text(NO_TENANT)}])
def test_an_issuer_of_people_makes_nobody_an_operator(claimed: dict[str, Any]) -> None:
    assert refused(signed(claims(**claimed))).reason == "OPERATOR_OF_NO_ISSUER"
    assert refused(signed(claims(iss=OPERATORS_ISSUER, **claimed))).reason == "TOKEN_INVALID"


def test_an_issuer_of_operators_lets_nobody_into_a_tenant() -> None:
    token = signed(claims(iss=OPERATORS_ISSUER), OPERATORS_KEY, OPERATORS_KEY_ID)
    assert ISSUERS.claimed(token).tenant == id_text(NO_TENANT)


def test_two_issuers_never_share_a_key() -> None:
    with pytest.raises(ValueError, match="keys of its own"):
        Issuers(PEOPLE, TrustedIssuer("https://elsewhere", PEOPLE.keys, of_operators=True))


def test_an_issuer_of_one_s_own_names_people_by_the_claims_that_it_has() -> None:
    issuers = Issuers(TrustedIssuer(ISSUER, PEOPLE.keys, tenant_claim="org", person_claim="preferred_username"))
    claimed = issuers.claimed(signed(claims(org="acme", preferred_username="ann", tenant=None, jti="7")))
    again = issuers.claimed(signed(claims(org="acme", preferred_username="ann", tenant=None, jti="7")))
    assert (claimed.tenant, claimed.person, claimed.session_id) == ("acme", "ann", again.session_id)
    assert refused(signed(claims(org="acme")), issuers).reason == "TOKEN_INVALID"


def test_tokens_of_one_session_of_an_issuer_of_one_s_own_end_with_it() -> None:
    first, second = (ISSUERS.claimed(signed(claims(sid="browser", jti=number))).session_id for number in "12")
    assert first == second != ISSUERS.claimed(signed(claims(jti="1"))).session_id


@pytest.mark.parametrize(
    ("host", "is_one"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.7", False), ("cairn", False)]
)
def test_a_loopback_address_is_told_from_others(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one
