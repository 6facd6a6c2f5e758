"""An issuer that tests sign people in at: OpenID Connect over HTTP on this machine. What it says can be made as wrong as a test wants."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID: Final = "cairn-in-tests"
CLIENT_SECRET: Final = "issuer's/secret"


class OpenIdIssuer:
    """The issuer. `said` goes over what the next ID token would say; `described` over what it says of itself."""

    def __init__(self, address: str) -> None:
        self.address: Final = address
        self.said: dict[str, Any] = {}
        self.described: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.asked: list[str] = []
        """The paths that it was asked for."""
        self._codes: dict[str, dict[str, str]] = {}
        self.rotate()

    def rotate(self) -> None:
        """It signs with a new key, and publishes that alone."""
        self.key_id = secrets.token_hex(4)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def authorize(self, address: str, person: str, tenant: str) -> dict[str, str]:
        """Somebody signs in, having been sent to this address: what the browser is then sent back with."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.address}/authorize"
        asked = dict(parse_qsl(parts.query))
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT_ID, "code", "S256")
        code = secrets.token_urlsafe()
        self._codes[code] = {**asked, "sub": person, "tenant": tenant}
        return {"code": code, "state": asked["state"], "iss": self.address}

    def id_token(self, asked: Mapping[str, str]) -> str:
        """What it says of whoever signed in."""
        now = time.time()
        claims = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "sub": asked["sub"],
            "tenant": asked["tenant"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 60,
            **self.said,
        }
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None}, self.key, self.algorithm, {"kid": self.key_id}
        )

    def bearer_token(self, person: str, tenant: str) -> str:
        """What a program shows that asks the API."""
        now = time.time()
        claims = {"iss": self.address, "aud": "cairn", "sub": person, "tenant": tenant, "iat": now, "exp": now + 60}
        return jwt.encode(claims, self.key, self.algorithm, {"kid": self.key_id})

    def answer(self, path: str, authorization: str, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        """The status and the JSON that a request is answered with."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            } | self.described
        if path == "/keys":
            jwk = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return 200, {"keys": [{**jwk, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}
        if path == "/token":
            return self._token(authorization, form)
        return 404, {}

    def _token(self, authorization: str, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        client_id, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        if (unquote(client_id), unquote(secret)) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": self.id_token(asked)}


@contextmanager
def openid_issuer() -> Iterator[OpenIdIssuer]:
    """An issuer, while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(*issuer.answer(self.path, "", {}))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            single = {name: values[0] for name, values in form.items()}
            self._send(*issuer.answer(self.path, self.headers.get("Authorization", ""), single))

        def _send(self, status: int, content: Mapping[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is said: the test asks what it wants to know."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = OpenIdIssuer(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
