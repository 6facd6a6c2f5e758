"""Who is asking: what a bearer token says, what directory says of that person now, and the identity handed on to services."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import parse_id
from chassis.rpc import AddressedIdentity, IdentitySigner
from gateway.auth.issuers import Claimed, Issuers, unauthenticated
from gateway.auth.operator import operator
from gateway.auth.standings import Standing, Standings

_MOST_CACHED: Final = 20_000
"""Tokens that are cached; one that is not is verified once more."""
_LONGEST_TOKEN: Final = 8 << 10


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is asking: what they showed, and what they are now."""

    claimed: Claimed
    standing: Standing

    @property
    def identity(self) -> Identity:
        """Who they are, and what they may."""
        return self.standing.identity


class Sessions:
    """Turns bearer tokens into who is asking. A verified token is cached whole, signature included, until it expires."""

    def __init__(self, issuers: Issuers, standings: Standings, signer: IdentitySigner) -> None:
        self.standings: Final = standings
        self._issuers: Final = issuers
        self._signer: Final = signer
        self._sessions: Final[OrderedDict[str, Session]] = OrderedDict()
        self._claimed: Final[OrderedDict[str, Claimed]] = OrderedDict()

    async def session_of(self, token: str) -> Session:
        """Who is asking, by a bearer token.

        Raises Refused: UNAUTHENTICATED (no token, forged, expired, for somebody else, ended, of nobody), and UNAVAILABLE when directory
        cannot be asked who that is now.
        """
        claimed = self.claimed(token)
        standing = await self._standing(claimed)
        session = self._sessions.get(token)
        if session is None or session.standing is not standing:
            session = self._sessions[token] = Session(claimed, standing)
            if len(self._sessions) > _MOST_CACHED:
                self._sessions.popitem(last=False)
        return session

    async def session_of_browser(self, claimed: Claimed) -> Session:
        """Who is asking, by what a browser's cookie stands for. Raises Refused as `session_of` does."""
        return Session(claimed, await self._standing(claimed))

    async def present(self, session: Session) -> Session:
        """Somebody whose request is under way, as directory says now that they are.

        A token that expires meanwhile does not end the request: it was good when it came. Raises Refused as `session_of` does.
        """
        standing = await self._standing(session.claimed)
        return session if standing is session.standing else Session(session.claimed, standing)

    def without_roles(self, token: str) -> Session:
        """Somebody whose token is good, though nobody can tell what they are now: they have no roles.

        Raises Refused: UNAUTHENTICATED, and UNAVAILABLE for a token that does not tell ids.
        """
        return self.claimed_without_roles(self.claimed(token))

    def claimed_without_roles(self, claimed: Claimed) -> Session:
        """The same, of what was claimed otherwise. Raises Refused (UNAVAILABLE)."""
        try:
            identity = Identity(parse_id(claimed.tenant), parse_id(claimed.person), frozenset())
        except ValueError:
            raise Refused("DIRECTORY_UNAVAILABLE", "directory does not answer; ask again", kind=Kind.UNAVAILABLE) from None
        return Session(claimed, Standing(identity, 0.0, frozenset()))

    def identity_for_services(self, session: Session) -> AddressedIdentity:
        """Who is asking, to hand on to whichever service is called."""
        return session.standing.addressed(self._signer)

    def claimed(self, token: str) -> Claimed:
        """What a token says. Raises Refused (UNAUTHENTICATED)."""
        claimed = self._claimed.get(token)
        if claimed is None:
            if len(token) > _LONGEST_TOKEN:  # remembered, it would be memory that its issuer decides on
                message = f"a token here has at most {_LONGEST_TOKEN} characters; have its issuer put less into it"
                raise Refused("TOKEN_TOO_LONG", message, kind=Kind.UNAUTHENTICATED)
            claimed = self._claimed[token] = self._issuers.claimed(token)
            if len(self._claimed) > _MOST_CACHED:
                self._claimed.popitem(last=False)
        if claimed.expires_at <= time.time():
            self._claimed.pop(token, None)
            self._sessions.pop(token, None)
            raise unauthenticated("TOKEN_EXPIRED", "this token has expired; sign in again, or refresh it")
        return claimed

    async def _standing(self, claimed: Claimed) -> Standing:
        """What somebody is now. Raises Refused: UNAUTHENTICATED (nobody, an ended session), UNAVAILABLE."""
        standing = await self._operator(claimed) if claimed.is_operator else await self.standings.of(claimed.tenant, claimed.person)
        if standing is None:
            raise unauthenticated("PERSON_UNKNOWN", "this token is of somebody who belongs to no tenant here")
        if claimed.issued_at <= standing.revoked_before or claimed.session_id in standing.signed_out:
            raise SessionEnded(standing.identity)
        return standing

    async def _operator(self, claimed: Claimed) -> Standing:
        """An operator is who their issuer says; whether their session was ended, directory says, while it answers."""
        try:
            found = await self.standings.of(claimed.tenant, claimed.person)
        except Refused as refused:
            if refused.kind is not Kind.UNAVAILABLE:
                raise
            found = None  # whoever brings an installation back is let in, without which there may be no directory
        identity = operator(parse_id(claimed.person))
        if found is None:
            return Standing(identity, 0.0, frozenset())
        return Standing(identity, found.revoked_before, found.signed_out)


class SessionEnded(Refused):
    """The refusal (UNAUTHENTICATED) of a token whose session was ended, as directory says, which knows whose it was."""

    def __init__(self, identity: Identity) -> None:
        super().__init__("SESSION_ENDED", "this session was ended; sign in again", kind=Kind.UNAUTHENTICATED)
        self.identity: Final = identity
