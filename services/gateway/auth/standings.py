"""What people are now: a copy of what directory says of whoever asks.

It is right as of when directory last confirmed the head of its log over gRPC, which it is asked for all the time. Is that too long ago,
or is something known to have changed since, directory is asked about each person anew; and if it does not answer, nobody is let in on
what was so once. Why the copy is here and nowhere else: decision 15.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Final, Protocol

import grpc

from cairn.directory.v1 import service_pb2
from cairn.directory.v1.events_pb2 import Role
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.rpc import IDENTITY_LIFETIME, AddressedIdentity, IdentitySigner, Metadata, asked, metadata
from chassis.runtime import telemetry
from gateway.auth.operator import gateway_itself

if TYPE_CHECKING:
    from cairn.directory.v1.service_pb2_grpc import DirectoryServiceAsyncStub

_MOST_HELD: Final = 50_000
_ASK_SECONDS: Final = 2.0
_WHO_SECONDS: Final = 5.0  # directory may be waiting until it knows that its log is the newest
"""That directory has to say who somebody is; it may be starting again."""
_POLLS_IN_TIME: Final = 4
"""How often directory is asked for what changed, in the time that the copy may be old."""
_OLDER: Final = frozenset({"LOG_BEHIND", "LOG_NOT_COMPARED", "LOG_WENT_BACK"})
"""Why directory does not say who somebody is: its log may be an older one, of when they were something else."""

_log = telemetry.logger()


_ASKED_IN_THEIR_NAME: Final = {"checkins": ("goals",), "notifications": ("progress",)}
"""What a service asks another one in the name of whoever called it."""


@dataclass(slots=True, eq=False)
class Standing:
    """What a person is, as directory said it, and the identity tokens that stand for them inside: one for each service."""

    identity: Identity
    revoked_before: float
    """In seconds since 1970: a token that was issued before is no longer taken."""
    signed_out: frozenset[Id]
    """Sessions whose tokens are no longer taken."""
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    """For a service; and when it was made."""

    def addressed(self, signer: IdentitySigner) -> AddressedIdentity:
        """Them, to whichever service is called in their name."""
        return AddressedIdentity(lambda service: self._token(signer, service))

    def _token(self, signer: IdentitySigner, service: str) -> str:
        """The token that stands for them at a service, never older than half of its life."""
        now = time.time()
        token, made_at = self._tokens.get(service, ("", 0.0))
        if not 0 <= now - made_at < IDENTITY_LIFETIME / 2:
            token = signer.sign(self.identity, service, *_ASKED_IN_THEIR_NAME.get(service, ()))
            self._tokens[service] = token, now
        return token


class Follower(Protocol):
    """Another copy of what directory says of people, which hears from this one what changed."""

    def changed(self, tenant_id: Id, own_id: Id) -> None:
        """Something of a person, or the name of a team or a pillar, is otherwise than it was."""
        ...

    def lost(self) -> None:
        """What changed cannot be told: anything may be otherwise."""
        ...


class Standings:
    """The copy. `most_age` is in seconds."""

    def __init__(self, directory: DirectoryServiceAsyncStub, signer: IdentitySigner, most_age: float) -> None:
        self.most_age: Final = most_age
        self._directory: Final = directory
        self._signer: Final = signer
        self._gateway: Final = Standing(gateway_itself(), 0.0, frozenset())
        self._held: Final[OrderedDict[tuple[Id, Id], Standing]] = OrderedDict()
        self._ids: Final[OrderedDict[tuple[str, str], tuple[Id, Id]]] = OrderedDict()
        self._asking: Final[dict[tuple[str, str], asyncio.Task[tuple[Standing | None, int]]]] = {}
        self._position = 0
        self._required = 0
        self._confirmed_at = float("-inf")
        self._behind = asyncio.Event()
        self._followers: Final[list[Follower]] = []
        telemetry.DIRECTORY_COPY_AGE.set_function(lambda: self.age)

    @property
    def age(self) -> float:
        """Seconds since directory last confirmed that the copy is what it says."""
        return time.monotonic() - self._confirmed_at

    def must_reach(self, position: int) -> None:
        """Says that directory's log has come to a position: a copy of before is not asked any more."""
        if position > self._position:
            self._required = max(self._required, position)
            self._behind.set()

    @property
    def position(self) -> int:
        """In directory's log, up to which it is known what changed."""
        return self._position

    @property
    def fresh(self) -> bool:
        """Whether the copy may be asked: confirmed not too long ago, and nothing is known to have changed since."""
        return self.age <= self.most_age and self._position >= self._required

    def tells(self, follower: Follower) -> None:
        """From now on another copy hears what changes."""
        self._followers.append(follower)

    def own_metadata(self, correlation_id: Id | None = None) -> Metadata:
        """What travels with what the gateway asks in its own name."""
        return metadata(self._gateway.addressed(self._signer), correlation_id=correlation_id)

    async def of(self, tenant: str, person: str) -> Standing | None:
        """What somebody is now, by the ids or the names of their tenant and themselves; None: there is no such person.

        Raises Refused (UNAVAILABLE) when the copy is too old and directory does not answer.
        """
        if self.fresh:
            ids = self._ids.get((tenant, person))
            if ids is not None and (standing := self._held.get(ids)) is not None:
                return standing
        return await self._answered(tenant, person)

    async def follow(self) -> None:
        """Keeps the copy what directory says, until it is cancelled."""
        away = False
        while True:
            try:
                await self._take_changes()
            except (Refused, grpc.aio.AioRpcError) as error:
                if not away:
                    _log.warning("directory_copy.not_confirmed", error=str(error))
                away = True
                self._forget()  # whatever comes back may have been restored from before
            else:
                if away:
                    _log.info("directory_copy.confirmed_again")
                away = False
            self._behind.clear()
            try:
                async with asyncio.timeout(self.most_age / _POLLS_IN_TIME):
                    await self._behind.wait()
            except TimeoutError:
                pass

    async def _take_changes(self) -> None:
        sent_at, required = time.monotonic(), self._required
        message = service_pb2.ListStandingChangesRequest(after=self._position)
        changes = await asked(self._directory.ListStandingChanges(message, metadata=self.own_metadata(), timeout=_ASK_SECONDS))
        if not self._position or changes.incomplete or changes.position < self._position:
            self._forget()
        for team in changes.renamed_teams:
            for follower in self._followers:
                follower.changed(team.tenant_id, team.team_id)
        for pillar in changes.renamed_pillars:
            for follower in self._followers:
                follower.changed(pillar.tenant_id, pillar.pillar_id)
        for standing in changes.standings:
            ids = (standing.tenant_id, standing.person_id)
            for follower in self._followers:
                follower.changed(*ids)
            if standing.left:
                self._held.pop(ids, None)
            elif ids in self._held:
                self._held[ids] = _standing(standing)
        self._position = changes.position
        if changes.position < required == self._required:  # the log was brought back to before that position
            self._required = 0
        self._confirmed_at = sent_at

    def _forget(self) -> None:
        self._held.clear()
        for follower in self._followers:
            follower.lost()

    async def _answered(self, tenant: str, person: str) -> Standing | None:
        required = self._required
        standing, position = await self._asked_once(tenant, person)
        if position < required:  # it was asked before what is known to have changed
            standing, _ = await self._asked_once(tenant, person)
        return standing

    async def _asked_once(self, tenant: str, person: str) -> tuple[Standing | None, int]:
        """As `_ask`, once for all who want to know it at a time."""
        key = (tenant, person)
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._ask(tenant, person))
            asking.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(asking)

    async def _ask(self, tenant: str, person: str) -> tuple[Standing | None, int]:
        message = service_pb2.GetStandingRequest(tenant=tenant, person=person)
        own = self.own_metadata()
        try:
            answer = await asked(self._directory.GetStanding(message, metadata=own, timeout=_WHO_SECONDS, wait_for_ready=True))
        except Refused as refused:
            is_away = refused.kind in (Kind.UNAVAILABLE, Kind.UNAUTHENTICATED)  # the latter: its own identity expired, waiting
            if refused.reason in _OLDER or not is_away:
                raise
            message_to_caller = "directory does not answer, so nobody can tell who you are now; send the same request again"
            raise Refused("DIRECTORY_UNAVAILABLE", message_to_caller, kind=Kind.UNAVAILABLE) from None
        if not answer.HasField("standing"):
            return None, answer.position
        standing = _standing(answer.standing)
        if answer.position >= self._position:  # else the copy may have passed over a change of it
            self._hold((tenant, person), standing)
        return standing, answer.position

    def _hold(self, named: tuple[str, str], standing: Standing) -> None:
        ids = (standing.identity.tenant_id, standing.identity.person_id)
        self._ids[named] = ids
        self._held[ids] = standing
        for held in (self._ids, self._held):
            if len(held) > _MOST_HELD:
                held.popitem(last=False)


def _standing(message: service_pb2.Standing) -> Standing:
    roles = frozenset(Role.Name(role).removeprefix("ROLE_").lower() for role in message.roles)
    return Standing(
        Identity(
            message.tenant_id,
            message.person_id,
            roles,
            frozenset(message.team_ids),
            message.time_zone,
            settings=tuple(sorted(message.settings.items())),
        ),
        message.revoked_before.ToDatetime(UTC).timestamp(),
        frozenset(message.signed_out_sessions),
    )
