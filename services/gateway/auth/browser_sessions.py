"""Sessions of browsers: a cookie bears a secret that says nothing, and directory says whose session it is.

The secret stays the same while the session lasts, which is as long as somebody uses it, and two weeks at most. What is known of one is
asked for anew every few minutes, which is how directory learns that it is used; that a session was ended, the gateway hears at once, as
it does of every token (decision 15). A cookie that was not made here is told from one that was without asking anybody.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from datetime import UTC
from typing import TYPE_CHECKING, Final

from cairn.directory.v1 import service_pb2
from chassis.errors import Refused
from chassis.ids import Id, id_text
from chassis.rpc import asked
from gateway.auth.issuers import Claimed, unauthenticated
from gateway.auth.operator import NO_TENANT
from gateway.auth.standings import Standings

if TYPE_CHECKING:
    from cairn.directory.v1.service_pb2_grpc import DirectoryServiceAsyncStub

LIFETIME: Final = 15 * 60
"""Seconds for which what is known of a session is good; as long as an access token is."""
ASK_AGAIN_SECONDS: Final = 5 * 60
"""After which it is asked for anew, when somebody uses the session."""
_MOST_HELD: Final = 20_000
_SECONDS: Final = 5.0
"""That directory has to answer; it may be starting."""
_MAC_BYTES: Final = 16


class BrowserSessions:
    """Opens sessions, and finds them by what stands in cookies. A session that nobody used for `idle_seconds` ends."""

    def __init__(self, directory: DirectoryServiceAsyncStub, standings: Standings, key: bytes, idle_seconds: int) -> None:
        self._directory: Final = directory
        self._standings: Final = standings
        self._key: Final = key
        self._idle_seconds: Final = idle_seconds
        self._held: Final[OrderedDict[str, tuple[Claimed, float]]] = OrderedDict()
        self._ended: Final[OrderedDict[str, None]] = OrderedDict()
        self._asking: Final[dict[tuple[str, bool], asyncio.Task[Claimed]]] = {}

    async def open(self, tenant_id: Id, person_id: Id, correlation_id: Id) -> tuple[str, float]:
        """A new session of somebody: what stands in its cookie, and when it ends at the latest, in seconds since 1970. Raises Refused."""
        message = service_pb2.OpenSessionRequest(tenant_id=tenant_id, person_id=person_id, of_browser=True)
        own = self._standings.own_metadata(correlation_id)
        opened = await asked(self._directory.OpenSession(message, metadata=own, timeout=_SECONDS, wait_for_ready=True))
        session = opened.session
        return f"{session.cookie_secret}.{self._mac(session.cookie_secret)}", session.expires_at.ToDatetime(UTC).timestamp()

    async def claimed(self, cookie: str, *, unattended: bool = False) -> Claimed:
        """What a cookie stands for; asked for by a program that goes on by itself (`unattended`) its session is not used.

        Raises Refused: UNAUTHENTICATED (SESSION_ENDED: it is good no more, or never was), UNAVAILABLE.
        """
        claimed, asked_at = self._held.get(cookie, (None, 0.0))
        if claimed is not None and time.monotonic() - asked_at < ASK_AGAIN_SECONDS and claimed.expires_at > time.time():
            return claimed
        secret, _, mac = cookie.partition(".")
        if cookie in self._ended or not hmac.compare_digest(mac.encode(), self._mac(secret).encode()):
            raise _ended()
        return await self._asked_once(cookie, secret, unattended)

    def end(self, cookie: str) -> None:
        """The session was ended: its cookie is good no more."""
        self._held.pop(cookie, None)
        self._ended[cookie] = None
        if len(self._ended) > _MOST_HELD:
            self._ended.popitem(last=False)

    async def _asked_once(self, cookie: str, secret: str, unattended: bool) -> Claimed:
        """As `_ask`, once for all requests of a browser at a time."""
        key = (cookie, unattended)
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._ask(cookie, secret, unattended))
            asking.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(asking)

    async def _ask(self, cookie: str, secret: str, unattended: bool) -> Claimed:
        asked_at = time.monotonic()
        message = service_pb2.ContinueSessionRequest(cookie_secret=secret, idle_seconds=self._idle_seconds, unattended=unattended)
        own = self._standings.own_metadata()
        answer = await asked(self._directory.ContinueSession(message, metadata=own, timeout=_SECONDS, wait_for_ready=True))
        if not answer.HasField("session"):
            self.end(cookie)
            raise _ended()
        session = answer.session
        ends_at = session.expires_at.ToDatetime(UTC).timestamp()
        claimed = Claimed(
            tenant=id_text(session.tenant_id),
            person=id_text(session.person_id),
            is_operator=session.tenant_id == NO_TENANT,
            session_id=session.session_id,
            issued_at=session.began_at.ToDatetime(UTC).timestamp(),
            expires_at=min(ends_at, time.time() + LIFETIME),
            session_ends_at=ends_at,
        )
        self._held[cookie] = (claimed, asked_at)
        if len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)
        return claimed

    def _mac(self, secret: str) -> str:
        digest = hmac.digest(self._key, secret.encode(), hashlib.sha256)[:_MAC_BYTES]
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _ended() -> Refused:
    return unauthenticated("SESSION_ENDED", "this session has ended; sign in again")
