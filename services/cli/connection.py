"""The connection to a gateway: signs in by itself, turns problems into errors, and outlives a gateway that restarts."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx

from chassis.texts import is_line, quoted
from cli.errors import Failed, Problem

DEFAULT_URL: Final = "http://127.0.0.1:8600"
DEFAULT_TENANT: Final = "demo"
_OPERATOR: Final = {"operator": True}
PERSON: Final = "admin"
"""Who signs in on the embedded default, unless CAIRN_PERSON says who."""

_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
_CATCH_UP_TIMEOUT: Final = httpx.Timeout(90.0, connect=5.0)
_STREAM_TIMEOUT: Final = httpx.Timeout(600.0, connect=5.0)  # between two lines
_PATIENCE: Final = 60.0  # seconds that a gateway, once it has answered, may be away
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_AGAIN: Final = frozenset({429, 502, 503, 504})
_PAGE: Final = 1000
_NOTHING_GOES_BY_IT: Final = frozenset(f"{kind}_UNKNOWN" for kind in ("OBJECTIVE", "KEY_RESULT", "KPI", "TASK", "INITIATIVE", "MILESTONE"))
"""Why a request is refused where it may have named something by its title."""
_LONGEST_REFERENCE: Final = 100
_NAMED_AFTER: Final = {"objectives": "objective", "counts-for": "objective", "key-results": "key result", "cycles": "cycle"}

Json = dict[str, Any]


def own_home() -> Path:
    """The folder of the installation that `make up` started in the clone that this command was installed from."""
    return Path(os.environ.get("CAIRN_HOME") or Path(sys.prefix).parent / ".cairn")


def own_url() -> str:
    """The gateway of that installation, on whatever port it was told."""
    try:
        return f"http://127.0.0.1:{int((own_home() / 'base-port').read_text())}"
    except (OSError, ValueError):  # never started, or started by other means
        return DEFAULT_URL


def new_client(url: str) -> httpx.Client:
    """A client for the gateway at `url`."""
    return httpx.Client(base_url=url, timeout=_TIMEOUT, headers={"Accept": "application/json", "User-Agent": "cairn-cli"})


class Cairn:
    """A gateway, as one person of one tenant. Nothing is sent before it is needed."""

    def __init__(self, client: httpx.Client, tenant: str, token: str = "", person: str = "") -> None:
        self.tenant: Final = tenant
        self._person: Final = person
        self.url: Final = str(client.base_url).rstrip("/")
        self._client: Final = client
        self._token = token
        self._refresh_token = ""
        self._who: Json = {"tenant": tenant, "person": person or PERSON}
        self.token_given: Final = bool(token)
        self._has_answered = False
        self._meant: Final[dict[str, str]] = {}  # paths by title, as they turned out to be

    @classmethod
    @contextmanager
    def connected(cls, tenant: str) -> Iterator[Cairn]:
        """The gateway at CAIRN_URL. With CAIRN_TOKEN, as whoever that token says; else as CAIRN_PERSON of the tenant, its `admin`."""
        url = os.environ.get("CAIRN_URL") or own_url()
        if not _is_an_address(url):
            raise Failed(f"CAIRN_URL={url!r} is not an address; one looks like {DEFAULT_URL}")
        with new_client(url) as client:
            yield cls(client, tenant, os.environ.get("CAIRN_TOKEN", ""), os.environ.get("CAIRN_PERSON", ""))

    # -- questions and commands ------------------------------------------------------------------------------------------------------

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, after: str = "", exactly: bool = False) -> Json:
        """The answer to a question; with `after`, one that has seen these positions. Raises Problem.

        A title stands for its thing in the path, unless it is to be taken `exactly`.
        """
        given = {name: value for name, value in (params or {}).items() if value is not None}
        return self._json(self._request("GET", path, exactly=exactly, params=given, headers={"Cairn-After": after} if after else {}))

    def get_and_position(self, path: str, params: Mapping[str, Any]) -> tuple[Json, str]:
        """The answer to a question, and the positions that it goes up to; none where it says none. Raises Problem."""
        response = self._request("GET", path, params={name: value for name, value in params.items() if value is not None})
        return self._json(response), response.headers.get("Cairn-Position", "")

    def pages(
        self, path: str, params: Mapping[str, Any] | None = None, limit: int = 0, *, after: str = "", of: str = "items"
    ) -> list[Json]:
        """The items of a list, or what else its pages are `of`; see `whole`."""
        items: list[Json] = self.whole(path, params, limit, after=after, of=of)[of]
        return items

    def whole(self, path: str, params: Mapping[str, Any] | None = None, limit: int = 0, *, after: str = "", of: str = "items") -> Json:
        """A list as if it were one page: at most `limit` items, 0: all; with `next` where there are more. With `after`, as `get`."""
        found: list[Json] = []
        gone: list[str] = []
        cursor = None
        while True:
            size = min(_PAGE, limit - len(found)) if limit else _PAGE
            page = self.get(path, {**(params or {}), "limit": size, "cursor": cursor}, after=after)
            found += page[of]
            gone += page.get("gone", ())
            cursor = page["next"]
            if not cursor or (limit and len(found) >= limit):
                return {**page, of: found} | ({"gone": gone} if "gone" in page else {})

    def command(
        self, method: str, path: str, body: Json | None = None, *, params: Json | None = None, key: str = "", if_match: int | None = None
    ) -> Json:
        """Carries out a command; its answer means that it is durable. Sent again under the same key when no answer came. Raises Problem."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex} | ({} if if_match is None else {"If-Match": f'"{if_match}"'})
        return self._json(self._request(method, path, json=body, params=params, headers=headers))

    def post(self, path: str, body: Json | None = None, *, timeout: httpx.Timeout = _TIMEOUT) -> Json:
        """Posts what may be posted twice without harm. Raises Problem."""
        return self._json(self._request("POST", path, json=body, timeout=timeout))

    def upload(self, path: str, content: bytes, media_type: str, params: Mapping[str, str]) -> Json:
        """Posts a file that is looked at and not kept, so it may be posted twice. Raises Problem."""
        headers = {"Content-Type": media_type}
        return self._json(self._request("POST", path, content=content, params=params, headers=headers))

    def put(self, path: str, body: Json) -> Json:
        """Sets something to a value: twice is once. Raises Problem."""
        return self._json(self._request("PUT", path, json=body))

    def catch_up(self, *, or_say_who_is_away: bool = False) -> dict[str, int]:
        """Waits until everything appended so far is relayed and consumed everywhere; answers how far each log reaches.

        A service that is away is waited for a while, as the gateway is; or the Problem (SERVICE_AWAY) says at once which one it is.
        """
        final = frozenset({"SERVICE_AWAY"} if or_say_who_is_away else ())
        heads: dict[str, int] = self._json(self._request("POST", "/v1/catch-up", timeout=_CATCH_UP_TIMEOUT, final=final))["heads"]
        return heads

    @contextmanager
    def lines(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, content: bytes = b"", media_type: str = ""
    ) -> Iterator[Iterator[bytes]]:
        """The lines of an answer that streams, each with its line feed, as they come. Raises Problem."""
        self._sign_in_if_needed()
        headers = self._authorization() | ({"Content-Type": media_type} if media_type else {})
        sent: Json = {"params": params, "content": content or None, "headers": headers, "timeout": _STREAM_TIMEOUT}
        try:
            with _addressed(), self._client.stream(method, path, **sent) as response:
                if response.status_code >= 400:
                    response.read()
                    raise problem_of(response)
                self._has_answered = True
                yield whole_lines(response.iter_bytes())
        except httpx.TransportError as error:
            raise self._away(error) from None

    # -- signing in --------------------------------------------------------------------------------------------------------------------

    def is_there(self) -> bool:
        """Whether there is a tenant of that name. Raises Problem where it cannot be signed in to for another reason."""
        try:
            self._sign_in_if_needed()
        except Problem as problem:
            if problem.reason != "TENANT_UNKNOWN":
                raise
            return False
        return True

    def make_tenant_if_missing(self) -> bool:
        """Registers the tenant, as the operator, when there is none of that name; answers whether it did."""
        if self.token_given or self.is_there():
            return False
        self._require_nobody_named()
        operator = self._signed_in(_OPERATOR)["access_token"]
        try:
            self._json(
                self._send(
                    "POST",
                    "/v1/tenants",
                    json={"name": self.tenant},
                    headers={"Authorization": f"Bearer {operator}", "Idempotency-Key": uuid.uuid4().hex},
                )
            )
        except Problem as problem:
            if problem.status != 409:  # somebody else has just made it
                raise
        self._take(_patiently(lambda: self._signed_in(self._who), lambda error: error.status == 404, 10.0))
        return True

    def as_operator(self) -> None:
        """From here on as the installation's operator; with CAIRN_TOKEN, as whoever that token says.

        Raises Failed where CAIRN_PERSON names a person: no person of a tenant is the operator.
        """
        if not self.token_given:
            self._require_nobody_named()
            self._who = _OPERATOR
            self._take(self._signed_in(_OPERATOR))

    def _require_nobody_named(self) -> None:
        if self._person:
            raise Failed(
                f"this is for the operator of the installation, and CAIRN_PERSON says that you are {quoted(self._person)}; without"
                " CAIRN_PERSON, whoever is at this machine acts as the operator",
                reason="FORBIDDEN",
            )

    def _sign_in_if_needed(self) -> None:
        if not self._token:
            self._begin()

    def _begin(self) -> None:
        self._take(self._signed_in(self._who))

    def _signed_in(self, who: Json) -> Json:
        return self._json(self._send("POST", "/v1/sign-in", json=who))

    def _take(self, session: Json) -> None:
        self._token, self._refresh_token = session["access_token"], session["refresh_token"]

    def _go_on(self) -> None:
        """The next token of the session; where that has ended, another session."""
        refreshed = self._send("POST", "/v1/sign-in/refresh", json={"refresh_token": self._refresh_token})
        self._take(self._json(refreshed) if refreshed.is_success else self._signed_in(self._who))

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    # -- sending -----------------------------------------------------------------------------------------------------------------------

    def _request(self, method: str, path: str, *, exactly: bool = False, **sent: Any) -> httpx.Response:
        response = self._signed(method, self._meant.get(path, path), **sent)
        if exactly or response.status_code != 404 or problem_of(response).reason not in _NOTHING_GOES_BY_IT:
            return response
        from cli.references import path_meant  # noqa: PLC0415 - it asks by way of this

        try:
            self._meant[path] = path_meant(self, path)
        except Failed as failed:
            if failed.reason == "REFERENCE_AMBIGUOUS":
                raise
            return response
        return self._signed(method, self._meant[path], **sent)

    def _signed(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **sent: Any) -> httpx.Response:
        """Sends a request as whoever is signed in; by another token, where the one that there is has expired."""
        self._sign_in_if_needed()
        response = self._send(method, path, headers={**(headers or {}), **self._authorization()}, **sent)
        for renew in (self._go_on, self._begin):
            if response.status_code != 401 or self.token_given:
                break
            renew()
            response = self._send(method, path, headers={**(headers or {}), **self._authorization()}, **sent)
        return response

    def _send(self, method: str, path: str, *, final: Collection[str] = (), **sent: Any) -> httpx.Response:
        """Sends a request that may be sent twice, until it is answered, for a `final` reason too, or patience is at its end."""
        deadline = time.monotonic() + _PATIENCE
        pause = _FIRST_PAUSE
        while True:
            try:
                with _addressed():
                    response = self._client.request(method, path, **sent)
            except httpx.TransportError as error:
                if not self._has_answered or time.monotonic() > deadline:
                    raise self._away(error) from None
            else:
                self._has_answered = True
                if response.status_code not in _AGAIN or time.monotonic() > deadline or problem_of(response).reason in final:
                    return response
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _json(self, response: httpx.Response) -> Json:
        if response.status_code >= 400:
            raise problem_of(response)
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise Failed(f"{self.url} does not answer as Cairn does; is CAIRN_URL right?")
        return answer

    def _away(self, error: httpx.TransportError) -> Failed:
        if self._has_answered and not isinstance(error, httpx.ConnectError):
            return Failed(f"the connection to Cairn at {self.url} broke off ({str(error) or type(error).__name__}); run the command again")
        return Failed(f"Cairn does not answer at {self.url}; start it with `make up`, or say in CAIRN_URL where it is")


@contextmanager
def _addressed() -> Iterator[None]:
    """Turns words that cannot be sent at all into Failed."""
    try:
        yield
    except httpx.InvalidURL as error:
        raise Failed(f"what is asked for does not fit into an address: {error}") from None
    except UnicodeEncodeError as error:  # bytes of the command line that are no text
        raise Failed(f"what is asked for cannot be written in {error.encoding}") from None


def _is_an_address(url: str) -> bool:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host)


def whole_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines in a stream of bytes, each with its line feed; what stands behind the last line feed comes last, without one."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line + b"\n"
    if rest:
        yield rest


def problem_of(response: httpx.Response) -> Problem:
    """The problem in an answer, whatever stands between us and the gateway."""
    try:
        return Problem(response.status_code, response.json())
    except (ValueError, KeyError, TypeError, AttributeError):
        detail = f"{response.request.url} answers {response.status_code}, and not as Cairn does"
        return Problem(response.status_code, {"reason": "NOT_CAIRN", "detail": detail})


def path_of(*parts: str) -> str:
    """The path /v1/… with each part escaped. Raises Problem (404) for a reference that nothing can go by.

    Sent, such a one would lead elsewhere (a step in a path: `.`), or nowhere (longer than an address).
    """
    for before, part in pairwise(parts):
        if before in _NAMED_AFTER and not can_be_a_reference(part):
            shown = repr(part if len(part) <= _LONGEST_REFERENCE else f"{part[:_LONGEST_REFERENCE]}…")
            detail = f"there is no {_NAMED_AFTER[before]} {shown}; nothing can go by such a reference"
            raise Problem(404, {"reason": "REFERENCE_UNKNOWN", "detail": detail})
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def can_be_a_reference(text: str) -> bool:
    """Whether a thing can go by this text at all."""
    return 0 < len(text) <= _LONGEST_REFERENCE and is_line(text) and text not in (".", "..")


def _patiently(attempt: Callable[[], Json], passes: Callable[[Problem], bool], seconds: float) -> Json:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except Problem as problem:
            if not passes(problem) or time.monotonic() > deadline:
                raise
        time.sleep(_FIRST_PAUSE)
