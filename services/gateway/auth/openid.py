"""An issuer of one's own, as OpenID Connect describes it: its keys, and the way on which a browser comes to be signed in there.

The way is the authorization code flow with PKCE (RFC 7636): the browser goes to the issuer with a question that is bound to it by a sealed
cookie, and comes back with a code; the code is worth a token only to the gateway, which asks the issuer for it itself. So nothing that
stands in an address signs anybody in, and nobody is signed in by somebody else's answer (RFC 9700).
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx
from cryptography.fernet import Fernet, InvalidToken
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from chassis.errors import Kind, Refused
from chassis.runtime import telemetry
from gateway.auth.issuers import UNREADABLE, Claimed, TrustedIssuer, person_claimed, verified
from gateway.auth.keys import VerifyingKey, verifying_keys

ATTEMPT_SECONDS: Final = 600
"""In which somebody comes back from the issuer."""
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_KEYS_AGAIN_SECONDS: Final = 600.0
_RETRY_SECONDS: Final = 5.0
"""After which keys are asked for again that could not be had, or that a token names and nobody knows."""
_TIMEOUT: Final = httpx.Timeout(5.0)
_BASIC: Final = "client_secret_basic"
_POST: Final = "client_secret_post"

_log = telemetry.logger()


@dataclass(frozen=True, slots=True)
class Client:
    """As whom the issuer knows this installation."""

    id: str
    secret: str = ""
    """Empty: it has none, and PKCE alone shows who asks."""
    scope: str = "openid"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody on their way to the issuer and back."""

    state: str
    nonce: str
    code_verifier: str
    return_to: str
    """The path of this installation that they wanted to see."""


class PublishedKeys(Mapping[str, VerifyingKey]):
    """The keys of an issuer, as it published them last. A key that is not there is asked for soon: it may be new."""

    def __init__(self) -> None:
        self._keys: dict[str, VerifyingKey] = {}
        self.wanted: Final = asyncio.Event()

    def replace(self, keys: Mapping[str, VerifyingKey]) -> None:
        """What the issuer publishes now."""
        self._keys = dict(keys)

    def __getitem__(self, key_id: str) -> VerifyingKey:
        return self._keys[key_id]

    def __contains__(self, key_id: object) -> bool:
        known = key_id in self._keys
        if not known:
            self.wanted.set()
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class OpenIdProvider:
    """An issuer that says itself where it is asked what. `keys` are those of `trusted`, where they are not known beforehand."""

    def __init__(self, trusted: TrustedIssuer, keys: PublishedKeys | None, client: Client | None, name: str, key: bytes) -> None:
        self.trusted: Final = trusted
        self.name: Final = name or (urlsplit(trusted.name).hostname or trusted.name)
        """What people know it by."""
        self.client: Final = client
        self._keys: Final = keys
        self._sealed: Final = Fernet(urlsafe_b64encode(key))
        self._described: Mapping[str, Any] | None = None

    async def follow(self) -> None:
        """Keeps its keys as it publishes them, until it is cancelled."""
        if self._keys is None:
            return
        while True:
            self._keys.wanted.clear()
            try:
                self._keys.replace(await self._published())
                wait = _KEYS_AGAIN_SECONDS
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                _log.warning("issuer.keys_unavailable", issuer=self.trusted.name, error=str(error) or type(error).__name__)
                wait = _RETRY_SECONDS
            await asyncio.sleep(_RETRY_SECONDS)  # not more often, whatever tokens name
            try:
                await asyncio.wait_for(self._keys.wanted.wait(), max(wait - _RETRY_SECONDS, 0.01))
            except TimeoutError:
                continue

    async def begin(self, callback: str, return_to: str) -> tuple[str, str]:
        """Where the browser goes, and what it keeps until it comes back. Raises Refused (ISSUER_UNAVAILABLE)."""
        described = await self._description()
        attempt = Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), return_to)
        oauth = WebApplicationClient(self._known_as.id)
        challenge = oauth.create_code_challenge(attempt.code_verifier, "S256")
        asked = {"code_challenge": challenge, "code_challenge_method": "S256", "nonce": attempt.nonce}
        scope = self._known_as.scope
        try:
            address = oauth.prepare_request_uri(described["authorization_endpoint"], callback, scope, attempt.state, **asked)
        except OAuth2Error as error:
            raise self._unavailable(error) from None
        return address, self._sealed.encrypt(json.dumps(asdict(attempt)).encode()).decode()

    def attempt_of(self, kept: str) -> Attempt:
        """What a browser kept. Raises Refused (SIGN_IN_EXPIRED) for what was not made here, or too long ago."""
        try:
            return Attempt(**json.loads(self._sealed.decrypt(kept.encode(), ttl=ATTEMPT_SECONDS)))
        except (InvalidToken, ValueError, TypeError):
            raise expired() from None

    async def claimed(self, attempt: Attempt, callback: str, said: Mapping[str, str]) -> Claimed:
        """Who came back, by what their browser was given.

        Raises Refused: SIGN_IN_EXPIRED (an answer to another question), SIGN_IN_REFUSED (the issuer let nobody in), ID_TOKEN_INVALID,
        ISSUER_UNAVAILABLE.
        """
        if not hmac.compare_digest(said.get("state", "").encode(), attempt.state.encode()):
            raise expired()
        if "error" in said:
            raise Refused("SIGN_IN_REFUSED", f"{self.name} signs nobody in: {said['error'][:100]}", kind=Kind.UNAUTHENTICATED)
        described = await self._description()
        if said.get("iss", self.trusted.name) != self.trusted.name or (
            "iss" not in said and described.get("authorization_response_iss_parameter_supported")
        ):
            raise _invalid("the answer is another issuer's")  # RFC 9207
        token = await self._token(attempt, callback, said.get("code", ""), described)
        try:
            claims = verified(self.trusted, token, self._known_as.id)
            if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
                raise _invalid("it answers another question")
            if claims.get("azp", self._known_as.id) != self._known_as.id:
                raise _invalid("it was made for somebody else")
            return person_claimed(claims, self.trusted, token)
        except UNREADABLE as error:
            raise _invalid(str(error) or type(error).__name__) from None

    async def _token(self, attempt: Attempt, callback: str, code: str, described: Mapping[str, Any]) -> str:
        """The ID token that a code is worth. Raises Refused: SIGN_IN_REFUSED, ISSUER_UNAVAILABLE."""
        client, oauth = self._known_as, WebApplicationClient(self._known_as.id)
        methods = described.get("token_endpoint_auth_methods_supported") or [_BASIC]
        in_header = bool(client.secret) and (_BASIC in methods or _POST not in methods)
        body = oauth.prepare_request_body(
            code=code,
            redirect_uri=callback,
            code_verifier=attempt.code_verifier,
            include_client_id=not in_header,
            **({"client_secret": client.secret} if client.secret and not in_header else {}),
        )
        # RFC 6749, 2.3.1: what stands in the header is form-encoded first.
        auth = httpx.BasicAuth(quote_plus(client.id), quote_plus(client.secret)) if in_header else httpx.USE_CLIENT_DEFAULT
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT) as http:
                answer = await http.post(described["token_endpoint"], content=body, headers=headers, auth=auth)
            return str(oauth.parse_request_body_response(answer.text)["id_token"])
        except OAuth2Error as error:
            raise Refused("SIGN_IN_REFUSED", f"{self.name} signs nobody in: {error.error}", kind=Kind.UNAUTHENTICATED) from None
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise self._unavailable(error) from None

    @property
    def _known_as(self) -> Client:
        assert self.client is not None, "browsers are signed in only where the issuer knows this installation"
        return self.client

    async def _published(self) -> dict[str, VerifyingKey]:
        """Raises httpx.HTTPError, ValueError, KeyError, TypeError."""
        described = await self._description_now()
        keys = verifying_keys(await _json(described["jwks_uri"]))
        if not keys:
            raise ValueError(f"{described['jwks_uri']} has no key that tokens are verified with")
        return keys

    async def _description(self) -> Mapping[str, Any]:
        """What the issuer says of itself. Raises Refused (ISSUER_UNAVAILABLE)."""
        try:
            return self._described or await self._description_now()
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise self._unavailable(error) from None

    async def _description_now(self) -> Mapping[str, Any]:
        described: Mapping[str, Any] = await _json(self.trusted.name.rstrip("/") + _WELL_KNOWN)
        if described["issuer"] != self.trusted.name:
            raise ValueError(f"{self.trusted.name} calls itself {described['issuer']!r}")
        for endpoint in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_private(described[endpoint]):
                raise ValueError(f"its {endpoint} is no https address")
        self._described = described
        return described

    def _unavailable(self, error: Exception) -> Refused:
        _log.warning("issuer.unavailable", issuer=self.trusted.name, error=str(error) or type(error).__name__)
        return Refused("ISSUER_UNAVAILABLE", f"{self.name} does not answer; try again", kind=Kind.UNAVAILABLE)


def is_private(address: object) -> bool:
    """Whether nobody between reads what is sent to an address: by HTTPS, or on this machine."""
    parts = urlsplit(str(address))
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


def expired() -> Refused:
    """The refusal of an answer to a question that this browser did not ask, or too long ago."""
    return Refused("SIGN_IN_EXPIRED", "this sign-in was begun elsewhere, or too long ago; begin again", kind=Kind.UNAUTHENTICATED)


def _invalid(why: str) -> Refused:
    _log.warning("issuer.id_token_invalid", why=why)
    return Refused("ID_TOKEN_INVALID", "the issuer's answer does not say who you are; ask who looks after it", kind=Kind.UNAUTHENTICATED)


async def _json(address: str) -> Any:
    async with httpx.AsyncClient(timeout=_TIMEOUT) as http:
        answer = await http.get(address, headers={"Accept": "application/json"})
        return answer.raise_for_status().json()
