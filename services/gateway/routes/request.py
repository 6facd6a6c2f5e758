"""The gateway's own request and resources: who is asking, what the answer must have seen, and how a service is asked on their behalf."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import NoneType
from typing import Any, Final, NamedTuple, Self, TypeVar

from google.protobuf.message import Message
from starlette.responses import Response

from cairn.common.v1 import common_pb2
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_DENIED, SECURITY_EVENT_KIND_TOKEN_REFUSED, SecurityEventKind
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import NIL, Id, id_text, parse_id
from chassis.positions import POSITION_PATTERN, Position, parse_positions
from chassis.rpc import DEADLINE, Metadata, asked, metadata, position_messages
from gateway import http
from gateway.auth import Claimed, Session, SessionEnded
from gateway.backends import NOTHING, Backends, Method, ReferenceKind, in_time, pages_of, reference_unknown, unknown_reason
from gateway.dependencies import Dependencies
from gateway.http import Api, Operation, Problem, malformed
from gateway.schemas.as_of import optional_timestamp
from gateway.schemas.changed_since import since_of
from gateway.schemas.mapping import Json, JsonMapping, People
from gateway.security import NOBODY

H = TypeVar("H", bound=Callable[..., Awaitable[Any]])
_FORBIDDEN: Final = 403
_RAW_AFTER: Final = b"cairn-after"
_MOST_PAGES: Final = 100
SESSION_COOKIE: Final = "session"

M = TypeVar("M")
A = TypeVar("A")

CAIRN_AFTER: Final = http.Header(
    "Cairn-After",
    "Positions of events (from Cairn-Position, of as many answers as wished): the answer waits until it has folded in all of them.",
    {"type": "string", "pattern": f"^{POSITION_PATTERN}( *, *{POSITION_PATTERN})*$"},
)
CAIRN_POSITION: Final = http.Header(
    "Cairn-Position",
    "Where the events stand, for Cairn-After: log:partition:position[:generation], with commas between.",
    {"type": "string"},
)
LINK: Final = http.Header(
    "Link",
    'Where the next page is, if there is one: <address>; rel="next" (RFC 8288).',
    {"type": "string", "examples": ['</v1/people?limit=50&cursor=…>; rel="next"']},
)


LEADS_TO: Final = http.Header("Location", "Where to go on.", {"type": "string", "format": "uri-reference"})


Already = Callable[[], Awaitable[Iterable[Id]]]
"""Asks who is responsible for a thing now."""


class _Named(NamedTuple):
    """How a caller named something."""

    kind: ReferenceKind
    reference: str
    field: str  # of the body or the query; empty: it stands in the path
    asked_as: str  # the field of the service's request


class Request(http.Request):
    """One request to the gateway."""

    __slots__ = ("_cookie", "_named", "_remembered", "_session", "dependencies")

    def __init__(
        self,
        dependencies: Dependencies,
        api: Api,
        operation: Operation,
        path_params: Mapping[str, str],
        headers: Mapping[bytes, bytes],
        query_string: bytes,
        correlation_id: Id,
    ) -> None:
        super().__init__(api, operation, path_params, headers, query_string, correlation_id)
        self.dependencies = dependencies
        self._session: Session | None = None
        self._cookie = ""
        self._named: list[_Named] = []
        self._remembered: set[tuple[ReferenceKind, str]] = set()  # what was known of references without asking

    def asking(self, operation: Operation, path_params: Mapping[str, str]) -> Self:
        """The question for what a command was about, which names nothing that the command named."""
        question = super().asking(operation, path_params)
        question._named = []
        return question

    def comes_after(self, done: Response) -> None:
        """The answer has seen what the command did, where it has to be waited for."""
        self.headers = {name: value for name, value in self.headers.items() if name != _RAW_AFTER}
        if CAIRN_AFTER in self.operation.request_headers and (positions := done.headers.get(CAIRN_POSITION.name)):
            self.headers[_RAW_AFTER] = positions.encode()

    def require_headers(self) -> None:
        """Raises Problem (400), as `http.Request` does, and for what is no `Cairn-After`."""
        super().require_headers()
        _ = self.after

    async def require_reached(self) -> None:
        """Raises Refused (POSITION_UNKNOWN) where a log has not come to what the answer must have seen."""
        await self.dependencies.known_positions.require(self.after, "after")  # which refusals call Cairn-After

    async def changed_since(self, text: str | None) -> common_pb2.ChangedSince | None:
        """Since when, as a service is asked; None: the whole list. Raises Refused (POSITION_UNKNOWN)."""
        if text is None:
            return None
        since = since_of(text)
        if isinstance(since, datetime):
            return common_pb2.ChangedSince(instant=optional_timestamp(since))
        await self.dependencies.known_positions.require(since, "changed_since")
        return common_pb2.ChangedSince(positions=position_messages(since))

    async def identify(self) -> None:
        """Finds out who is asking: by a bearer token; where there is none, by a browser's cookie.

        Raises Refused: UNAUTHENTICATED when nobody known is, UNAVAILABLE when nobody can tell; and Problem (403) where a cookie comes from
        a page of elsewhere.
        """
        if b"authorization" not in self.headers and await self.find_browser_session(unattended=self.operation.unattended):
            return
        scheme, _, credentials = self.header(b"authorization").partition(" ")
        token = credentials.strip() if scheme.lower() == "bearer" else ""
        try:
            self._session = await self.dependencies.sessions.session_of(token)
        except Refused as refused:
            if refused.kind is Kind.UNAUTHENTICATED and token:
                self._note_token(refused)
            if refused.kind is not Kind.UNAVAILABLE or not self.operation.tells_what_is_away:
                raise
            self._session = self.dependencies.sessions.without_roles(token)

    async def find_browser_session(self, *, unattended: bool = False) -> bool:
        """Finds out who is signed in, in the browser that asks; False: it has no session. What is good no more, it is told to forget.

        Raises as `identify` does.
        """
        cookies = self.dependencies.cookies
        if b"cookie" not in self.headers or not (cookie := cookies.value(SESSION_COOKIE, self.headers)):
            return False
        cookies.require_own_page(self.operation.method, self.headers)
        try:
            claimed = await self.dependencies.browser_sessions.claimed(cookie, unattended=unattended)
            self._session = await self._session_of(claimed)
        except Refused as refused:
            if refused.kind is Kind.UNAUTHENTICATED:
                self._note_token(refused)
                self.forget_cookie()
            raise
        self._cookie = cookie
        return True

    def keep_cookie(self, cookie: str, seconds: int) -> None:
        """Has the browser keep what its session goes on by."""
        self.answer_headers.append(self.dependencies.cookies.set(SESSION_COOKIE, self.headers, cookie, seconds))

    def forget_cookie(self) -> None:
        """Has the browser forget its session."""
        self.answer_headers.append(self.dependencies.cookies.clear(SESSION_COOKIE, self.headers))

    async def _session_of(self, claimed: Claimed) -> Session:
        sessions = self.dependencies.sessions
        try:
            return await sessions.session_of_browser(claimed)
        except Refused as refused:
            if refused.kind is not Kind.UNAVAILABLE or not self.operation.tells_what_is_away:
                raise
            return sessions.claimed_without_roles(claimed)

    async def use_cookie(self, cookie: str) -> None:
        """From now on it is asked by whoever has just been signed in. Raises Refused as `identify` does."""
        claimed = await self.dependencies.browser_sessions.claimed(cookie)
        self._session, self._cookie = await self.dependencies.sessions.session_of_browser(claimed), cookie

    def end_session(self) -> None:
        """The session of the browser that asks was ended: nobody is asking any more."""
        self.dependencies.browser_sessions.end(self._cookie)
        self._session, self._cookie = None, ""

    @property
    def is_signed_in(self) -> bool:
        """Whether it is known who is asking."""
        return self._session is not None

    def _note_token(self, refused: Refused) -> None:
        """What a token claims is nobody's until directory has said that it is so: it must not write into the log of whom it names."""
        tenant_id, person_id = NOBODY, NOBODY
        if isinstance(refused, SessionEnded):
            tenant_id, person_id = refused.identity.tenant_id, refused.identity.person_id
        self.dependencies.security.note(SECURITY_EVENT_KIND_TOKEN_REFUSED, tenant_id, person_id, refused.reason)

    def note(self, kind: SecurityEventKind.ValueType, what: str = "") -> None:
        """Notes a security event of whoever is asking: what they do, or what else is said."""
        who = self.identity
        self.dependencies.security.note(kind, who.tenant_id, who.person_id, what or self.operation.name)

    def was_refused(self, problem: Problem) -> None:
        """Notes what somebody known may not do."""
        if problem.status == _FORBIDDEN and self._session is not None:
            self.note(SECURITY_EVENT_KIND_DENIED)

    @property
    def session(self) -> Session:
        """Who is asking, with what they showed for it."""
        assert self._session is not None, "only an operation for those who are signed in asks this"
        return self._session

    @property
    def identity(self) -> Identity:
        """Who is asking."""
        return self.session.identity

    @property
    def callers(self) -> tuple[tuple[Id, Id], Id]:
        """Who is asking, as it is counted how often: a person of a tenant, and the tenant."""
        identity = self.session.identity
        return (identity.tenant_id, identity.person_id), identity.tenant_id

    @property
    def account(self) -> Id | None:
        """The tenant that is asking; None: it is not known who is."""
        return None if self._session is None else self._session.identity.tenant_id

    @property
    def backends(self) -> Backends:
        """The services that can be asked."""
        return self.dependencies.backends

    @property
    def after(self) -> tuple[Position, ...]:
        """The positions that the answer must have seen (`Cairn-After`). Raises Problem (400)."""
        if b"cairn-after" not in self.headers:
            return ()
        try:
            positions = parse_positions(self.header(b"cairn-after"))
            self.dependencies.known_positions.require_log(positions, CAIRN_AFTER.name)
        except Refused as refused:
            raise malformed(refused.reason, refused.message, CAIRN_AFTER.name) from None
        if not positions:
            raise malformed("POSITION_MALFORMED", "it names no position; leave the header out, and nothing is waited for", CAIRN_AFTER.name)
        return positions

    async def require_present(self) -> None:
        """Asks anew who is asking: what was taken away since the request came ends it, and what was given counts from now on.

        Raises Refused: UNAUTHENTICATED (the session was ended, or the person is gone), FORBIDDEN (ROLE_TAKEN_AWAY: a role that they had),
        UNAVAILABLE when nobody can tell.
        """
        before = self.session
        try:
            self._session = now = await self.dependencies.sessions.present(before)
        except Refused as refused:
            if refused.kind is Kind.UNAUTHENTICATED:
                self._note_token(refused)
            if refused.kind is not Kind.UNAVAILABLE or not self.operation.tells_what_is_away:
                raise
            return
        if now is not before and (taken := before.identity.roles - now.identity.roles):
            message = f"the role {' and '.join(sorted(taken))} was taken from you while this request was under way"
            raise Refused("ROLE_TAKEN_AWAY", message, kind=Kind.FORBIDDEN)

    async def metadata(self, *, key: str | None = None) -> Metadata:
        """What travels with a call to a service: who is asking, the correlation, a command's idempotency key and what it comes after.

        `key`: instead of the request's own.

        Raises Problem (400), and Refused as `require_present` does.
        """
        await self.require_present()
        caller = self.dependencies.sessions.identity_for_services(self.session)
        if not self.operation.command:
            return metadata(caller, correlation_id=self.correlation_id, idempotency_key=key or "")
        key_sent = self.idempotency_key if key is None else key
        return metadata(caller, correlation_id=self.correlation_id, idempotency_key=key_sent, after=self.after)

    async def ask(self, method: Method[M, A], message: M, *, timeout: float = DEADLINE, key: str | None = None) -> A:
        """Asks a service on behalf of whoever is asking, for at most so many seconds. Raises the Refused that it says.

        `key`: of one command of several the idempotency key of its own; empty where it comes to nothing if it is so already.
        """
        async with self.in_callers_words():
            return await in_time(lambda: self.metadata(key=key), lambda sent: asked(method(message, metadata=sent, timeout=timeout)))

    def pages(self, method: Method[Any, Any], message: Any) -> AsyncIterator[Any]:
        """Each page of a list that a service answers, a hundred at most: none that we know is longer. Raises as `ask` does."""
        return pages_of(self.ask, method, message, _MOST_PAGES)

    @asynccontextmanager
    async def in_callers_words(self) -> AsyncIterator[None]:
        """Turns a service's refusal of what is unknown into that of the reference by which the caller named it.

        It takes as long for what they may not know of as for what is not there.
        """
        try:
            yield
        except Refused as refused:
            named = [each for each in self._named if refused.reason == unknown_reason(each.kind)]
            for each in named:
                await self.look_up_unknown(each.kind, [each.reference])
            for each in named:
                in_the_body = refused.kind is Kind.INVALID and not each.field  # the path's own is UNKNOWN
                if (len(named) == 1 and not in_the_body) or each.asked_as == refused.field:
                    raise reference_unknown(each.kind, each.reference, each.field) from None
            raise

    async def in_time(self, ask: Callable[[Metadata], Awaitable[A]]) -> A:
        """What `ask` answers to the metadata it is handed; again, with a new identity, where that of before expired on its way.

        Raises what it raises, and Refused (UNAVAILABLE) when nothing gets there in time.
        """
        return await in_time(self.metadata, ask)

    async def id_of(self, kind: ReferenceKind, reference: str, field: str = "", asked_as: str = "") -> Id:
        """The id behind a reference; where there is none, one that nothing has.

        Whoever is asked about that refuses it as what the caller may not know of, in the same place among all that may be wrong, and
        `in_callers_words` says so of the reference: UNKNOWN, or INVALID where it stands in a `field` of the body or the query. `asked_as`
        is the field of the service's request, where that names several of one kind.
        """
        references, tenant = self.dependencies.references, self.identity.tenant_id
        self.names(kind, reference, field, asked_as)
        known = references.cached(tenant, kind, reference)
        if known:
            self._remembered.add((kind, reference))
        return known or (await references.ids_of(tenant, kind, [reference], await self.metadata()))[0] or NOTHING

    def id_in_path(self, name: str, what: str, reason: str) -> Id:
        """The id that stands in the path, of what has no other name: "a comment's id". Raises Problem (404) for what is no id."""
        said = self.path_params[name]
        try:
            return parse_id(said)
        except ValueError:
            raise Problem(404, reason, f"{said[:60]!r} is no {what}; it looks like {id_text(NIL)}") from None

    async def look_up_unknown(self, kind: ReferenceKind, references: Sequence[str]) -> None:
        """Looks up what a service said is unknown, where that was not done before: so nobody is told by the time that it is there."""
        not_asked = [reference for reference in references if (kind, reference) in self._remembered]
        if not_asked:
            await self.dependencies.references.look_up_anew(self.identity.tenant_id, kind, not_asked, await self.metadata())

    def names(self, kind: ReferenceKind, reference: str, field: str, asked_as: str) -> None:
        """Notes how the caller named what a service is asked about."""
        self._named.append(_Named(kind, reference, field, asked_as or f"{kind.name.lower()}_id"))

    async def person_id(self, reference: str, field: str) -> Id:
        """The id of a person named in `field`, whom all of the tenant may know of. Raises Refused (INVALID) when there is none."""
        references, tenant = self.dependencies.references, self.identity.tenant_id
        known = references.cached(tenant, ReferenceKind.PERSON, reference)
        return known or await references.id_of(tenant, ReferenceKind.PERSON, reference, await self.metadata(), field)

    async def named_ids(self, kind: ReferenceKind, references: Sequence[str], field: str, asked_as: str) -> list[Id]:
        """The ids behind the values of a parameter, as `id_of` finds each; `asked_as` is the repeated field of the service's request."""
        return [await self.id_of(kind, reference, field, f"{asked_as}[{n}]") for n, reference in enumerate(references)]

    async def people(self, person_ids: Iterable[Id]) -> People:
        """What people of the caller's tenant are called. Raises Refused (UNAVAILABLE)."""
        return await self.dependencies.people.of(self.identity.tenant_id, person_ids)

    async def written(self, mapping: JsonMapping, message: Message, **added: Any) -> Json:
        """The JSON of a message, with the names of the people in it, and what is added."""
        return mapping.json(message, await self.people(mapping.people_of(message)), **added)

    async def all_written(self, mapping: JsonMapping, messages: Collection[Message]) -> list[Json]:
        """The JSON of each message, with the names of the people in it."""
        return mapping.all(messages, await self.people(i for message in messages for i in mapping.people_of(message)))

    async def ids_of(self, kind: ReferenceKind, references: Sequence[str]) -> list[Id | None]:
        """The ids behind references, in their order; None where there is none."""
        held, tenant = self.dependencies.references, self.identity.tenant_id
        self._remembered.update((kind, reference) for reference in references if held.cached(tenant, kind, reference))
        return await held.ids_of(tenant, kind, references, await self.metadata())

    async def person_ids(self, references: Sequence[str], field: str) -> list[Id]:
        """The ids of people named in `field`. Raises Refused (INVALID) when there is no such person."""
        return [await self.person_id(reference, field) for reference in references]

    async def responsible(self, references: Sequence[str], field: str, already: Already | None = None) -> list[Id]:
        """The ids of people named in `field` who are made responsible for something; each is there now, or was so `already`.

        Raises Refused: INVALID when there is no such person, PERSON_LEFT.
        """
        person_ids = await self.person_ids(references, field)
        left = await self.left(person_ids)
        if not left:
            return person_ids
        present = set() if already is None else await _those_already(already)
        for reference, person_id in zip(references, person_ids, strict=True):
            if person_id in left and person_id not in present:
                raise person_left(reference, field)
        return person_ids

    async def responsible_one(self, reference: str | None, field: str, already: Already | None = None) -> Id:
        """As `responsible`, of one person; empty: none is named."""
        return (await self.responsible([reference], field, already))[0] if reference else b""

    async def left(self, person_ids: Iterable[Id]) -> set[Id]:
        """Those of people of the caller's tenant who have left. Raises Refused (UNAVAILABLE)."""
        standings, tenant = self.dependencies.sessions.standings, id_text(self.identity.tenant_id)
        return {each for each in dict.fromkeys(person_ids) if await standings.of(tenant, id_text(each)) is None}

    async def standing_team(self, reference: str, field: str) -> Id:
        """The id of a team named in `field`, which is there now; empty: none is named.

        Raises Refused: INVALID when there is none, TEAM_DISSOLVED.
        """
        if not reference:
            return b""
        try:
            team = (await self.ask(self.backends.directory.GetTeam, directory_pb2.GetTeamRequest(team=reference))).team
        except Refused as refused:
            if refused.reason != unknown_reason(ReferenceKind.TEAM):
                raise
            raise reference_unknown(ReferenceKind.TEAM, reference, field) from None
        if team.HasField("dissolved_on"):
            raise Refused("TEAM_DISSOLVED", f"{team.name!r} was dissolved; name a team that is there", field=field)
        return team.team_id

    async def standing_pillar(self, reference: str, field: str) -> Id:
        """The id of a pillar named in `field`, which is there now; empty: none is named.

        Raises Refused: INVALID when there is none, PILLAR_REMOVED.
        """
        if not reference:
            return b""
        try:
            message = directory_pb2.GetPillarRequest(pillar=reference)
            pillar = (await self.ask(self.backends.directory.GetPillar, message)).pillar
        except Refused as refused:
            if refused.reason != unknown_reason(ReferenceKind.PILLAR):
                raise
            raise reference_unknown(ReferenceKind.PILLAR, reference, field) from None
        if not pillar.place:
            raise Refused("PILLAR_REMOVED", f"the pillar {pillar.title!r} was removed; name one that is there", field=field)
        return pillar.pillar_id

    async def pillar_ids(self, references: Sequence[str], field: str) -> list[Id]:
        """The ids of pillars named in `field`. Raises Refused (INVALID) when there is no such pillar."""
        held, tenant = self.dependencies.references, self.identity.tenant_id
        return [await held.id_of(tenant, ReferenceKind.PILLAR, reference, await self.metadata(), field) for reference in references]

    async def team_ids(self, references: Sequence[str], field: str) -> list[Id]:
        """The ids of teams named in `field`. Raises Refused (INVALID) when there is no such team."""
        held, tenant = self.dependencies.references, self.identity.tenant_id
        return [await held.id_of(tenant, ReferenceKind.TEAM, reference, await self.metadata(), field) for reference in references]


def person_left(reference: str, field: str) -> Refused:
    """The refusal of somebody who has left, and would come to be responsible for something."""
    return Refused("PERSON_LEFT", f"{reference[:100]!r} has left the tenant; name somebody who is there", field=field)


async def _those_already(already: Already) -> set[Id]:
    """Who is responsible for a thing; of one that there is not, or that the caller may not know of, nobody."""
    try:
        return set(await already())
    except Refused as refused:
        if refused.kind is not Kind.UNKNOWN:
            raise
        return set()


class Resource(http.Resource):
    """Operations on one kind of thing.

    A command takes Cairn-After, as a query that `waits` does, and its answer bears Cairn-Position, as that of a query that can be
    `gone_on` from does. A page of a list bears Link; what `leads` elsewhere says where to.
    """

    def operation(
        self,
        method: str,
        path: str,
        *,
        command: bool = False,
        waits: bool = False,
        gone_on: bool = False,
        leads: bool = False,
        heeds: tuple[http.Header, ...] = (),
        **declared: Any,
    ) -> Callable[[H], H]:
        """Declares the decorated function as an operation."""
        takes, bears = (CAIRN_AFTER,) if waits or command else (), (CAIRN_POSITION,) if command or gone_on else ()
        answer = declared.get("answer")
        if answer is not None and "next" in answer.model_fields and answer.model_fields["next"].annotation is not NoneType:
            bears = (*bears, LINK)
        if leads:
            bears = (*bears, LEADS_TO)
        return super().operation(method, path, command=command, request_headers=(*takes, *heeds), response_headers=bears, **declared)
