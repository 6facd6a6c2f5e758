"""By which names an API may be called: what keeps a page of elsewhere from reaching it through a browser on this machine.

A name that leads here without being one of ours (DNS rebinding, a proxy that nobody set up) is refused, and so is what a page of another
site sends. Nothing is said to other sites of what they may (CORS): they may nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from gateway.http.problems import Problem, malformed

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class AllowedHosts:
    """The names of the loopback, and those that are given beside them, each at any port."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names: Final = LOOPBACK_NAMES | {name.lower().rstrip(".") for name in names}
        self._is_allowed: Final = lru_cache(maxsize=256)(self._allowed)

    def require(self, headers: Mapping[bytes, bytes]) -> None:
        """Raises Problem: 400 where there is not one host, 421 for one to another host, 403 for one from a page of another site."""
        host = headers.get(b"host", b"")
        if not host:
            raise malformed("HOST_MISSING", "a request names the host that it is for", "Host")
        if b"," in host:  # what is said in several lines
            raise malformed("HOST_MALFORMED", "a request names one host that it is for", "Host")
        if not self._is_allowed(host):
            detail = f"{host.decode('latin-1')[:100]!r} is no name that this is called by; who runs it says in CAIRN_HOSTS which are"
            raise Problem(421, "HOST_UNKNOWN", detail)
        origin = headers.get(b"origin")
        if origin is not None and not self._is_allowed(_host_of(origin)):
            raise Problem(403, "ORIGIN_UNKNOWN", f"pages of {origin.decode('latin-1')[:100]!r} may ask nothing here")

    def _allowed(self, host: bytes) -> bool:
        try:
            parts = urlsplit(f"//{host.decode('ascii')}")
            name, _ = parts.hostname or "", parts.port  # a port that is none raises
        except ValueError:
            return False
        shown = f"[{name}]" if ":" in name else name.rstrip(".")
        return shown in self._names and not parts.username and not parts.path and not parts.query and not parts.fragment


def _host_of(origin: bytes) -> bytes:
    """host:port of an origin; an empty one where there is none (`null`)."""
    scheme, separator, host = origin.partition(b"://")
    return host if separator and scheme in (b"http", b"https") else b""
