"""Who is asking is what directory says now: from a copy while that is fresh, else asked of each, and never from a copy that is old."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, ROLE_VIEWER, Role
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text, new_id
from chassis.rpc import IdentitySigner, IdentityVerifier
from gateway.auth import NO_TENANT, OPERATOR_ID, Issuer, Issuers, SessionEnded, Sessions, Standings
from shared.roles import ADMIN, OPERATOR, VIEWER

KEY = Ed25519PrivateKey.generate()
ISSUED = Issuer(KEY, Ed25519PrivateKey.generate())
CORE = new_id()
TENANT, ANN = new_id(), new_id()


class FakeDirectory:
    """What directory answers of people, and how often it was asked of one."""

    def __init__(self) -> None:
        self.standings: dict[Id, api.Standing] = {}
        self.position = 1
        self.changed: list[Id] = []
        self.asked = 0
        self.away = False
        self.away_with = Refused("UNAVAILABLE", "connection refused", kind=Kind.UNAVAILABLE)
        self.confirmed = asyncio.Event()

    def is_now(self, person_id: Id, *roles: Role.ValueType, **more: Any) -> int:
        """Somebody becomes otherwise; answers the position of that."""
        self.standings[person_id] = api.Standing(
            tenant_id=TENANT, person_id=person_id, roles=roles, team_ids=[CORE], time_zone="Asia/Tokyo", **more
        )
        self.position += 1
        self.changed.append(person_id)
        return self.position

    def has_left(self, person_id: Id) -> None:
        """From now on directory says that somebody is nobody any more."""
        del self.standings[person_id]
        self.position += 1
        self.changed.append(person_id)

    async def GetStanding(self, request: api.GetStandingRequest, **_: Any) -> api.GetStandingResponse:
        self._answers()
        self.asked += 1
        found = [s for s in self.standings.values() if request.person in (id_text(s.person_id), "ann")]
        return api.GetStandingResponse(standing=found[0] if found else None, position=self.position)

    async def ListStandingChanges(self, _: api.ListStandingChangesRequest, **__: Any) -> api.ListStandingChangesResponse:
        self._answers()
        self.confirmed.set()
        changed, self.changed = self.changed, []
        gone = {i: api.Standing(tenant_id=TENANT, person_id=i, left=True) for i in changed}
        standings = [self.standings.get(i, gone[i]) for i in changed]
        return api.ListStandingChangesResponse(standings=standings, position=self.position)

    def _answers(self) -> None:
        if self.away:
            raise self.away_with


@asynccontextmanager
async def sessions_before(directory: FakeDirectory, most_age: float = 60.0) -> AsyncIterator[Sessions]:
    standings: Any = Standings(directory, IdentitySigner(KEY), most_age)  # type: ignore[arg-type]
    following = asyncio.create_task(standings.follow())
    if not directory.away:
        await directory.confirmed.wait()
    yield Sessions(Issuers(*ISSUED.trusted), standings, IdentitySigner(KEY))
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def ann_s_token(session_id: Id | None = None) -> str:
    return ISSUED.token(TENANT, ANN, session_id)


async def refusal_of(sessions: Sessions, token: str) -> Refused:
    with pytest.raises(Refused) as error:
        await sessions.session_of(token)
    return error.value


async def test_what_somebody_may_is_what_directory_says_and_asked_once() -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory) as sessions:
        token = ann_s_token()
        first = (await sessions.session_of(token)).identity
        assert (first.tenant_id, first.person_id, first.roles, first.team_ids) == (TENANT, ANN, frozenset({ADMIN}), frozenset({CORE}))
        assert first.time_zone == "Asia/Tokyo"
        assert (await sessions.session_of(token)).identity is (await sessions.session_of(ann_s_token())).identity is first
        assert directory.asked == 1


async def test_who_belongs_to_no_tenant_is_nobody_though_their_token_is_signed() -> None:
    async with sessions_before(FakeDirectory()) as sessions:
        refused = await refusal_of(sessions, ann_s_token())
        assert (refused.kind, refused.reason) == (Kind.UNAUTHENTICATED, "PERSON_UNKNOWN")


async def test_a_change_that_was_made_through_this_gateway_holds_for_the_next_request() -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory) as sessions:
        await sessions.session_of(ann_s_token())
        sessions.standings.must_reach(directory.is_now(ANN, ROLE_VIEWER))
        assert (await sessions.session_of(ann_s_token())).identity.roles == frozenset({VIEWER})


async def test_a_change_that_was_made_elsewhere_is_taken_in() -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory, most_age=0.1) as sessions:
        await sessions.session_of(ann_s_token())
        directory.is_now(ANN, ROLE_VIEWER)
        async with asyncio.timeout(5):
            while (await sessions.session_of(ann_s_token())).identity.roles != frozenset({VIEWER}):
                directory.confirmed.clear()
                await directory.confirmed.wait()


async def test_who_has_left_is_nobody_once_it_is_told() -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory, most_age=0.1) as sessions:
        await sessions.session_of(ann_s_token())
        directory.has_left(ANN)
        async with asyncio.timeout(5):
            while await sessions.standings.of(id_text(TENANT), id_text(ANN)) is not None:
                directory.confirmed.clear()
                await directory.confirmed.wait()
        assert (await refusal_of(sessions, ann_s_token())).reason == "PERSON_UNKNOWN"


async def test_whom_directory_took_too_long_to_answer_of_is_not_told_that_their_own_token_expired() -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    directory.away = True
    directory.away_with = Refused("IDENTITY_EXPIRED", "the identity of this call has expired", kind=Kind.UNAUTHENTICATED)
    async with sessions_before(directory) as sessions:
        assert (await refusal_of(sessions, ann_s_token())).reason == "DIRECTORY_UNAVAILABLE"


async def test_an_old_copy_is_not_asked_and_without_directory_the_answer_is_that_it_is_away() -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    directory.away = True
    async with sessions_before(directory) as sessions:
        refused = await refusal_of(sessions, ann_s_token())
        assert (refused.kind, refused.reason) == (Kind.UNAVAILABLE, "DIRECTORY_UNAVAILABLE")
        assert sessions.without_roles(ann_s_token()).identity.roles == frozenset()
        directory.away = False
        for _ in range(2):
            assert (await sessions.session_of(ann_s_token())).identity.roles == frozenset({ADMIN})
        assert directory.asked == 2  # nothing confirms the copy, so each time


async def test_many_who_ask_at_a_time_are_asked_for_once() -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory) as sessions:
        await asyncio.gather(*(sessions.session_of(ann_s_token()) for _ in range(20)))
        assert directory.asked == 1


async def test_the_operator_is_let_in_while_directory_is_away() -> None:
    directory = FakeDirectory()
    directory.away = True
    async with sessions_before(directory) as sessions:
        identity = (await sessions.session_of(ISSUED.token(NO_TENANT, OPERATOR_ID))).identity
        assert (identity.tenant_id, identity.roles) == (NO_TENANT, frozenset({OPERATOR}))


async def test_tokens_of_an_ended_session_are_refused_and_those_of_another_are_not() -> None:
    directory, ended, other = FakeDirectory(), new_id(), new_id()
    async with sessions_before(directory) as sessions:
        directory.is_now(ANN, ROLE_ADMIN, signed_out_sessions=[ended])
        refused = await refusal_of(sessions, ann_s_token(ended))
        assert isinstance(refused, SessionEnded)
        assert (refused.reason, refused.identity.person_id) == ("SESSION_ENDED", ANN)
        assert (await sessions.session_of(ann_s_token(other))).identity.person_id == ANN


async def test_a_token_that_was_issued_before_all_sessions_were_ended_is_refused() -> None:
    directory, before = FakeDirectory(), ann_s_token()
    async with sessions_before(directory) as sessions:
        directory.is_now(ANN, ROLE_ADMIN)
        directory.standings[ANN].revoked_before.FromNanoseconds(time.time_ns())
        assert (await refusal_of(sessions, before)).reason == "SESSION_ENDED"
        assert (await sessions.session_of(ann_s_token())).identity.person_id == ANN


async def test_an_expired_token_is_nobody() -> None:
    async with sessions_before(FakeDirectory()) as sessions:
        refused = await refusal_of(sessions, ISSUED.token(TENANT, ANN, lifetime=-1))
        assert (refused.kind, refused.reason) == (Kind.UNAUTHENTICATED, "TOKEN_EXPIRED")


async def test_whoever_asks_is_asked_for_anew_while_their_request_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    directory, ended = FakeDirectory(), new_id()
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory) as sessions:
        session = await sessions.session_of(ann_s_token(ended))
        assert await sessions.present(session) is session
        sessions.standings.must_reach(directory.is_now(ANN, ROLE_VIEWER))
        assert (await sessions.present(session)).identity.roles == frozenset({VIEWER})
        now = time.time()
        monkeypatch.setattr("gateway.auth.sessions.time.time", lambda: now + 3600)
        assert (await sessions.present(session)).identity.roles == frozenset({VIEWER}), "an expired token was good when the request came"
        sessions.standings.must_reach(directory.is_now(ANN, ROLE_ADMIN, signed_out_sessions=[ended]))
        with pytest.raises(SessionEnded):
            await sessions.present(session)


async def test_an_operator_s_standing_is_theirs_alone() -> None:
    """What directory says of them is a copy for everybody: it is not changed by who asks."""
    directory = FakeDirectory()
    directory.standings[OPERATOR_ID] = api.Standing(tenant_id=NO_TENANT, person_id=OPERATOR_ID)
    async with sessions_before(directory) as sessions:
        session = await sessions.session_of(ISSUED.token(NO_TENANT, OPERATOR_ID))
        assert session.identity.roles == frozenset({OPERATOR})
        held = await sessions.standings.of(id_text(NO_TENANT), id_text(OPERATOR_ID))
        assert held is not None
        assert held.identity.roles == frozenset()


async def test_a_token_that_expires_after_it_was_seen_is_nobody_then(monkeypatch: pytest.MonkeyPatch) -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory) as sessions:
        token, now = ISSUED.token(TENANT, ANN, lifetime=30), time.time()
        await sessions.session_of(token)
        monkeypatch.setattr("gateway.auth.sessions.time.time", lambda: now + 31)
        assert (await refusal_of(sessions, token)).reason == "TOKEN_EXPIRED"


async def test_the_identity_handed_on_is_short_and_minted_once_while_it_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    directory = FakeDirectory()
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory) as sessions:
        session, now = await sessions.session_of(ann_s_token()), time.time()
        caller = sessions.identity_for_services(session)
        first = caller.token_for("goals")
        assert sessions.identity_for_services(session).token_for("goals") == first
        inside = IdentityVerifier(KEY.public_key()).verify(first, "goals")
        assert (inside.person_id, inside.roles, inside.time_zone) == (ANN, frozenset({ADMIN}), "Asia/Tokyo")
        assert inside.expires_at - now <= 1.1
        monkeypatch.setattr("gateway.auth.standings.time.time", lambda: now + 0.6)
        assert caller.token_for("goals") != first


@pytest.mark.parametrize(
    ("service", "good_with"),
    [("goals", {"goals"}), ("checkins", {"checkins", "goals"}), ("notifications", {"notifications", "progress"}), ("audit", {"audit"})],
)
async def test_the_identity_for_one_service_is_worth_nothing_at_another(service: str, good_with: set[str]) -> None:
    """But checkins asks goals in the name of whoever called it, and notifications asks progress."""
    directory, verifier = FakeDirectory(), IdentityVerifier(KEY.public_key())
    directory.is_now(ANN, ROLE_ADMIN)
    async with sessions_before(directory) as sessions:
        caller = sessions.identity_for_services(await sessions.session_of(ann_s_token()))
        token = caller.token_for(service)
        for other in ("directory", "goals", "checkins", "progress", "notifications", "audit"):
            if other in good_with:
                assert verifier.verify(token, other).person_id == ANN
            else:
                with pytest.raises(Refused) as refused:
                    verifier.verify(token, other)
                assert refused.value.reason == "IDENTITY_OF_ANOTHER_SERVICE"
        with pytest.raises(Refused):
            verifier.verify(caller, service)


async def test_a_token_that_would_take_much_memory_is_refused() -> None:
    async with sessions_before(FakeDirectory()) as sessions:
        refused = await refusal_of(sessions, "x" * 10_000)
    assert (refused.reason, refused.kind) == ("TOKEN_TOO_LONG", Kind.UNAUTHENTICATED)
