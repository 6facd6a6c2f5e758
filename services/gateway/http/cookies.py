"""Cookies of an API that browsers use: what they are called, how they are set, and that a request by one comes from a page of its own.

A browser sends cookies with whatever is sent here, by whichever page. So where a cookie says who asks, the request has to show that a page
of this very origin made it: by what browsers say of it (`Origin`, `Sec-Fetch-Site`), and, where it may change something, by a header that
no form and no link can send.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.http.problems import Problem

CSRF_HEADER: Final = "Cairn-Csrf"
SESSION_COOKIE: Final = "__Host-cairn_session"
"""What a browser's session is in, over HTTPS."""
_RAW_CSRF_HEADER: Final = CSRF_HEADER.lower().encode()
_SAFE: Final = frozenset({"GET", "HEAD"})
_OWN_SITES: Final = frozenset({b"same-origin"})
_OWN_SITES_OR_NONE: Final = _OWN_SITES | {b"none"}
"""`none`: nobody's page, but a person, in the address bar."""

HeaderLine = tuple[bytes, bytes]


class Cookies:
    """The cookies of an API. `public_origin` is that by which browsers find it (https://okrs.example.com), where it is another than the
    one that it listens at; `https`: it answers HTTPS itself.
    """

    def __init__(self, public_origin: str = "", *, https: bool = False) -> None:
        self._public_origin: Final = public_origin.rstrip("/").encode()
        self.secure: Final = https or public_origin.startswith("https://")
        self._scheme: Final = b"https" if self.secure else b"http"

    def name(self, what: str, headers: Mapping[bytes, bytes]) -> str:
        """What a cookie is called. Other hosts of the domain cannot set one over HTTPS (`__Host-`).

        Over HTTP, which is the loopback's, cookies are those of every port: so the port stands in its name, and two installations on one
        machine do not sign one another's people out.
        """
        if self.secure:
            return f"__Host-cairn_{what}"
        port = headers.get(b"host", b"").decode("latin-1").rpartition(":")[2]
        return f"cairn_{what}_{port}" if port.isdigit() else f"cairn_{what}"

    def value(self, what: str, headers: Mapping[bytes, bytes]) -> str:
        """The value of a cookie that a request bears; empty: it bears none.

        Raises Problem (401) where it bears several of the name: one of them may be of somebody else's making, and nobody can tell which.
        """
        name = self.name(what, headers)
        said = [pair.strip().partition("=") for pair in headers.get(b"cookie", b"").decode("latin-1").split(";")]
        values = [value for own, _, value in said if own == name]
        if len(values) > 1:
            message = f"there is more than one cookie {name}, and one of them may be somebody else's; delete the cookies of this host"
            raise Problem(401, "COOKIE_REPEATED", message)
        return values[0] if values else ""

    def set(self, what: str, headers: Mapping[bytes, bytes], value: str, seconds: int, same_site: str = "Strict") -> HeaderLine:
        """The header that has a browser keep a cookie, for so many seconds, of which no script learns."""
        secure = "; Secure" if self.secure else ""
        line = f"{self.name(what, headers)}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite={same_site}{secure}"
        return b"set-cookie", line.encode()

    def clear(self, what: str, headers: Mapping[bytes, bytes]) -> HeaderLine:
        """The header that has a browser forget a cookie."""
        return self.set(what, headers, "", 0)

    def require_own_page(self, method: str, headers: Mapping[bytes, bytes]) -> None:
        """Raises Problem (403) unless a request by a cookie comes from a page of this origin."""
        origin, site = headers.get(b"origin"), headers.get(b"sec-fetch-site")
        if method in _SAFE:
            own = site is None or site in _OWN_SITES_OR_NONE
        else:
            own = (site is not None or origin is not None) and (site is None or site in _OWN_SITES)
            if headers.get(_RAW_CSRF_HEADER) != b"1":
                raise _refused(f"what is signed in by a cookie sends the header {CSRF_HEADER}: 1")
        if not own or (origin is not None and not self._is_own(origin, headers)):
            raise _refused("what is signed in by a cookie is asked by a page of this very origin, and this was not")

    def origin(self, headers: Mapping[bytes, bytes]) -> str:
        """The origin by which browsers find this: the public one, else the one that a request names."""
        return (self._public_origin or b"%s://%s" % (self._scheme, headers.get(b"host", b""))).decode("latin-1")

    def _is_own(self, origin: bytes, headers: Mapping[bytes, bytes]) -> bool:
        return origin in (b"%s://%s" % (self._scheme, headers.get(b"host", b"")), self._public_origin) and bool(origin)


def _refused(message: str) -> Problem:
    return Problem(403, "CSRF", message)
