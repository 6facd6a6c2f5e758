"""What is noted is told in the log at once, and in directory's once for all its repeats."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import grpc
import pytest
from structlog.testing import capture_logs

from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_DENIED, SECURITY_EVENT_KIND_SIGNED_IN, SECURITY_EVENT_KIND_TOKEN_REFUSED
from cairn.directory.v1.service_pb2 import NotedSecurityEvent
from chassis.errors import Kind, Refused
from chassis.ids import new_id
from gateway.security import NOBODY, SecurityEvents
from tests.support.monotonic_time import MonotonicTime

TENANT, ANN, BOB = new_id(), new_id(), new_id()


class Directory:
    """Its log, as far as it is away or not."""

    def __init__(self) -> None:
        self.appended: list[NotedSecurityEvent] = []
        self.away = False
        self.calls = 0
        self.refuses: dict[str, Exception] = {}
        """By what an event says."""
        self.breaks_off_after: int | None = None
        """So many events of a call are appended, and the call fails."""

    async def append(self, events: Sequence[NotedSecurityEvent]) -> None:
        self.calls += 1
        if self.away:
            raise Refused("UNAVAILABLE", "", kind=Kind.UNAVAILABLE)
        for number, noted in enumerate(events):
            if number == self.breaks_off_after:
                raise Refused("LOG_UNAVAILABLE", "", kind=Kind.UNAVAILABLE)
            if (refused := self.refuses.get(noted.event.what)) is not None:
                raise refused
            if noted.id not in {before.id for before in self.appended}:
                self.appended.append(noted)

    def counts(self) -> list[int]:
        return [noted.event.count for noted in self.appended]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MonotonicTime:
    clock = MonotonicTime()
    monkeypatch.setattr("gateway.security.time.monotonic", clock.monotonic)
    return clock


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def security(directory: Directory) -> SecurityEvents:
    return SecurityEvents(directory.append)


async def test_a_burst_is_one_event_with_its_count_once_it_is_over(
    security: SecurityEvents, directory: Directory, clock: MonotonicTime
) -> None:
    with capture_logs() as logged:
        for _ in range(20):
            security.note(SECURITY_EVENT_KIND_DENIED, TENANT, ANN, "export_log")
            clock.now += 0.1
            await security.tell()
        assert (directory.appended, [(line["event"], line["count"]) for line in logged]) == ([], [("security.denied", 1)])
        clock.now += 1
        await security.tell()
    (noted,) = directory.appended
    event = noted.event
    assert (noted.tenant_id, event.person_id, event.kind, event.what, event.count) == (
        TENANT,
        ANN,
        SECURITY_EVENT_KIND_DENIED,
        "export_log",
        20,
    )
    assert event.first_at.ToNanoseconds() <= event.last_at.ToNanoseconds()
    assert [line["count"] for line in logged] == [1, 20]


async def test_what_repeats_for_an_hour_is_an_event_a_minute(security: SecurityEvents, directory: Directory, clock: MonotonicTime) -> None:
    for _ in range(3600):
        security.note(SECURITY_EVENT_KIND_TOKEN_REFUSED, TENANT, ANN, "TOKEN_EXPIRED")
        clock.now += 1.0
        await security.tell()
    assert sum(directory.counts()) == 3600
    assert len(directory.counts()) <= 2 * 60


async def test_others_and_other_things_are_events_of_their_own(security: SecurityEvents, directory: Directory) -> None:
    for person, what in itertools.product((ANN, BOB), ("export_log", "change_person")):
        security.note(SECURITY_EVENT_KIND_DENIED, TENANT, person, what)
    security.note(SECURITY_EVENT_KIND_SIGNED_IN, TENANT, ANN, "sign_in_person")
    await security.tell(all_of_it=True)
    assert directory.counts() == [1] * 5


async def test_what_concerns_no_tenant_is_in_the_log_of_the_process_alone(security: SecurityEvents, directory: Directory) -> None:
    with capture_logs() as logged:
        for tenant_id in (NOBODY, bytes(16)):
            for _ in range(10):
                security.note(SECURITY_EVENT_KIND_TOKEN_REFUSED, tenant_id, NOBODY, "TOKEN_INVALID")
        await security.tell(all_of_it=True)
    assert directory.appended == []
    assert [(line["event"], line["what"], line["count"]) for line in logged] == [
        ("security.token_refused", "TOKEN_INVALID", 1),
        ("security.token_refused", "TOKEN_INVALID", 20),
    ]


async def test_a_flood_of_different_things_is_counted_without_being_kept(
    security: SecurityEvents, directory: Directory, clock: MonotonicTime
) -> None:
    with capture_logs() as logged:
        for number in range(30_000):
            security.note(SECURITY_EVENT_KIND_TOKEN_REFUSED, TENANT, number.to_bytes(16, "big"), "TOKEN_EXPIRED")
        await security.tell(all_of_it=True)
    assert len(directory.appended) == 10_000
    assert [line["count"] for line in logged if line["what"] == "others"] == [1, 20_000]


async def test_while_directory_is_away_what_was_noted_waits_for_it(security: SecurityEvents, directory: Directory) -> None:
    directory.away = True
    security.note(SECURITY_EVENT_KIND_DENIED, TENANT, ANN, "export_log")
    await security.tell(all_of_it=True)
    directory.away = False
    await security.tell()
    await security.tell()
    assert directory.counts() == [1]


async def test_a_call_that_failed_in_part_is_sent_again_and_nothing_is_there_twice(security: SecurityEvents, directory: Directory) -> None:
    for person in (ANN, BOB):
        security.note(SECURITY_EVENT_KIND_DENIED, TENANT, person, "export_log")
    directory.breaks_off_after = 1
    await security.tell(all_of_it=True)
    assert len(directory.appended) == 1
    directory.breaks_off_after = None
    await security.tell()
    assert [noted.event.person_id for noted in directory.appended] == [ANN, BOB]


@pytest.mark.parametrize(
    "error",
    [
        *(Refused("NO", "", kind=kind) for kind in (Kind.INVALID, Kind.UNKNOWN, Kind.TAKEN, Kind.REFUSED, Kind.STALE)),
        grpc.aio.AioRpcError(grpc.StatusCode.INTERNAL, grpc.aio.Metadata(), grpc.aio.Metadata()),
    ],
    ids=repr,
)
async def test_what_is_refused_for_good_is_dropped_alone_and_the_log_says_so(
    security: SecurityEvents, directory: Directory, error: Exception
) -> None:
    for what in ("before", "wrong", "after"):
        security.note(SECURITY_EVENT_KIND_DENIED, TENANT, ANN, what)
    directory.refuses["wrong"] = error
    with capture_logs() as logged:
        await security.tell(all_of_it=True)
        assert [noted.event.what for noted in directory.appended] == ["before", "after"]
        assert [line["what"] for line in logged if line["event"] == "security_events.refused"] == ["wrong"]
        calls = directory.calls
        await security.tell()
    assert directory.calls == calls


@pytest.mark.parametrize("kind", [Kind.UNAVAILABLE, Kind.BUSY, Kind.UNAUTHENTICATED, Kind.FORBIDDEN], ids=lambda kind: kind.name)
async def test_what_is_refused_for_another_reason_than_the_event_is_tried_again(
    security: SecurityEvents, directory: Directory, kind: Kind
) -> None:
    security.note(SECURITY_EVENT_KIND_DENIED, TENANT, ANN, "export_log")
    directory.refuses["export_log"] = Refused("NOT_NOW", "", kind=kind)
    await security.tell(all_of_it=True)
    directory.refuses.clear()
    await security.tell()
    assert directory.counts() == [1]


async def test_while_directory_is_away_for_long_what_is_kept_is_bounded_and_what_is_not_is_counted(
    security: SecurityEvents, directory: Directory, clock: MonotonicTime
) -> None:
    directory.away = True
    with capture_logs() as logged:
        for _ in range(3):
            for number in range(9_000):
                security.note(SECURITY_EVENT_KIND_DENIED, TENANT, number.to_bytes(16, "big"), "export_log")
            clock.now += 61
            await security.tell()
        directory.away = False
        await security.tell()
    dropped = sum(line["events"] for line in logged if line["event"] == "security_events.dropped")
    assert (len(directory.appended), dropped) == (10_000, 17_000)
